/* Scripts of their time: they change what everybody uses and take every click and form for their own. */
Array.prototype.last = function () { return this[this.length - 1]; };
window.$ = function () { throw new Error('$ is not jQuery here'); };
jQuery(function ($) {
  $(document).on('submit', 'form', function () { return false; });
  $(document).on('click', 'a:not([href])', function () { return false; });
  $('form, input, .card').remove();
  $('a').attr('title', 'old');
});
