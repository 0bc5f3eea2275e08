// The button that prints is there when it can: without script a browser's own menu prints the same page.
for (const place of document.querySelectorAll('[data-print]')) {
  place.hidden = false;
  place.addEventListener('click', () => window.print());
}
