// Suggestions below the search box: an editable combobox with a list, chosen by hand (ARIA Authoring Practices).
// Without a choice Enter searches for what was typed.
import { go } from './swap.js';
import { queryOf } from './form.js';
import { say } from './say.js';

const WAIT_MS = 150;
const LETTERS = 2;

const element = (name, attributes, text) => {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  if (text) {
    made.textContent = text;
  }
  return made;
};

export function startSuggesting(form) {
  const box = form.querySelector('#q');
  const texts = form.dataset;
  const list = element('div', { id: 'q-list', role: 'listbox', class: 'suggest', 'aria-label': texts.label });
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  const lang = document.documentElement.lang;
  let options = [];
  let at = -1;
  let timer;
  let asking;

  list.hidden = true;
  box.after(list);
  Object.entries({ role: 'combobox', 'aria-expanded': 'false', 'aria-controls': 'q-list', 'aria-autocomplete': 'list' })
    .forEach(([key, value]) => box.setAttribute(key, value));

  function mark(next) {
    options[at]?.node.setAttribute('aria-selected', 'false');
    at = next;
    if (at < 0) {
      box.removeAttribute('aria-activedescendant');
      return;
    }
    const { node } = options[at];
    node.setAttribute('aria-selected', 'true');
    node.scrollIntoView({ block: 'nearest' });
    box.setAttribute('aria-activedescendant', node.id);
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    mark(-1);
    options = [];
    list.hidden = true;
    list.replaceChildren();
    box.setAttribute('aria-expanded', 'false');
  }

  function choose({ url, text }) {
    close();
    box.value = text;
    go(`${location.pathname}${url}`);
  }

  function show(groups) {
    mark(-1);
    options = [];
    list.replaceChildren();
    for (const [name, found] of Object.entries(groups)) {
      if (found.length) {
        const group = element('div', { role: 'group', 'aria-labelledby': `q-${name}` });
        group.append(element('div', { id: `q-${name}`, class: 'title' }, texts[name]));
        found.forEach((suggestion, i) => {
          const node = element('div', { id: `q-${name}-${i}`, role: 'option', 'aria-selected': 'false' });
          node.append(element('span', {}, suggestion.label),
            element('span', { class: 'n' }, numbers.format(suggestion.total)));
          node.addEventListener('click', () => choose(suggestion));
          group.append(node);
          options.push({ node, suggestion });
        });
        list.append(group);
      }
    }
    list.hidden = !options.length;
    box.setAttribute('aria-expanded', String(!list.hidden));
    say(options.length === 1 ? texts.one : options.length ? texts.many.replace('{n}', options.length) : texts.none);
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    try {
      const query = queryOf(form);
      const answer = await fetch(`/api/v1/suggest${query}&lang=${lang}`, { signal: asking.signal });
      const { groups } = await answer.json();
      if (groups && document.activeElement === box) {
        show(groups);
      }
    } catch {
      // no suggestions are no harm
    }
  }

  box.addEventListener('input', () => {
    clearTimeout(timer);
    if (box.value.trim().length < LETTERS) {
      close();
    } else {
      timer = setTimeout(ask, WAIT_MS);
    }
  });

  box.addEventListener('keydown', (event) => {
    const count = options.length;
    if (event.key === 'ArrowDown' && count) {
      mark(at + 1 < count ? at + 1 : -1);
    } else if (event.key === 'ArrowUp' && count) {
      mark(at < 0 ? count - 1 : at - 1);
    } else if (event.key === 'Escape' && !list.hidden) {
      close();
    } else if (event.key === 'Enter' && at >= 0) {
      choose(options[at].suggestion);
    } else {
      if (event.key === 'Enter' || event.key === 'Tab') {
        close();
      }
      return;
    }
    event.preventDefault();
  });

  list.addEventListener('pointerdown', (event) => event.preventDefault()); // the box keeps the focus
  box.addEventListener('blur', close);
}
