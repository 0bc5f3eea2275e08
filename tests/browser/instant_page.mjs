// A portal's page: stock widgets of instantsearch.js on the client of docs/instantsearch.md, which is bundled with it.
import instantsearch from 'instantsearch.js';
import { connectGeoSearch } from 'instantsearch.js/es/connectors';
import { configure, currentRefinements, hierarchicalMenu, hits, pagination, rangeInput, rangeSlider, refinementList,
  searchBox, sortBy, stats, toggleRefinement } from 'instantsearch.js/es/widgets';
import { opastin } from 'opastin-client';

const base = new URLSearchParams(window.location.search).get('base');
const client = opastin(base);
window.asked = [];
window.answered = 0;
const search = instantsearch({
  indexName: 'opastin',
  searchClient: {
    ...client,
    async search(requests) {
      window.asked.push(requests);
      const answer = await client.search(requests);
      window.answered += 1;
      return answer;
    },
  },
  future: { preserveSharedStateOnUnmount: true },
});
const at = (id) => {
  document.body.insertAdjacentHTML('beforeend', `<div id="${id}"></div>`);
  return `#${id}`;
};
const geo = connectGeoSearch(({ items, refine }) => { window.geo = { items, refine }; });
search.addWidgets([
  searchBox({ container: at('search') }),
  stats({ container: at('stats'), templates: { text: ({ nbHits }) => String(nbHits) } }),
  sortBy({ container: at('sort'),
    items: ['', '_name', '_newest', '_distance'].map((order) => ({ value: `opastin${order}`, label: order })) }),
  currentRefinements({ container: at('chosen') }),
  refinementList({ container: at('theme'), attribute: 'theme', limit: 200, searchable: true }),
  refinementList({ container: at('accessible'), attribute: 'accessible', operator: 'and', limit: 200 }),
  hierarchicalMenu({ container: at('area'), attributes: ['area.lvl0', 'area.lvl1', 'area.lvl2'], limit: 100 }),
  toggleRefinement({ container: at('free'), attribute: 'free', on: 'Maksuton' }),
  rangeSlider({ container: at('slider'), attribute: 'age_max' }),
  rangeInput({ container: at('age'), attribute: 'age_min' }),
  hits({ container: at('hits'), templates: { item: (hit, { html, components }) => html`<article
    data-id="${hit.objectID}" data-km="${hit.distanceKm}" data-age="${hit.ageMin}">
    <h2>${components.Highlight({ hit, attribute: 'title' })}</h2>
    <p>${components.Snippet({ hit, attribute: 'summary' })}</p></article>` } }),
  pagination({ container: at('pages') }),
  configure({ maxValuesPerFacet: 1000, attributesToSnippet: ['summary:10'] }),
  geo({ enableRefineOnMapMove: false }),
]);
const around = configure({ aroundLatLng: '61.6886,27.2723', aroundRadius: 5000 });
window.near = (on) => (on ? search.addWidgets([around]) : search.removeWidgets([around]));
window.settled = () => search.status === 'idle' && window.answered === window.asked.length;
search.on('error', ({ error }) => console.error(error.message));
search.start();
