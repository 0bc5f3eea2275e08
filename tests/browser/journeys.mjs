// The search page used, with script and without.
import { check, open, same, test } from './harness.mjs';

const countOf = async (page) => (await page.locator('#count').textContent()).trim();
const openFilters = (page) => page.evaluate(() => document.querySelectorAll('.panel, .group')
  .forEach((box) => { box.open = true; }));

test('without script: search, filter, back', async () => {
  const page = await open('/fi/search', { javaScriptEnabled: false });
  await page.fill('#q', 'jumppa');
  await page.click('button:has-text("Hae")');
  same(new URL(page.url()).search, '?q=jumppa');
  const all = await countOf(page);
  const option = page.locator('fieldset input[name="kind"]').first();
  const label = await option.locator('xpath=..').textContent();
  await option.check();
  await page.click('#apply');
  check(/\?q=jumppa&kind=\w+/.test(page.url()), page.url());
  same(await countOf(page), label.match(/, (\d+ toimintaa?)/)[1]);
  check(await page.locator('fieldset input[name="kind"]:checked').count() === 1, 'the choice stays');
  await page.goBack();
  same(await countOf(page), all);
  await page.goForward();
  await page.click('.chip');
  same(await countOf(page), all);
  await page.done();
});

test('with script: counts before, swaps, says, comes back', async () => {
  const page = await open('/fi/search?q=jumppa');
  const all = await countOf(page);
  await page.evaluate(() => { window.stayed = true; });
  await openFilters(page);
  const option = page.locator('fieldset input[name="kind"]').first();
  const said = (await option.locator('xpath=..').textContent()).match(/, (\d+ toimintaa?)/)[1];
  await option.check();
  await page.waitForFunction((text) => document.getElementById('apply').textContent === `Näytä ${text}`, said);
  same(new URL(page.url()).search, '?q=jumppa');
  await page.click('#apply');
  await page.waitForURL('**kind=**');
  await page.waitForFunction((text) => document.getElementById('count').textContent === text, said);
  same(await page.evaluate(() => document.activeElement.id), 'count');
  await page.waitForFunction((text) => document.getElementById('said').textContent === text, said);
  check(!/near=|radius=|age=/.test(page.url()), page.url());
  await page.goBack();
  await page.waitForFunction((text) => document.getElementById('count').textContent === text, all);
  same(await page.evaluate(() => window.stayed), true, 'the page was not loaded anew');
  await page.done();
});

test('a card says a price once', async () => {
  const page = await open('/fi/search?q=tuolijumppa');
  const cards = await page.locator('.card .facts').allTextContents();
  const priced = cards.filter((text) => text.includes('Kahvi ja pulla 1,50 €'));
  check(priced.length > 0 && priced.every((text) => text.split('1,50').length === 2), `${priced}`);
  await page.done();
});

test('the sources of the status page need no sideways scrolling on a phone', async () => {
  const page = await open('/fi/status', { viewport: { width: 375, height: 800 } });
  const [wide, room, label] = await page.locator('.stack').evaluate((table) => [table.scrollWidth,
    table.parentElement.clientWidth, getComputedStyle(table.querySelector('td'), '::before').content]);
  check(wide <= room && label.length > 5, `${wide} of ${room}, ${label}`);
  await page.done();
});

test('suggestions are chosen by keys, and only then', async () => {
  const page = await open('/fi/search');
  await page.locator('#q').pressSequentially('tuolij');
  await page.waitForSelector('#q[aria-expanded="true"]');
  same(await page.getAttribute('#q', 'aria-activedescendant'), null, 'nothing is chosen for you');
  await page.keyboard.press('ArrowDown');
  const active = await page.getAttribute('#q', 'aria-activedescendant');
  same(await page.getAttribute(`#${active}`, 'aria-selected'), 'true');
  await page.keyboard.press('Escape');
  same(await page.getAttribute('#q', 'aria-expanded'), 'false');
  same(await page.inputValue('#q'), 'tuolij');
  await page.locator('#q').pressSequentially('u');
  await page.waitForSelector('#q[aria-expanded="true"]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**q=tuoliju');
  await page.locator('#q').fill('');
  await page.locator('#q').pressSequentially('mikke');
  await page.waitForSelector('#q[aria-expanded="true"]');
  await page.locator('[role="option"][id^="q-areas"]').first().click();
  await page.waitForURL('**area=491**');
  same(await page.inputValue('#q'), '');
  await page.done();
});

test('the language changes and the search stays', async () => {
  const page = await open('/fi/search?q=vertaistuki&area=491');
  await page.click('.languages a[lang="sv"]');
  same(new URL(page.url()).pathname + new URL(page.url()).search, '/sv/search?q=vertaistuki&area=491');
  same(await page.getAttribute('html', 'lang'), 'sv');
  check(await page.locator('.card [lang="fi"]').count() > 0, 'Finnish texts say that they are');
  await page.done();
});
