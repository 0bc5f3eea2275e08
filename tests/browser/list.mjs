// The shortlist's journeys, with script and without; and what is left of a client when the next one comes.
import { check, open, same, test } from './harness.mjs';

const address = (page) => new URL(page.url()).pathname + new URL(page.url()).search;
const names = async (page) => (await page.locator('.whole h3').allTextContents()).map((text) => text.trim());
const stored = (page) => page.evaluate(() => sessionStorage.getItem('list'));

test('list without script: collected from two searches, put in order, printed', async () => {
  const page = await open('/fi/search?q=kerho', { javaScriptEnabled: false });
  const first = (await page.locator('.card h3').first().textContent()).trim();
  await page.locator('.keep a').first().click();
  check(/^\/fi\/search\?q=kerho&list=[a-z0-9-]+$/.test(address(page)), address(page));
  same((await page.locator('.keep a.is-on').allTextContents()).length, 1);
  await page.fill('#q', 'jumppa');
  await page.click('button:has-text("Hae")');
  check(page.url().includes('q=jumppa') && page.url().includes('list='), page.url());
  const second = (await page.locator('.card h3').first().textContent()).trim();
  await page.locator('.keep a').first().click();
  same(await page.textContent('#mylist .n'), ' (2)');
  await page.click('#mylist');
  same(await names(page), [first, second]);
  await page.click('text=Siirrä alemmas');
  same(await names(page), [second, first]);
  await page.click('text=Iso teksti');
  same(await page.evaluate(() => getComputedStyle(document.querySelector('.items')).fontSize), '24px', '18 points');
  await page.click('.name');
  check(page.url().includes('list='), 'the name leads on with the list');
  await page.click('#new');
  same(address(page), '/fi/search');
  await page.done();
});

test('list with script: in the tab, in no address', async () => {
  const page = await open('/fi/search?q=kerho');
  await page.locator('.keep a').nth(0).click();
  await page.locator('.keep a').nth(1).click();
  same(address(page), '/fi/search?q=kerho');
  same((await stored(page)).split(',').length, 2);
  await page.waitForFunction(() => document.getElementById('said').textContent === 'Lisättiin muistilistalle');
  await page.goto(page.url().replace('kerho', 'jumppa'));
  same(await page.textContent('#mylist .n'), ' (2)');
  await page.locator('.keep a').nth(0).click();
  await page.click('#mylist');
  same((await names(page)).length, 3);
  same(new URL(page.url()).searchParams.get('id'), await stored(page));
  await page.click('.moves >> text=Poista listalta');
  await page.waitForFunction(() => document.querySelectorAll('.whole h3').length === 2);
  same(new URL(page.url()).searchParams.get('id'), await stored(page));
  await page.goBack();
  await page.goto(page.url().replace(/\/list.*/, '/search?q=kerho&list=joensuu-afasiakerho'));
  await page.waitForURL('**/fi/search?q=kerho');
  check((await stored(page)).includes('joensuu-afasiakerho'), 'a list in an address is taken over, and leaves it');
  await page.done();
});

test('list of somebody else: looked at, not mixed with one\'s own', async () => {
  const page = await open('/fi/search?q=kerho');
  await page.locator('.keep a').nth(0).click();
  const own = await stored(page);
  const other = 'joensuu-afasiakerho,jarvenpaa-selkokerho';
  await page.goto(page.url().replace(/\/search.*/, `/list?id=${other}`));
  same(await stored(page), own);
  await page.click('.moves >> text=Siirrä alemmas');
  await page.waitForURL('**id=jarvenpaa-selkokerho**');
  same(await stored(page), 'jarvenpaa-selkokerho,joensuu-afasiakerho');
  await page.done();
});

test('list: copied by a button', async () => {
  const page = await open('/fi/list?id=joensuu-afasiakerho', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.click('text=Kopioi linkki');
  await page.waitForFunction(() => document.getElementById('said').textContent === 'Kopioitiin');
  same(await page.evaluate(() => navigator.clipboard.readText()), await page.inputValue('#share'));
  await page.done();
});

test('the next client finds nothing of the one before', async () => {
  const page = await open('/fi/search?q=kerho');
  await page.locator('.keep a').nth(0).click();
  await page.click('#mylist');
  await page.click('#new');
  await page.waitForURL('**/fi/search');
  same(await page.inputValue('#q'), '');
  same(await page.textContent('#mylist .n'), ' (0)');
  const left = await page.evaluate(async () => [sessionStorage.length, localStorage.length, document.cookie,
    (await indexedDB.databases()).length, (await caches.keys()).length]);
  same(left, [0, 0, '', 0, 0]);
  await page.done();
});

test('the next client finds nothing, where the browser clears nothing by itself: without TLS', async () => {
  const page = await open('/fi/search?q=kerho');
  await page.route('**/fi/new', async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 });
    const { 'clear-site-data': cleared, ...headers } = answer.headers();
    check(cleared, 'the server asks for it');
    await route.fulfill({ status: answer.status(), headers });
  });
  await page.locator('.keep a').nth(0).click();
  check(await stored(page), 'something is kept');
  await page.click('#new');
  await page.waitForURL('**/fi/search');
  same(await page.evaluate(() => sessionStorage.length), 0);
  same(await page.textContent('#mylist .n'), ' (0)');
  await page.done();
});
