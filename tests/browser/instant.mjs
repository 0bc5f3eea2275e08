// Stock InstantSearch.js widgets on a page of another origin, with the client that docs/instantsearch.md shows: what
// they show is what the API says.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { base, browser, check, require, same, test } from './harness.mjs';

const here = dirname(fileURLToPath(import.meta.url));

async function bundle() {
  const work = mkdtempSync(join(tmpdir(), 'opastin-instant.'));
  const pieces = readFileSync(join(here, '../../docs/instantsearch.md'), 'utf8').split(/^```(?:js)?\n/m);
  const client = pieces.find((piece) => piece.startsWith('// opastin-client.js'));
  check(client.trim().split('\n').length <= 20, 'the client has 20 lines');
  try {
    writeFileSync(join(work, 'client.mjs'), client);
    const made = await require('esbuild').build({
      entryPoints: [join(here, 'instant_page.mjs')], bundle: true, write: false, format: 'iife', logLevel: 'error',
      nodePaths: [process.env.NODE_MODULES], alias: { 'opastin-client': join(work, 'client.mjs') },
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    return made.outputFiles[0].text;
  } finally {
    rmSync(work, { recursive: true });
  }
}

let portal;
const errors = [];

// The portal's page, on an origin of its own.
async function openPortal() {
  if (!portal) {
    const script = await bundle();
    const server = createServer((request, answer) => {
      answer.setHeader('Content-Type', request.url === '/page.js' ? 'text/javascript' : 'text/html; charset=utf-8');
      answer.end(request.url === '/page.js' ? script
        : '<!doctype html><html lang="fi"><link rel="icon" href="data:,"><title>Portaali</title><body>'
          + '<script src="/page.js"></script>');
    });
    await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
    server.unref();
    portal = `http://127.0.0.1:${server.address().port}`;
  }
  const page = await browser.newPage();
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`${portal}/?base=${encodeURIComponent(base)}`);
  await page.waitForSelector('.ais-Hits-item');
  await settle(page);
  return page;
}

// Searches are sent a moment after what causes them, and shown a moment after they are answered.
async function settle(page) {
  await page.waitForTimeout(80);
  await page.waitForFunction(() => window.settled());
  await page.waitForTimeout(80);
}

async function does(page, what) {
  const before = await page.evaluate(() => window.asked.length);
  await what();
  await page.waitForFunction((count) => window.asked.length > count, before);
  await settle(page);
}

async function api(query) {
  const answer = await fetch(`${base}/api/v1/search?${query}`);
  check(answer.ok, `${query}: ${answer.status}`);
  return answer.json();
}

// Label to count of an answer's facet, with the levels of areas as the menu shows them.
function labelled(facet, wanted = () => true) {
  const counts = {};
  const walk = (buckets) => buckets.forEach((bucket) => {
    if (bucket.count && wanted(bucket)) {
      counts[bucket.label] = bucket.count;
    }
    walk(bucket.children ?? []);
  });
  walk(facet.buckets);
  return counts;
}

const number = (text) => Number(text.replace(/\D/g, ''));
const total = async (page) => number(await page.textContent('#stats'));
const hitIds = (page) => page.$$eval('article', (list) => list.map((hit) => hit.dataset.id));

async function shownList(page, id) {
  const items = await page.$$eval(`${id} .ais-RefinementList-item`, (list) => list.map((item) => [
    item.querySelector('.ais-RefinementList-labelText').textContent,
    item.querySelector('.ais-RefinementList-count').textContent]));
  return Object.fromEntries(items.map(([label, count]) => [label.trim(), number(count)]).sort());
}

async function shownTree(page) {
  const items = await page.$$eval('#area .ais-HierarchicalMenu-item', (list) => list.map((item) => [
    item.parentElement.closest('.ais-HierarchicalMenu-item') ? 1 : 0,
    item.querySelector('.ais-HierarchicalMenu-label').textContent,
    item.querySelector('.ais-HierarchicalMenu-count').textContent]));
  const of = (level) => Object.fromEntries(items.filter((item) => item[0] === level)
    .map(([, label, count]) => [label.trim(), number(count)]).sort());
  return [of(0), of(1)];
}

const sorted = (counts) => Object.fromEntries(Object.entries(counts).sort());
const chooses = (page, id, label) => does(page, () => page.locator(`${id} label`, { hasText: label }).first().click());
const goesTo = (page, label) => does(page, () => page.locator('#area a', { hasText: label }).first().click());

test('InstantSearch: disjunctive and hierarchical counts are those of the API', async () => {
  const page = await openPortal();
  const all = await api('facets=theme,area');
  same(await total(page), all.totalHits);
  same(await hitIds(page), all.hits.map((hit) => hit.id));
  same(await shownList(page, '#theme'), sorted(labelled(all.facets.theme)));
  const regions = ({ type }) => type === 'region' || type === 'nationwide' || type === 'online';
  same((await shownTree(page))[0], sorted(labelled(all.facets.area, regions)));

  await chooses(page, '#theme', 'Kulttuuri');
  await chooses(page, '#theme', 'Liikunta');
  const two = await api('theme=kulttuuri&theme=liikunta&facets=theme,area');
  same(await total(page), two.totalHits);
  same(await shownList(page, '#theme'), sorted(labelled(two.facets.theme)));
  same((await shownTree(page))[0], sorted(labelled(two.facets.area, regions)));

  await goesTo(page, 'Etelä-Savo');
  await goesTo(page, 'Mikkeli');
  same(await page.evaluate(() => window.asked.at(-1).length), 4, 'queries of one click');
  const both = await api('theme=kulttuuri&theme=liikunta&area=491&facets=theme,area');
  same(await total(page), both.totalHits);
  same(await hitIds(page), both.hits.map((hit) => hit.id));
  same(await shownList(page, '#theme'), sorted(labelled(both.facets.theme)));
  const [level0, level1] = await shownTree(page);
  const areas = labelled(both.facets.area, ({ type }) => type !== 'wellbeing');
  const municipalities = labelled(all.facets.area, ({ type }) => type === 'municipality');
  same(level0, sorted(labelled(both.facets.area, regions)));
  const shown = Object.keys(level1);
  check(shown.length > 5 && shown.every((name) => name in municipalities), JSON.stringify(level1));
  same(level1, sorted(Object.fromEntries(shown.map((name) => [name, areas[name]]))));

  const chosen = await page.$$eval('#chosen .ais-CurrentRefinements-categoryLabel', (list) => list.map((item) =>
    item.textContent));
  same(chosen.sort(), ['Etelä-Savo > Mikkeli', 'Kulttuuri', 'Liikunta']);
  await does(page, () => page.locator('#chosen .ais-CurrentRefinements-category', { hasText: 'Liikunta' })
    .locator('button').click());
  same(await total(page), (await api('theme=kulttuuri&area=491')).totalHits);
  await page.close();
});

