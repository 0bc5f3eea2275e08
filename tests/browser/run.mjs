import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { base, breaches, check, each, open, require, run, same, test } from './harness.mjs';
import { states } from './states.mjs';
import './list.mjs';
import './keys.mjs';
import './map.mjs';
import './narrow.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, '../../searchd/web');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'EN-301-549', 'best-practice'];
const BUDGETS = { 'app.js': 12 * 1024, 'site.css': 8 * 1024, page: 20 * 1024 };

/* ---- what the build promises ---------------------------------------------------------------------------------- */

test('the script is what its sources make', () => {
  const made = execFileSync(join(process.env.NODE_MODULES, '.bin/esbuild'), [join(web, 'src/main.js'), '--bundle',
    '--minify', '--format=esm', '--target=es2021', '--charset=utf8'], { encoding: 'utf8' });
  check(made === readFileSync(join(web, 'app.js'), 'utf8'),
    'searchd/web/app.js is old: npm run build, in tests/browser after npm ci, makes it');
});

async function packedSize(path) {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    request(base + path, { headers: { 'Accept-Encoding': 'gzip', Accept: 'text/html' } }, (answer) => {
      let size = 0;
      answer.on('data', (piece) => { size += piece.length; });
      answer.on('end', () => resolve(answer.headers['content-encoding'] === 'gzip' ? size : Infinity));
    }).on('error', reject).end();
  });
}

