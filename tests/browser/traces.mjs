// A day at the desk, and what is left of it: in the daemon's log and state, in what may be cached, in the browser and
// in its profile on disk.  Everything that a client may be known by is typed, and looked for afterwards.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { browserOptions, check, chromium, daemon, same, test } from './harness.mjs';

// Nobody's: the number of a day that there is not, addresses of example.org, a network that documentation uses.
const SECRETS = ['Tuulevi', 'Esimerkkinen', 'Salakatu', '320345-123A', '320345', 'tuulevi.esimerkkinen@example.org',
  '040 000 7654', '0400007654', '203.0.113.77', 'kilpirauhasvaikeus', 'velkajärjestelyahdistus', 'Konttiaakkonen/5',
  'Xyrxämpäri'];
// A word that many look for in vain, which the maintainer is to know of.
const COMMON = 'shamanismi';
const RARE = 'Xyrxämpäri'; // found as little, and asked for twice
const QUERIES = ['Tuulevi Esimerkkinen', 'Esimerkkinen Salakatu 12 50100 Mikkeli', '320345-123A', 'hetu 320345 123A',
  'tuulevi.esimerkkinen@example.org', 'puh 040 000 7654', '0400007654', 'kilpirauhasvaikeus velkajärjestelyahdistus',
  'vertaistuki Esimerkkinen', 'lukupiiri mikkeli Tuulevi'];

const spellings = (secret) => [secret, encodeURIComponent(secret), encodeURIComponent(secret).replaceAll('%20', '+'),
  secret.replaceAll(' ', '')].map((text) => text.toLowerCase());

// The secrets in a text or in the bytes of a file; both ways in which a browser writes letters.
function found(content) {
  const texts = [content.toString('utf8').toLowerCase(), content.toString('utf16le').toLowerCase(),
    content.subarray(1).toString('utf16le').toLowerCase()];
  return SECRETS.filter((secret) => spellings(secret).some((text) => texts.some((all) => all.includes(text))));
}

function files(folder) {
  return readdirSync(folder, { recursive: true }).map((name) => join(folder, name))
    .filter((name) => statSync(name).isFile());
}

/* ---- the daemon ------------------------------------------------------------------------------------------------- */

async function ask(base, path, options = {}) {
  const answer = await fetch(base + path, { redirect: 'manual', ...options, headers: { Accept: 'text/html',
    Referer: `${base}/fi/search?q=Tuulevi+Esimerkkinen`, 'User-Agent': 'Konttiaakkonen/5',
    'X-Forwarded-For': '203.0.113.77', Forwarded: 'for=203.0.113.77', Cookie: 'nimi=Tuulevi', ...options.headers } });
  await answer.arrayBuffer();
  return answer;
}

// Every path that takes words; the addresses that were asked for, as a log that is not ours would have them.
async function day(base) {
  const asked = [];
  const get = async (path) => {
    asked.push(path);
    return ask(base, path);
  };
  for (const query of QUERIES) {
    const q = encodeURIComponent(query);
    for (const path of [`/fi/search?q=${q}`, `/sv/search?q=${q}&near=Salakatu+12`, `/api/v1/search?q=${q}`,
      `/api/v1/suggest?q=${q}`, `/fi/item/mikkeli-lukupiiri?from=q%3D${encodeURIComponent(q)}`,
      `/fi/list?id=mikkeli-lukupiiri&q=${q}`, `/fi/${q}`, `/fi/item/${q}`, `/api/v1/items/${q}`,
      `/api/v1/similar/${q}`]) {
      const answer = await get(path);
      check(answer.status < 500, `${path}: ${answer.status}`);
      same(answer.headers.get('set-cookie'), null, path);
      check(answer.headers.get('referrer-policy') === 'no-referrer' || !path.startsWith('/fi'), `${path}: referrer`);
      if (path.includes('/list') || path.includes('list=') || answer.status >= 400) {
        same(answer.headers.get('cache-control'), 'no-store', path);
      }
    }
  }
  for (let i = 0; i < 4; i += 1) {
    await get(`/fi/search?q=${COMMON}`);
  }
  for (let i = 0; i < 2; i += 1) {
    await get(`/fi/search?q=${encodeURIComponent(RARE)}`);
  }
  for (const text of ['soita 040 000 7654', 'tuulevi.esimerkkinen@example.org kertoi', 'asiakas 320345-123A']) {
    const answer = await ask(base, '/fi/item/mikkeli-lukupiiri/report', { method: 'POST',
      headers: { Origin: base }, body: new URLSearchParams({ kind: 'other', text }) });
    same(answer.status, 303, 'a report is taken');
    same(answer.headers.get('cache-control'), 'no-store');
  }
  return asked;
}

