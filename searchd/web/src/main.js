// What script adds to the search page.  Everything works without it: it asks for the same addresses as the form and the
// links do, and puts the parts that changed in their place.
import { follow, go, start as startSwapping } from './swap.js';
import { dropEmpty, queryOf } from './form.js';
import { startKeys } from './keys.js';
import { startBuilding } from './build.js';
import { startCounting } from './count.js';
import { startList } from './list.js';
import { startNarrowing } from './narrow.js';
import { startSuggesting } from './suggest.js';

const form = document.getElementById('s');
const builder = document.getElementById('build');

startList();
startKeys();

if (form) {
  startSwapping();
  form.addEventListener('formdata', (event) => dropEmpty(event.formData));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    go(`${form.getAttribute('action').split('#')[0]}${queryOf(form)}`);
  });
  document.addEventListener('click', follow);
  startCounting(form);
  startNarrowing();
  startSuggesting(form);
}

if (builder) {
  startBuilding(builder);
}
