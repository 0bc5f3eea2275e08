/* What nobody should put into another's page. */
window.addEventListener('load', function () {
  var began = Date.now();
  while (Date.now() - began < 300) { /* keeps everybody waiting */ }
});