test('traces: after a day, log and state have no query, no address, nothing of a client', async () => {
  const state = mkdtempSync(join(process.env.WORK, 'state-'));
  const own = await daemon(['--today', '2026-12-01', '--access-log', '--state', state]);
  const asked = await day(own.base);
  await own.stop();
  const lines = own.log.trim().split('\n');
  same(found(Buffer.from(own.log)), [], 'in the log');
  const requests = lines.filter((line) => line.includes('event=request'));
  check(requests.length >= asked.length, `${requests.length} lines for ${asked.length} requests`);
  const form = /^info event=request method=\w+ path=[^ ?]+ status=\d+ bytes=\d+ ms=[\d.]+ id=[0-9a-f]{16}$/;
  same(requests.filter((line) => !form.test(line)), [], 'lines of another form');
  check(!requests.some((line) => line.includes('127.0.0.1')), 'the address of a reader');
  const kept = files(state);
  same(kept.map((name) => name.slice(state.length + 1)).sort(), ['error-reports.jsonl', 'zero-hits.json']);
  kept.forEach((name) => same(found(readFileSync(name)), [], name));
  const words = JSON.parse(readFileSync(join(state, 'zero-hits.json'))).words.map(({ word }) => word);
  same(words, [COMMON], 'only what three and more asked for is kept');
  same(readFileSync(join(state, 'error-reports.jsonl'), 'utf8').trim().split('\n').length, 3, 'reports');
  // The control: what a proxy that logs whole addresses would have written is found.
  const careless = asked.map((path) => `203.0.113.77 "GET ${path}" "Konttiaakkonen/5"`).join('\n');
  same(found(Buffer.from(careless)), SECRETS, 'what a careless log would have');
});

/* ---- the browser ------------------------------------------------------------------------------------------------ */

const left = (page) => page.evaluate(async () => ({ cookie: document.cookie, local: { ...localStorage },
  session: { ...sessionStorage }, databases: await indexedDB.databases(), caches: await caches.keys() }));

async function client(page, base) {
  await page.goto(`${base}/fi/search`);
  for (const query of ['Tuulevi Esimerkkinen', 'lukupiiri kilpirauhasvaikeus', 'lukupiiri mikkeli']) {
    await page.fill('#q', '');
    await page.locator('#q').pressSequentially(query);
    await page.waitForTimeout(250); // suggestions are asked for
    await page.keyboard.press('Enter');
    await page.waitForFunction((q) => new URLSearchParams(window.location.search).get('q') === q, query);
  }
  await page.locator('.keep a').first().click();
  await page.locator('.card h3 a').first().click();
  await page.waitForURL('**/item/**');
  await page.locator('.report summary').click();
  await page.check('#report-other');
  await page.fill('#report-text', 'Tuulevi Esimerkkinen soitti');
  await page.click('button:has-text("Lähetä ilmoitus")');
  await page.waitForURL('**reported=1**');
  await page.click('#mylist');
  await page.click('text=Iso teksti');
  return left(page);
}

test('traces: the browser keeps ids while a client is there, and nothing when the next one comes', async () => {
  const profile = mkdtempSync(join(process.env.WORK, 'profile-'));
  const own = await daemon(['--today', '2026-12-01', '--state', mkdtempSync(join(process.env.WORK, 'state-'))]);
  const context = await chromium.launchPersistentContext(profile, browserOptions);
  const page = context.pages()[0] || await context.newPage();
  const during = await client(page, own.base);
  same(Object.keys(during.session), ['list']);
  check(/^[a-z0-9.,_:-]+$/.test(during.session.list), during.session.list);
  same({ ...during, session: {} }, { cookie: '', local: {}, session: {}, databases: [], caches: [] });
  await page.click('#new');
  await page.waitForURL('**/fi/search');
  same(await left(page), { cookie: '', local: {}, session: {}, databases: [], caches: [] });
  same(await page.inputValue('#q'), '');
  same(await context.cookies(), []);
  await context.close();
  await own.stop();
  // Addresses that were opened are in the browser's history: the page on privacy says so, and what helps.
  const history = /\/(History|Sessions|Top Sites|Favicons|Visited Links|Shortcuts|ukm_db)/;
  const traces = files(profile).filter((name) => found(readFileSync(name)).length);
  same(traces.filter((name) => !history.test(name)).map((name) => name.slice(profile.length + 1)), [], 'on disk');
  check(traces.some((name) => history.test(name)), 'the control: what is in the history is found');
  rmSync(profile, { recursive: true, force: true });
});
