// The box that narrows the values of a filter.
import { check, open, same, test } from './harness.mjs';

const seen = (page) => page.locator('[data-group="theme"] li:visible > label .l').allTextContents();

test('many values are narrowed down, the chosen ones stay, and nothing is asked', async () => {
  const page = await open('/fi/search?theme=jumppa');
  const all = await seen(page);
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  const few = (await page.locator('#facets fieldset').evaluateAll((groups) => groups.map((group) =>
    [group.querySelectorAll('li').length, Boolean(group.querySelector('.narrow'))]))).filter(([n]) => n <= 20);
  check(few.some(([n]) => n >= 7), `${few}`);
  same(few.filter(([, box]) => box), [], 'a few values need no box');
  await page.locator('[data-group="theme"] .narrow').fill('VERTAIS');
  const found = await seen(page);
  check(found.includes('Vertaistuki') && found.includes('Jumppa'), `${found}`);
  check(found.length < all.length, `${found.length} of ${all.length}`);
  await page.waitForFunction((n) => document.getElementById('said').textContent === `${n} vaihtoehtoa`, found.length);
  await page.waitForTimeout(500);
  same(asked, []);
  await page.locator('[data-group="theme"] .narrow').fill('');
  same(await seen(page), all, 'as it was');
  await page.done();
});
