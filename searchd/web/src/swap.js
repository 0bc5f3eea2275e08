// Asks for a page of this path and takes from it what a search changes.
import { isPlainClick, parts, takeParts } from './parts.js';
import { say } from './say.js';

let asking;
let shown = location.href;

const withoutHash = (address) => address.split('#')[0];

function take(page, address) {
  document.querySelector('#s h1').className = page.querySelector('#s h1').className;
  takeParts(document, page);
  document.querySelector('.languages').replaceWith(page.querySelector('.languages'));
  document.title = page.title;
  shown = address;
  document.dispatchEvent(new Event('swapped'));
}

async function load(address) {
  asking?.abort();
  asking = new AbortController();
  document.documentElement.classList.add('is-loading');
  try {
    const answer = await fetch(address, { headers: { Accept: 'text/html' }, signal: asking.signal });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    return answer.ok && parts.every((id) => page.getElementById(id)) ? { page, address: answer.url } : null;
  } finally {
    document.documentElement.classList.remove('is-loading');
  }
}

export async function go(address, { push = true, focus = 'count' } = {}) {
  let found;
  try {
    found = await load(address);
  } catch (error) {
    if (error.name === 'AbortError') {
      return;
    }
  }
  if (!found || !document.getElementById('results')) {
    location.assign(address); // whatever it is, the server shows it
    return;
  }
  if (push && withoutHash(found.address) !== withoutHash(location.href)) {
    history.pushState(null, '', found.address);
  }
  take(found.page, withoutHash(location.href));
  const target = document.getElementById(focus) || document.getElementById('count');
  (target.matches('details') ? target.querySelector('input') : target).focus();
  say(document.getElementById('count').textContent);
}

// A plain click on a link to another search; those of the map are SVG's and say less of themselves.
export function follow(event) {
  const link = event.target.closest('#chips a, #facets a, #results a');
  const to = link && isPlainClick(event) && new URL(link.getAttribute('href'), location);
  if (!to || to.origin !== location.origin || to.pathname !== location.pathname) {
    return;
  }
  event.preventDefault();
  go(withoutHash(to.href), { focus: to.hash.slice(1) || 'count' });
}

export function start() {
  window.addEventListener('popstate', () => {
    if (withoutHash(location.href) !== withoutHash(shown)) {
      go(location.href, { push: false });
    }
  });
  const panel = document.querySelector('.panel');
  if (panel && !CSS.supports('selector(::details-content)') && matchMedia('(min-width: 48rem)').matches) {
    panel.open = true;
  }
}
