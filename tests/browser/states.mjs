// The pages in every state that a reader may find them in.  Whoever adds a page adds its states here.
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
  swedish: { path: '/sv/search?q=kamratst%C3%B6d' },
  english: { path: '/en/search?q=peer+support' },
  status: { path: '/fi/status' },
  list: { path: '/fi/list?id=mikkeli-sydankerho-kerhoilta,joensuu-afasiakerho,jarvenpaa-selkokerho,unknown' },
  'list-empty': { path: '/sv/list' },
  'list-normal': { path: '/sv/list?id=mikkeli-sydankerho-kerhoilta,joensuu-afasiakerho&print=normal' },
  'list-large': { path: '/fi/list?id=mikkeli-sydankerho-kerhoilta,joensuu-afasiakerho&print=large' },
  'list-plain': { path: '/en/list?id=mikkeli-sydankerho-kerhoilta,joensuu-afasiakerho&print=plain' },
  privacy: { path: '/fi/privacy' },
  accessibility: { path: '/sv/accessibility' },
  help: { path: '/en/help' },
  missing: { path: '/fi/nowhere' },
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
      await page.evaluate(() => document.querySelectorAll('.panel, .group').forEach((box) => { box.open = true; }));
      await page.locator('input[name="kind"]').first().check();
      await page.locator('#apply').click();
      await page.waitForURL('**kind=**');
    },
  },
};
