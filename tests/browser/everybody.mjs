// The pages for everybody: rules of accessibility, narrow and enlarged pages, the keyboard.
import { readFileSync } from 'node:fs';
import { check, each, open, require, same, test } from './harness.mjs';
import { show, states } from './states.mjs';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'EN-301-549', 'best-practice'];

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
  await each(Object.entries(states), async ([name, state]) => {
    const page = await show(state);
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
  await each(Object.entries(states), async ([name, state]) => {
    const page = await show(state, { viewport: { width: 320, height: 700 } });
    for (const style of ['', spacing]) {
      if (style) {
        await page.addStyleTag({ content: style });
      }
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      check(width <= 320, `${name} ${style ? 'spaced' : ''}: ${width}px`);
    }
    await page.done();
  });
});

// What the keyboard comes to in so many steps, and whether it is seen there.
async function walk(page, steps) {
  const stops = [];
  for (let i = 0; i < steps; i += 1) {
    await page.keyboard.press('Tab');
    stops.push(await page.evaluate(() => {
      const node = document.activeElement;
      const box = node.getBoundingClientRect();
      const style = getComputedStyle(node);
      const middle = document.elementFromPoint(box.x + Math.min(box.width / 2, 10),
        Math.min(box.y + box.height / 2, innerHeight - 1));
      return {
        around: node === document.body,
        what: `${node.tagName} ${node.id || node.name + node.value} ${node.textContent.trim().slice(0, 30)}`,
        inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
        free: !middle || node.contains(middle) || middle.contains(node),
      };
    }));
  }
  // Behind the last stop comes the page itself, then the first again: anywhere else the focus was lost.
  const bad = stops.filter((stop, at) => (stop.around ? (stops[at + 1] || stops[0]).what !== stops[0].what
    : !stop.inside || !stop.ring || !stop.free));
  check(!bad.length, `${page.url()}: ${JSON.stringify(bad, null, 1)}`);
  return stops.map((stop) => stop.what);
}

test('the keyboard reaches all that is seen, in order, and sees where it is', async () => {
  const page = await open('/fi/search?q=vertaistuki&area=491');
  const stops = await walk(page, 60);
  check(new Set(stops).size > 50, JSON.stringify(stops));
  await page.done();
});

test('enlarged to 400 %, nothing lies over what the keyboard is at, and nothing runs out', async () => {
  const zoomed = { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }; // a screen of 1280 by 1024
  await each(['results', 'item', 'list', 'list-large', 'report-mistaken', 'help'], async (name) => {
    const page = await show(states[name], zoomed);
    await walk(page, 30);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    check(width <= 320, `${name}: ${width}px`);
    await page.done();
  });
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
  for (const name of ['status', 'item', 'list', 'help', 'item-gone', 'missing', 'report']) {
    const page = await open(states[name].path);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    same(await page.evaluate(() => document.activeElement.id), 'main', name);
    await page.done();
  }
});
