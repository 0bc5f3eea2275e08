// "Show 9 activities": what the chosen filters would find, before they are applied.
import { queryOf } from './form.js';

const WAIT_MS = 300;

export function startCounting(form) {
  const button = document.getElementById('apply');
  if (!button) {
    return;
  }
  const usual = button.textContent;
  const numbers = new Intl.NumberFormat(document.documentElement.lang);
  let timer;
  let asking;

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const query = queryOf(form);
    try {
      const answer = await fetch(`/api/v1/search${query}${query ? '&' : '?'}facets=&per_page=0`,
        { signal: asking.signal });
      const { totalHits: n } = await answer.json();
      const { many, one, none } = button.dataset;
      button.textContent = n === 1 ? one : n ? many.replace('{n}', numbers.format(n)) : none;
    } catch {
      button.textContent = usual; // what cannot be counted is not said
    }
  }

  document.getElementById('filters').addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  document.addEventListener('swapped', () => {
    clearTimeout(timer);
    asking?.abort();
    button.textContent = usual;
  });
}
