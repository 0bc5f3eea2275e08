// The pages in every state that a reader may find them in.  Whoever adds a page adds its states here.
//   path    what is opened;  stale: of the daemon whose data is a week old;  options: of the browser's context
//   act     what is done in the page then;  form: what is sent to path, to have the state's source
import { base, daemon, open } from './harness.mjs';

export const openAll = (page) => page.evaluate(() => document.querySelectorAll('details')
  .forEach((box) => { box.open = true; }));
const withoutScript = { emptyScripts: true }; // so that those who judge the page have theirs

export const states = {
  start: { path: '/fi/search' },
  results: { path: '/fi/search?q=vertaistuki' },
  filtered: { path: '/fi/search?q=jumppa&theme=liikunta&area=491&accessible=wheelchair&weekday=tue&age=70' },
  near: { path: '/fi/search?near=50100&radius=30&sort=distance' },
  few: { path: '/fi/search?q=jumppa+torstaisin+Pertunmaa' },
  none: { path: '/fi/search?q=qqqwww' },
  later: { path: '/fi/search?sort=name&page=3' },
  opened: { path: '/fi/search?q=kerho&open=wellbeing-10' },
  map: { path: '/fi/search?map=1' },
  'map-county': { path: '/sv/search?q=kerho&area=491&area=wellbeing-12&open=wellbeing-12&map=1' },
  'map-small': { path: '/en/search?open=wellbeing-03&map=1' },
  dated: { path: '/fi/search?q=kerho&date=2026-12-07&until=2026-12-13&weekday=thu' },
  mistake: { path: '/fi/search?q=kerho&near=xyzzy&age=old' },
  'long-words': { path: '/fi/search?q=epäjärjestelmällistyttämättömyydellänsäkäänköhän' },
  swedish: { path: '/sv/search?q=kamratst%C3%B6d' },
  english: { path: '/en/search?q=peer+support' },
  'swedish-none': { path: '/sv/search?q=qqqwww&area=491&free=1' },
  stale: { path: '/fi/search?q=kerho', stale: true },
  'stale-status': { path: '/fi/status', stale: true },
  'no-script': { path: '/fi/search?q=kerho&area=491', options: withoutScript, act: openAll },
  'no-script-list': { path: '/fi/search?q=kerho&list=joensuu-afasiakerho', options: withoutScript },
  status: { path: '/fi/status' },
  list: { path: '/fi/list?id=mikkeli-sydankerho-kerhoilta,joensuu-afasiakerho,jarvenpaa-selkokerho,unknown' },
  'list-empty': { path: '/sv/list' },
  'list-gone': { path: '/fi/list?id=browser-gone,browser-long-words' },
  'list-normal': { path: '/sv/list?id=mikkeli-sydankerho-kerhoilta,joensuu-afasiakerho&print=normal' },
  'list-large': { path: '/fi/list?id=mikkeli-sydankerho-kerhoilta,joensuu-afasiakerho&print=large' },
  'list-plain': { path: '/en/list?id=mikkeli-sydankerho-kerhoilta,joensuu-afasiakerho&print=plain' },
  privacy: { path: '/fi/privacy' },
  accessibility: { path: '/sv/accessibility' },
  help: { path: '/en/help' },
  api: { path: '/api' },
  missing: { path: '/fi/nowhere' },
  framed: { path: '/embed?q=kerho&area=491&lock=area&look=blue' },
  'framed-list': { path: '/embed?area=491&lang=sv&view=list&look=contrast' },
  builder: { path: '/fi/embed?area=491&theme=liikunta&lock=area' },
  item: { path: '/fi/item/mikkeli-erokahvila?from=q=avioero%26near=50100' },
  'item-full': { path: '/fi/item/joensuu-rinnalla-ryhma' },
  'item-no-phone': { path: '/fi/item/mikkeli-kajo-osallistujat' },
  'item-event': { path: '/fi/item/kontiolahti-puurojuhla-2026' },
  'item-postponed': { path: '/en/item/kajaani-disko-2027' },
  'item-place': { path: '/fi/item/kontiolahti-kohtaamispaikka' },
  'item-organisation': { path: '/fi/item/tampere-omaishoitajat' },
  'item-project': { path: '/sv/item/yhdessa-ei-olla-yksin' },
  'item-swedish': { path: '/sv/item/raasepori-marthor-kurs' },
  'item-long-words': { path: '/fi/item/browser-long-words' },
  'item-no-script': {
    path: '/fi/item/mikkeli-erokahvila?list=joensuu-afasiakerho', options: withoutScript, act: openAll,
  },
  'item-gone': { path: '/fi/item/browser-gone' },
  'report-open': { path: '/fi/item/mikkeli-erokahvila', act: openAll },
  report: { path: '/sv/item/mikkeli-erokahvila/report' },
  'report-sent': { path: '/fi/item/mikkeli-erokahvila?reported=1' },
  'report-mistaken': {
    path: '/fi/item/mikkeli-erokahvila/report',
    form: { kind: 'other', text: '' },
    async act(page) {
      await page.check('#report-other');
      await page.click('button:has-text("Lähetä ilmoitus")');
      await page.waitForSelector('#wrong');
    },
  },
  suggesting: {
    path: '/fi/search',
    async act(page) {
      await page.locator('#q').pressSequentially('kave');
      await page.waitForSelector('#q[aria-expanded="true"]');
      await page.keyboard.press('ArrowDown');
    },
  },
  narrowed: {
    path: '/fi/search?theme=jumppa',
    async act(page) {
      await page.evaluate(() => document.querySelectorAll('.panel, .group').forEach((box) => { box.open = true; }));
      await page.locator('[data-group="theme"] .narrow').fill('vertais');
    },
  },
  swapped: {
    path: '/fi/search?q=kerho',
    async act(page) {
      await openAll(page);
      await page.locator('input[name="kind"]').first().check();
      await page.locator('#apply').click();
      await page.waitForURL('**kind=**');
    },
  },
};

let old;
// The daemon of one whose indexer has not run for a week.
async function at(state) {
  if (!state.stale) {
    return base;
  }
  old ||= daemon(['--today', '2026-12-08']);
  return (await old).base;
}

// The state's page, opened and acted in; look: more of the browser's context.
export async function show(state, look = {}) {
  const page = await open(state.path, { bypassCSP: true, ...state.options, ...look }, await at(state));
  await state.act?.(page);
  return page;
}

// The state's page as it is sent.
export async function source(state) {
  const where = await at(state);
  const answer = await fetch(where + state.path, { headers: { Accept: 'text/html', Origin: where },
    ...state.form && { method: 'POST', body: new URLSearchParams(state.form) } });
  return answer.text();
}