test('pages keep their budgets', async () => {
  const body = await (await fetch(`${base}/fi/search?q=vertaistuki`)).text();
  check((body.match(/<article/g) || []).length === 20, 'twenty cards');
  const sizes = { page: await packedSize('/fi/search?q=vertaistuki') };
  for (const [, path, name] of body.matchAll(/"(\/assets\/[^"]*\/([^"/]+\.(?:js|css)))"/g)) {
    sizes[name] = await packedSize(path);
  }
  console.log(`figure sizes, gzip: ${Object.entries(sizes).map(([name, size]) => `${name} ${size}`).join(', ')}`);
  Object.entries(BUDGETS).forEach(([name, most]) => check(sizes[name] <= most, `${name}: ${sizes[name]} of ${most}`));
});

test('pages are valid HTML', async () => {
  const { HtmlValidate } = require('html-validate');
  const judge = new HtmlValidate({
    extends: ['html-validate:recommended'],
    // One field, many values: that is what the filters are.  White space, order and length are the templates' matter.
    rules: { 'form-dup-name': 'off', 'long-title': 'off', 'doctype-style': 'off', 'attr-quotes': 'off',
      'no-trailing-whitespace': 'off', 'tel-non-breaking': 'off', 'prefer-native-element': 'off' },
  });
  for (const [name, { path }] of Object.entries(states)) {
    const answer = await fetch(base + path, { headers: { Accept: 'text/html' } });
    const report = await judge.validateString(await answer.text());
    check(report.valid, `${name}: ${report.results.flatMap((result) => result.messages)
      .map((m) => `${m.ruleId} ${m.message} ${m.selector || ''}`).slice(0, 6).join('\n  ')}`);
  }
});

/* ---- everybody ------------------------------------------------------------------------------------------------- */

// In the dark only what looks at colours can be another.
const COLOURS = ['color-contrast', 'link-in-text-block'];

async function judge(page, rules) {
  if (!await page.evaluate(() => 'axe' in window)) {
    await page.evaluate(axe);
  }
  const runOnly = rules ? { type: 'rule', values: rules } : { type: 'tag', values: TAGS };
  const { violations } = await page.evaluate((only) => window.axe.run(document,
    { runOnly: only, resultTypes: ['violations'] }), runOnly);
  return violations;
}

const told = (violations) => violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3)
  .map((node) => `${node.target.join(' ')} ${node.failureSummary.split('\n')[1] || ''}`).join(' | ')}`).join('\n  ');

test('no rule of accessibility is broken in any state', async () => {
  const broken = [];
  let runs = 0;
  await each(Object.entries(states), async ([name, { path, act }]) => {
    const page = await open(path, { viewport: { width: 1280, height: 900 }, bypassCSP: true });
    await act?.(page);
    const looks = [1280, 768, 320].flatMap((width) => ['light', 'dark'].map((colorScheme) => ({ width, colorScheme })));
    if (name === 'filtered') {
      looks.push({ width: 1280, colorScheme: 'light', forcedColors: 'active' });
    }
    for (const { width, ...media } of looks) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia(media);
      const violations = await judge(page, media.colorScheme === 'dark' ? COLOURS : undefined);
      runs += 1;
      if (violations.length) {
        broken.push(`${name} ${width} ${JSON.stringify(media)}: ${told(violations)}`);
      }
    }
    await page.done();
  });
  console.log(`figure axe: ${runs} runs over ${Object.keys(states).length} states`);
  check(!broken.length, broken.join('\n'));
});

test('broken rules are found', async () => {
  const page = await open('/fi/search?q=kerho', { bypassCSP: true });
  await page.evaluate(() => document.getElementById('results').insertAdjacentHTML('beforeend',
    '<img src="/favicon.svg"><input name="x"><p class="bad">x</p><a href="/"></a>'));
  const found = (await judge(page)).map(({ id }) => id);
  ['image-alt', 'label', 'link-name'].forEach((id) => check(found.includes(id), `${id} was not found: ${found}`));
  await page.done();
});

test('nothing runs out of a narrow page, with wide letters too', async () => {
  const spacing = '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } '
    + 'p { margin-bottom: 2em !important }';
  await each(Object.values(states), async ({ path, act }) => {
    const page = await open(path, { viewport: { width: 320, height: 700 }, bypassCSP: true });
    await act?.(page);
    for (const style of ['', spacing]) {
      if (style) {
        await page.addStyleTag({ content: style });
      }
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      check(width <= 320, `${path} ${style ? 'spaced' : ''}: ${width}px`);
    }
    await page.done();
  });
});

test('the keyboard reaches all that is seen, in order, and sees where it is', async () => {
  const page = await open('/fi/search?q=vertaistuki&area=491');
  const stops = [];
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab');
    stops.push(await page.evaluate(() => {
      const node = document.activeElement;
      const box = node.getBoundingClientRect();
      const style = getComputedStyle(node);
      const middle = document.elementFromPoint(box.x + Math.min(box.width / 2, 10), box.y + box.height / 2);
      return {
        what: `${node.tagName} ${node.id || node.name + node.value} ${node.textContent.trim().slice(0, 30)}`,
        inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        free: !middle || node.contains(middle) || middle.contains(node),
      };
    }));
  }
  const bad = stops.filter((stop) => !stop.inside || !stop.ring || !stop.free);
  check(!bad.length, JSON.stringify(bad, null, 1));
  same(new Set(stops.map((stop) => stop.what)).size > 50, true, JSON.stringify(stops.map((stop) => stop.what)));
  await page.done();
});

test('skip links come first and lead there', async () => {
  for (const [key, target] of [[1, 'results'], [2, 'filters']]) {
    const page = await open('/fi/search?q=vertaistuki');
    for (let i = 0; i < key; i += 1) {
      await page.keyboard.press('Tab');
    }
    const link = await page.evaluate(() => [document.activeElement.getAttribute('href'),
      document.activeElement.getBoundingClientRect().left >= 0]);
    same(link, [`#${target}`, true]);
    await page.keyboard.press('Enter');
    same(await page.evaluate(() => document.activeElement.id), target);
    await page.done();
  }
  const page = await open('/fi/status');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  same(await page.evaluate(() => document.activeElement.id), 'main');
  await page.done();
});

/* ---- journeys --------------------------------------------------------------------------------------------------- */

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

test('nothing from elsewhere, no cookie, no breach of the policy, no error', () => {
  check(!breaches.length, [...new Set(breaches)].join('\n'));
});

await run();
