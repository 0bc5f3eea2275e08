// Single letters as shortcuts: off until the reader turns them on, on the help page, for this tab (WCAG 2.1.4).  The
// next client's page forgets that too, as all that the browser keeps.
const KEY = 'keys';

const keysAreOn = () => {
  try {
    return sessionStorage.getItem(KEY) === '1';
  } catch {
    return false; // no storage
  }
};

function step(by) {
  const links = [...document.querySelectorAll('.card h3 a')];
  const card = document.activeElement.closest('.card');
  const at = links.findIndex((link) => link.closest('.card') === card);
  links[at < 0 && by < 0 ? -1 : at + by]?.focus();
}

const does = {
  '/': () => document.getElementById('q')?.select(), // what is typed then replaces what was sought
  j: () => step(1),
  k: () => step(-1),
  m: () => document.activeElement.closest('.card')?.querySelector('[data-add]')?.click(),
  '?': () => location.assign(`/${document.documentElement.lang}/help#keys`),
};

function addSwitch(place) {
  const button = document.createElement('button');
  const show = () => {
    button.setAttribute('aria-pressed', String(keysAreOn()));
    button.textContent = keysAreOn() ? place.dataset.off : place.dataset.on;
  };
  button.type = 'button';
  button.className = 'small';
  button.addEventListener('click', () => {
    try {
      sessionStorage.setItem(KEY, keysAreOn() ? '0' : '1');
    } catch {
      return;
    }
    show();
  });
  show();
  place.append(button);
}

export function startKeys() {
  const place = document.getElementById('keys');
  if (place) {
    addSwitch(place);
  }
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input, select, textarea');
    if (!does[event.key] || typing || event.ctrlKey || event.metaKey || event.altKey || !keysAreOn()) {
      return;
    }
    event.preventDefault();
    does[event.key]();
  });
}
