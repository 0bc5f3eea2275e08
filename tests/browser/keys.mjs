// Single letters do nothing until they are turned on.
import { open, same, test } from './harness.mjs';

const at = (page) => page.evaluate(() => document.activeElement.closest('.card')?.id || document.activeElement.id);

test('letters do nothing until the help page turns them on, and nothing within a field', async () => {
  const page = await open('/fi/search?q=kerho');
  await page.keyboard.press('j');
  same(await at(page), '', 'off by default');
  await page.goto(page.url().replace(/search.*/, 'help'));
  await page.click('#keys button');
  same(await page.textContent('#keys button'), 'Poista pikanäppäimet käytöstä');
  await page.goBack();
  const ids = await page.locator('.card').evaluateAll((cards) => cards.map((card) => card.id));
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  same(await at(page), ids[1]);
  await page.keyboard.press('k');
  same(await at(page), ids[0]);
  await page.keyboard.press('Alt+j');
  same(await at(page), ids[0], 'with another key it is not the letter alone');
  await page.keyboard.press('m');
  same(await page.evaluate(() => sessionStorage.getItem('list')), ids[0].replace('c-', ''));
  await page.keyboard.press('/');
  same(await at(page), 'q');
  await page.keyboard.type('jk/?');
  same(await page.inputValue('#q'), 'jk/?');
  await page.locator('.name').focus();
  await page.keyboard.press('?');
  await page.waitForURL('**/help#keys');
  await page.click('#keys button');
  await page.keyboard.press('/');
  same(await page.textContent('#keys button'), 'Ota pikanäppäimet käyttöön');
  await page.done();
});
