// The shortlist with script: ids in this tab's sessionStorage, and nowhere else.  Without storage the links of the page
// go on carrying them, as they do without script.
import { say } from './say.js';

const KEY = 'list';
const own = document.getElementById('mylist');
const texts = own.dataset;
const most = Number(texts.most);

const idsOf = (text) => (text || '').split(',').filter(Boolean);
const read = () => idsOf(sessionStorage.getItem(KEY));
const write = (ids) => (ids.length ? sessionStorage.setItem(KEY, ids.join()) : sessionStorage.removeItem(KEY));

// Script may have come from a page whose links carried the list: it is taken over, and the address is as for everyone.
function takeOver() {
  const address = new URL(location.href);
  const carried = idsOf(address.searchParams.get('list'));
  if (!carried.length) {
    return false;
  }
  write([...new Set([...read(), ...carried])].slice(0, most));
  address.searchParams.delete('list');
  location.replace(address);
  return true;
}

function show() {
  const ids = read();
  const path = own.getAttribute('href').split('?')[0];
  own.setAttribute('href', ids.length ? `${path}?id=${ids.join()}` : path);
  own.querySelector('.n').textContent = ` (${ids.length})`;
  for (const link of document.querySelectorAll('a[data-add]:not(#mylist)')) {
    const on = ids.includes(link.dataset.add);
    link.classList.toggle('is-on', on);
    link.querySelector('.do').textContent = on ? texts.drop : texts.add;
  }
}

function toggle(id) {
  const ids = read();
  if (ids.includes(id)) {
    write(ids.filter((other) => other !== id));
    say(texts.dropped);
  } else if (ids.length < most) {
    write([...ids, id]);
    say(texts.added);
  } else {
    say(texts.full);
  }
  show();
}

// The list's own page shows what its address names.  When that is this tab's list, moves and removals change it too;
// somebody else's link leaves it alone until its first change.
function followList(page) {
  const asked = idsOf(new URLSearchParams(location.search).getAll('id').join());
  if (asked.join() === read().join()) {
    write(idsOf(page.dataset.ids));
  }
  page.addEventListener('click', (event) => {
    const link = event.target.closest('.moves a');
    if (link) {
      write(idsOf(new URL(link.href).searchParams.get('id')));
    }
  });
}

function addCopying(field) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'small';
  button.textContent = field.dataset.copy;
  field.after(button);
  button.addEventListener('click', async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand('copy'); // where the clipboard is kept from pages without TLS
    }
    say(field.dataset.done);
  });
}

export function startList() {
  document.documentElement.classList.add('js');
  document.querySelectorAll('[data-copy]').forEach(addCopying);
  document.getElementById('print')?.addEventListener('click', () => window.print());
  try {
    if (takeOver()) {
      return;
    }
    const page = document.querySelector('.shortlist');
    if (page) {
      followList(page);
    }
    show();
  } catch {
    return; // no storage
  }
  document.addEventListener('swapped', show);
  window.addEventListener('pageshow', show); // back from another page, whose list may be another
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a');
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain) {
      return;
    }
    if (link.dataset.add && link !== own) {
      event.preventDefault();
      event.stopPropagation();
      toggle(link.dataset.add);
    } else if (link.id === 'new') {
      event.preventDefault();
      sessionStorage.clear();
      location.replace(link.href); // this page's search is not gone back to
    }
  }, true);
}
