// A filter with many values gets a box that narrows them down to those that have what is typed.  What is chosen stays.
import { say } from './say.js';

const MANY = 20;

function addBox(group, texts) {
  const rows = [...group.querySelectorAll('li')];
  if (rows.length <= MANY) {
    return;
  }
  const box = document.createElement('input');
  box.type = 'search';
  box.className = 'narrow';
  box.placeholder = texts.narrow;
  box.setAttribute('aria-label', `${texts.narrow}: ${group.querySelector('legend').textContent}`);
  box.autocomplete = 'off';
  group.querySelector('legend').after(box);
  const opened = new Map([...group.querySelectorAll('details')].map((part) => [part, part.open]));
  box.addEventListener('input', (event) => {
    event.stopPropagation(); // it is no choice: nothing is to be counted
    const typed = box.value.trim().toLocaleLowerCase();
    const has = (row) => row.querySelector('.l').textContent.toLocaleLowerCase().includes(typed);
    const fits = (row) => has(row) || row.querySelector('input').checked;
    const shown = rows.filter((row) => {
      row.hidden = !fits(row) && ![...row.querySelectorAll('li')].some(fits);
      return !row.hidden;
    });
    opened.forEach((open, part) => { part.open = typed ? true : open; });
    say(texts.found.replace('{n}', shown.length));
  });
}

export function startNarrowing() {
  const start = () => {
    const facets = document.getElementById('facets');
    facets?.querySelectorAll('fieldset').forEach((group) => addBox(group, facets.dataset));
  };
  start();
  document.addEventListener('swapped', start);
}
