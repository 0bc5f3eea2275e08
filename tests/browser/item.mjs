// The item's page used: onto the list, an error reported.
import { check, open, same, test } from './harness.mjs';

const ITEM = '/fi/item/mikkeli-erokahvila?from=q=avioero';
const address = (page) => new URL(page.url()).pathname + new URL(page.url()).search;

test('item: onto the list and off again, with script', async () => {
  const page = await open(ITEM);
  same(await page.textContent('#mylist .n'), ' (0)', 'nothing is on the list because it is looked at');
  await page.click('.actions [data-add]');
  await page.waitForFunction(() => document.getElementById('said').textContent === 'Lisättiin muistilistalle');
  same(await page.evaluate(() => sessionStorage.getItem('list')), 'mikkeli-erokahvila');
  same(await page.textContent('#mylist .n'), ' (1)');
  same(address(page), ITEM, 'in no address');
  await page.click('.item-back a');
  await page.waitForURL('**/fi/search?q=avioero');
  same(await page.locator('.keep .is-on').count(), 1, 'the results know');
  await page.goBack();
  await page.click('.actions [data-add]');
  same(await page.textContent('#mylist .n'), ' (0)');
  await page.done();
});

test('item: onto the list without script', async () => {
  const page = await open('/fi/item/mikkeli-erokahvila?from=q=avioero&list=joensuu-afasiakerho',
    { javaScriptEnabled: false });
  same(await page.textContent('#mylist .n'), ' (1)');
  await page.click('.actions [data-add]');
  same(await page.textContent('#mylist .n'), ' (2)');
  same(await page.textContent('.actions [data-add] .do'), 'Poista listalta');
  await page.click('.item-back a');
  check(address(page).startsWith('/fi/search?q=avioero&list=joensuu-afasiakerho,mikkeli-erokahvila'), address(page));
  await page.done();
});

test('item: an error is reported, with script and without; a mistake keeps what was written', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await open(ITEM, { javaScriptEnabled });
    await page.click('.report summary');
    await page.check('#report-other');
    await page.click('button:has-text("Lähetä ilmoitus")');
    same(await page.textContent('#wrong p'), 'Kirjoita, mikä on väärin.');
    check(await page.isChecked('#report-other'), 'the choice stays');
    await page.fill('#report-text', 'Ryhmä kokoontuu nyt tiistaisin');
    await page.click('button:has-text("Lähetä ilmoitus")');
    same(await page.textContent('#thanks'), 'Kiitos! Ilmoitus on tallennettu.');
    same(await page.getAttribute('.item-back a', 'href'), '/fi/search?q=avioero');
    await page.done();
  }
});
