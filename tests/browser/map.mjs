// The map of Finland: the same choice as the list of areas, by pointer and by keyboard, with script and without.
import { check, open, same, test } from './harness.mjs';

const SAVO = '#map-wellbeing-12';
const found = (page) => page.textContent('#count');
const ticked = (page) => page.locator('fieldset input[name="area"]:checked').evaluateAll((boxes) => boxes
  .map((box) => box.value));

test('list, map and address choose the same area', async () => {
  const page = await open('/fi/search?q=kerho&area=491');
  const byAddress = await found(page);
  await page.goto(page.url().replace('&area=491', '&open=wellbeing-12'));
  await page.locator('fieldset input[name="area"][value="491"]').check();
  await page.click('#apply');
  await page.waitForURL('**area=491**');
  await page.waitForFunction((text) => document.getElementById('count').textContent === text, byAddress);
  await page.goto(page.url().split('?')[0]);
  await page.fill('#q', 'kerho');
  await page.keyboard.press('Enter');
  await page.waitForURL('**q=kerho');
  await page.click('#facets #map');
  await page.waitForSelector(SAVO);
  same(await page.evaluate(() => document.activeElement.id), 'map', 'who opened the map is on it');
  await page.click(SAVO);
  await page.waitForSelector('#map-491');
  await page.click('#map-491');
  await page.waitForSelector('#map-491[aria-current="true"]');
  same(await found(page), byAddress);
  same(await ticked(page), ['491'], 'the list says so too');
  same(await page.evaluate(() => document.activeElement.id), 'map-491', 'the focus stays on the shape');
  same(new URL(page.url()).search, '?q=kerho&area=491&open=wellbeing-12&map=1');
  await page.click('#map-740');
  await page.waitForSelector('#map-740[aria-current="true"]');
  same(await ticked(page), ['491', '740'], 'one more, not instead');
  await page.click('.chip');
  await page.waitForSelector('#map-491:not([aria-current])');
  check(await page.locator('#map-740[aria-current]').count() === 1, 'the map stays open and follows the chips');
  await page.done();
});

test('the keyboard chooses on the map, and sees the name and the count', async () => {
  const page = await open('/fi/search?map=1');
  await page.locator('#map').focus();
  const names = new Set();
  for (let i = 0; i < 30; i += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const link = document.activeElement;
      const text = link.closest('.map') && link.querySelector('.map-name');
      return text && { display: getComputedStyle(text).display, text: text.textContent, label: link.ariaLabel };
    });
    if (seen) {
      check(seen.display !== 'none', `${seen.label} is not seen`);
      check(/toiminta/.test(seen.text) && seen.label.replaceAll(' ', '') === seen.text.replaceAll(' ', ''),
        `${seen.text} | ${seen.label}`);
      names.add(seen.label);
    }
  }
  same(names.size, 23, 'each county once');
  await page.locator(SAVO).focus();
  await page.keyboard.press('Enter');
  await page.waitForSelector('#map-491');
  await page.locator('#map-whole').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**area=wellbeing-12**');
  await page.waitForFunction(() => document.activeElement.id === 'map-whole');
  await page.done();
});

test('the map works without script', async () => {
  const page = await open('/fi/search?q=kerho', { javaScriptEnabled: false });
  await page.click('#facets #map');
  await page.click(SAVO);
  await page.click('#map-491');
  same(new URL(page.url()).search, '?q=kerho&area=491&open=wellbeing-12&map=1');
  same(await ticked(page), ['491']);
  await page.click('#s button[type="submit"]');
  check(await page.locator('#map-491[aria-current="true"]').count() === 1, 'a new search keeps the map and the choice');
  await page.done();
});
