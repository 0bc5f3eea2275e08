// What a screen reader says on six journeys, compared with reader/*.txt, which people have read.  RENEW=1 writes them
// anew (see run.sh).  The reader is a simulated one that follows the ARIA specifications; the keys are real ones.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check, open, test } from './harness.mjs';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'reader');
let bundle;

// A page with the reader at its beginning.
async function listen(page) {
  bundle ||= execFileSync(join(process.env.NODE_MODULES, '.bin/esbuild'),
    ['--bundle', '--format=iife', '--define:global=window', '--log-level=error'], {
      cwd: dirname(process.env.NODE_MODULES), encoding: 'utf8', maxBuffer: 1 << 26,
      input: 'import { virtual } from "@guidepup/virtual-screen-reader"; window.reader = virtual;',
    });
  await page.evaluate(bundle);
  await page.evaluate(() => window.reader.start({ container: document.body }));
  await page.evaluate(() => window.reader.clearSpokenPhraseLog());
}

const phrases = (page) => page.evaluate(() => window.reader.spokenPhraseLog());

// What was said since the last time, up to and with what is waited for.
async function heard(page, until) {
  let found = [];
  for (let waited = 0; waited < 15000; waited += 100) {
    found = await phrases(page);
    if (found.some((phrase) => until.test(phrase))) {
      await page.evaluate(() => window.reader.clearSpokenPhraseLog());
      return found;
    }
    await page.waitForTimeout(100);
  }
  throw new Error(`not heard: ${until}\n  ${found.join('\n  ')}`);
}

// The next so many things, from where the reader is.
async function readOn(page, count) {
  for (let i = 0; i < count; i += 1) {
    await page.evaluate(() => window.reader.next());
  }
  return heard(page, /./);
}

// A journey: steps with what is done, and what is heard then.
function journey(name, path, body) {
  test(`reader: ${name}`, async () => {
    const page = await open(path, { bypassCSP: true });
    const lines = [path];
    await listen(page);
    await body(page, (what, said) => lines.push('', `# ${what}`, ...said));
    await page.done();
    const file = join(folder, `${name}.txt`);
    const text = `${lines.join('\n')}\n`;
    if (process.env.RENEW) {
      writeFileSync(file, text);
      return;
    }
    const known = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const [was, is] = [known, text].map((side) => side.split('\n'));
    const at = is.findIndex((line, i) => line !== was[i]);
    check(known === text, `reader/${name}.txt, line ${at + 1}\n  heard ${is[at]}\n  known ${was[at]}\n`
      + '  RENEW=1 tests/browser/run.sh BUILD reader writes what is heard now; read it before you keep it');
  });
}

const focus = (page, selector) => page.locator(selector).first().focus();
const openFilters = (page) => page.evaluate(() => document.querySelectorAll('.panel, .group')
  .forEach((box) => { box.open = true; }));

journey('search', '/fi/search', async (page, step) => {
  await focus(page, '#q');
  step('the search box', await heard(page, /Mitä etsit/));
  await page.locator('#q').pressSequentially('vertaistu');
  step('"vertaistu" is typed', await heard(page, /^polite: \d+ ehdotusta/));
  await page.keyboard.press('Enter');
  step('Enter', await heard(page, /^polite: .*toimintaa/));
  await focus(page, '.card h3 a');
  step('to the first result', await heard(page, /^link/));
  step('on from there', await readOn(page, 16));
});

journey('filter', '/fi/search?q=jumppa', async (page, step) => {
  await openFilters(page);
  await focus(page, 'fieldset input[name="kind"]');
  step('the first filter', await heard(page, /^checkbox/));
  await page.keyboard.press('Space');
  await page.waitForFunction(() => /\d/.test(document.getElementById('apply').textContent));
  await focus(page, '#apply');
  step('Space, and to the button that applies it', await heard(page, /^button/));
  await page.keyboard.press('Enter');
  step('Enter', await heard(page, /^polite: /));
});

journey('chip', '/fi/search?q=jumppa&area=491', async (page, step) => {
  await focus(page, '.chip');
  step('the first chosen filter', await heard(page, /^link/));
  await page.keyboard.press('Enter');
  step('Enter', await heard(page, /^polite: /));
});

journey('none', '/fi/search?q=jumppa&area=491&age=3&weekday=sun', async (page, step) => {
  await focus(page, '#count');
  step('the heading of the results', await heard(page, /^heading/));
  await focus(page, '.ways a');
  step('the first way on', await heard(page, /^link/));
  await page.keyboard.press('Enter');
  step('Enter', await heard(page, /^polite: /));
});

journey('list', '/fi/search?q=lukupiiri+mikkeli', async (page, step) => {
  await focus(page, '.keep a');
  step('the link of the first result', await heard(page, /^link/));
  await page.keyboard.press('Enter');
  step('Enter', await heard(page, /^polite: /));
  await focus(page, '#mylist');
  step('the shortlist', await heard(page, /^link/));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/list?id=**');
  await listen(page);
  await focus(page, 'main');
  await heard(page, /./);
  step('Enter, and on from the beginning of the page', await readOn(page, 14));
});

journey('language', '/fi/search?q=vertaistuki&area=491', async (page, step) => {
  await focus(page, '.languages a[lang="sv"]');
  step('the other language', await heard(page, /^link/));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sv/search?q=vertaistuki&area=491');
  await listen(page);
  await focus(page, '#count');
  step('Enter, and to the results', await heard(page, /^heading/));
  await focus(page, '.card h3 a');
  step('to the first result', await heard(page, /^link/));
});