test('InstantSearch: what is typed is found, marked, ordered and paged', async () => {
  const page = await openPortal();
  await does(page, () => page.fill('#search input', 'kerho'));
  const found = await api('q=kerho');
  same(await total(page), found.totalHits);
  same(await hitIds(page), found.hits.map((hit) => hit.id));
  const marks = await page.$$eval('article h2 mark', (list) => list.map((mark) => mark.textContent));
  check(marks.some((mark) => /kerho/i.test(mark)), 'marks in titles');
  check(await page.$$eval('article p mark', (list) => list.length > 0), 'marks in snippets');
  const text = (await page.textContent('#hits')) ?? '';
  check(!/__|&amp;|<em>/.test(text), 'no marks are left over');
  await does(page, () => page.locator('.ais-Pagination-link', { hasText: '2' }).first().click());
  same(await hitIds(page), (await api('q=kerho&page=2')).hits.map((hit) => hit.id));
  await does(page, () => page.selectOption('#sort select', 'opastin_name'));
  same(await hitIds(page), (await api('q=kerho&sort=name')).hits.map((hit) => hit.id));
  await page.close();
});

test('InstantSearch: switches, both of two values, values that are searched for', async () => {
  const page = await openPortal();
  const themes = await shownList(page, '#theme');
  await does(page, () => page.fill('#theme .ais-SearchBox-input', 'mus'));
  await page.waitForFunction(() => document.querySelectorAll('#theme .ais-RefinementList-item').length < 4);
  same(await shownList(page, '#theme'), { Musiikki: themes.Musiikki });
  await chooses(page, '#theme', 'Musiikki');
  same(await total(page), (await api('theme=musiikki')).totalHits);
  await does(page, () => page.locator('#chosen button').first().click());
  await does(page, () => page.click('#free input'));
  same(await total(page), (await api('free=1')).totalHits);
  await chooses(page, '#accessible', 'Esteetön WC');
  await chooses(page, '#accessible', 'Hissi');
  const both = await total(page);
  const one = (await api('free=1&accessible=lift')).totalHits;
  check(both > 0 && both < one, `${both} with both, ${one} with one`);
  same((await shownList(page, '#accessible'))['Esteetön WC'], both);
  await page.close();
});

test('InstantSearch: ranges and places', async () => {
  const page = await openPortal();
  const bounds = await page.$$eval('#age input', (list) => list.map((input) => [input.min, input.max]));
  same(bounds[0][0], '0');
  check(Number(bounds[0][1]) > 50, JSON.stringify(bounds));
  same(await page.getAttribute('#slider .rheostat-handle-lower', 'aria-valuemin'), await page.getAttribute(
    '#slider .rheostat-handle-lower', 'aria-valuenow'), 'the slider stands at its ends');
  await page.fill('#age .ais-RangeInput-input--min', '10');
  await page.fill('#age .ais-RangeInput-input--max', '20');
  await does(page, () => page.click('#age .ais-RangeInput-submit'));
  const ages = await page.$$eval('article', (list) => list.map((hit) => Number(hit.dataset.age)));
  check(ages.length > 3 && ages.every((age) => age >= 10 && age <= 20), JSON.stringify(ages));
  await does(page, () => page.locator('#chosen button').first().click());
  await does(page, () => page.focus('#slider .rheostat-handle-upper').then(() => page.keyboard.press('ArrowLeft')));
  check(await total(page) > 0, 'the slider moves');
  await page.close();

  const other = await openPortal();
  await does(other, () => other.evaluate(() => window.near(true)));
  const far = await other.$$eval('article', (list) => list.map((hit) => Number(hit.dataset.km)));
  check(far.length > 5 && far.every((km, i) => km <= 5 && (i === 0 || km >= far[i - 1])), JSON.stringify(far));
  await does(other, () => other.evaluate(() => window.near(false)));
  await does(other, () => other.evaluate(() => window.geo.refine({ northEast: { lat: 61.8, lng: 27.4 },
    southWest: { lat: 61.6, lng: 27.1 } })));
  const places = await other.evaluate(() => window.geo.items.map((item) => [].concat(item._geoloc)));
  const inside = ({ lat, lng }) => lat >= 61.6 && lat <= 61.8 && lng >= 27.1 && lng <= 27.4;
  check(places.length > 5 && places.every((list) => list.some(inside)), JSON.stringify(places));
  await other.close();
});

test('InstantSearch: no error on the page', () => check(!errors.length, [...new Set(errors)].join('\n')));
