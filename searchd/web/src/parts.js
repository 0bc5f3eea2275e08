// What a search changes of a page, and what of it is the reader's own and stays.  root: the document, or the root of
// the part that another site shows.
export const parts = ['chips', 'facets', 'results'];

// Which boxes stand open is the reader's choice, not the search's.
function keepOpen(old, fresh) {
  for (const box of old.querySelectorAll('details[data-group]')) {
    const same = fresh.querySelector(`details[data-group="${box.dataset.group}"]`);
    if (same) {
      same.open = box.open;
      const more = box.querySelector('.more');
      const sameMore = same.querySelector('.more');
      if (more && sameMore) {
        sameMore.open = more.open;
      }
    }
  }
}

function takeForm(root, page) {
  const form = root.getElementById('s');
  for (const id of ['q', 'near', 'radius']) {
    const field = root.getElementById(id);
    if (field) {
      if (field !== root.activeElement || id !== 'q') {
        field.value = page.getElementById(id).value;
      }
      field.removeAttribute('aria-invalid');
    }
  }
  form.querySelectorAll('input[type="hidden"], .wrong, .hint').forEach((old) => old.remove());
  page.querySelectorAll('#s input[type="hidden"]').forEach((kept) => form.append(kept));
  const summary = root.querySelector('.panel > summary');
  summary.textContent = page.querySelector('.panel > summary').textContent;
}

export function takeParts(root, page) {
  if (root.getElementById('s')) {
    keepOpen(root.getElementById('facets'), page.getElementById('facets'));
    takeForm(root, page);
  }
  for (const id of parts) {
    root.getElementById(id)?.replaceWith(page.getElementById(id));
  }
}

export const isPlainClick = (event) => event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey &&
  !event.altKey && !event.defaultPrevented;
