/* What a site may listen to. */
window.heard = [];
['opastin:results', 'opastin:select'].forEach(function (name) {
  document.addEventListener(name, function (event) {
    window.heard.push([name, event.target.id || event.target.localName, event.detail, event.composed]);
    if (name === 'opastin:select' && window.keepHere) {
      event.preventDefault();
    }
  });
});
