// The builder's lines and preview follow its form.  What is shown is what the same address answers without script.
import { say } from './say.js';

const WAIT_MS = 400;

export function startBuilding(form) {
  let timer;
  let asking;

  async function update() {
    asking?.abort();
    asking = new AbortController();
    const address = `${form.getAttribute('action')}?${new URLSearchParams(new FormData(form))}`;
    try {
      const answer = await fetch(address, { headers: { Accept: 'text/html' }, signal: asking.signal });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (!answer.ok) {
        form.requestSubmit(); // the page says what is wrong
        return;
      }
      for (const field of document.querySelectorAll('textarea[id]')) {
        field.value = page.getElementById(field.id).value;
      }
      document.getElementById('preview').replaceWith(page.getElementById('preview'));
      history.replaceState(null, '', address);
      say(form.dataset.updated);
    } catch {
      // the button is still there
    }
  }

  form.addEventListener('change', () => {
    clearTimeout(timer);
    timer = setTimeout(update, WAIT_MS);
  });
}
