// The search within other sites' pages: hosts of another origin, as sites are found.  hosts/ has them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { base, browser, check, require, same, test } from './harness.mjs';
import { hosts } from './hosts.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, '../../searchd/web');
const LOADER_BYTES = 6 * 1024;
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'EN-301-549', 'best-practice'];
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/* ---- the other sites ------------------------------------------------------------------------------------------- */

const { site, pasted } = await hosts(base);

// A page of the site, with all that went wrong in it.
async function visit(path, { block, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation',
      (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const page = await context.newPage();
  page.wrong = [];
  page.on('request', (request) => {
    if (![base, site].some((origin) => request.url().startsWith(`${origin}/`))) {
      page.wrong.push(`asked elsewhere: ${request.url()}`);
    }
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !/favicon/.test(message.location().url)) {
      page.wrong.push(message.text());
    }
  });
  page.on('pageerror', (error) => page.wrong.push(String(error)));
  if (block) {
    await context.route(block, (route) => route.abort());
  }
  await page.goto(site + path, { waitUntil: 'networkidle' });
  page.done = async () => {
    same(page.wrong, [], path);
    same(await context.cookies(), [], 'cookies');
    same(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0], 'storage');
    await context.close();
  };
  return page;
}

const at = (page, selector, id = '') => page.locator(`opastin-search${id} ${selector}`);
const countOf = async (page, id) => (await at(page, '#count', id).textContent()).trim();
const waitCount = (page, text, id = '') => page.waitForFunction(([which, wanted]) => document
  .querySelector(`opastin-search${which}`).shadowRoot.getElementById('count')?.textContent === wanted, [id, text]);
const focused = (page) => page.evaluate(() => document.activeElement.shadowRoot?.activeElement?.id);
const heard = (page, name) => page.evaluate((wanted) => window.heard.filter(([which]) => which === wanted), name);

async function judge(page, within) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(([values, where]) => window.axe.run(where || document,
    { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), [TAGS, within]);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${
    node.failureSummary.split('\n')[1] || ''}`).join(' | ')}`);
}

/* ---- what is loaded --------------------------------------------------------------------------------------------- */

test('embed: what sites load is what its sources make', () => {
  const made = mkdtempSync(join(tmpdir(), 'opastin-embed-'));
  try {
    execFileSync('sh', [join(here, '../../scripts/embed.sh'), join(process.env.NODE_MODULES, '.bin/esbuild'), made]);
    for (const name of ['embed.js', 'embed_frame.js', 'embed.css', 'embed.sri']) {
      check(readFileSync(join(made, name), 'utf8') === readFileSync(join(web, name), 'utf8'),
        `searchd/web/${name} is old: npm run build, in tests/browser after npm ci, makes it`);
    }
  } finally {
    rmSync(made, { recursive: true });
  }
});

test('embed: the loader keeps its budget', () => {
  const size = gzipSync(readFileSync(join(web, 'embed.js')), { level: 9 }).length;
  console.log(`figure embed.js, gzip: ${size}`);
  check(size <= LOADER_BYTES, `embed.js: ${size} of ${LOADER_BYTES}`);
});

test('embed: every parameter of the search is an attribute', async () => {
  const { parameters } = await (await fetch(`${base}/api/v1/meta`)).json();
  const names = parameters.map((one) => one.name || one)
    .filter((name) => !['cursor', 'facets', 'fields', 'labels', 'explain'].includes(name));
  const page = await visit('/bare.html');
  const taken = await page.evaluate(() => customElements.get('opastin-search').observedAttributes);
  same(names.filter((name) => !taken.includes(name)), []);
  check(names.length > 15, `${names}`);
  await page.done();
});

/* ---- three sites ------------------------------------------------------------------------------------------------ */

for (const host of ['bare', 'strict', 'hostile']) {
  test(`embed: ${host} site: search, filter, page, back`, async () => {
    const page = await visit(`/${host}.html`);
    const all = await countOf(page);
    same((await heard(page, 'opastin:results')).map(([, from, detail, composed]) =>
      [from, detail.total, composed]), [['opastin-search', parseInt(all.replace(/\s/g, ''), 10), true]]);
    same(new URL(page.url()).search, '', 'the address is the site’s own as long as nothing was asked');
    same(await at(page, '.card').count(), 5, 'limit');

    await at(page, '#q').fill('jumppa');
    await at(page, '#q').press('Enter');
    await page.waitForURL('**haku-q=jumppa**');
    const found = await countOf(page);
    check(found !== all, found);
    same(await focused(page), 'count');
    await page.waitForFunction((text) => document.querySelector('opastin-search').shadowRoot
      .getElementById('said').textContent === text, found);

    const option = at(page, 'fieldset input[name="kind"]').first();
    const label = (await option.locator('xpath=..').textContent()).match(/, (\d+ toimintaa?)/)[1];
    await option.check();
    await at(page, '#apply').click();
    await page.waitForURL('**haku-kind=**');
    await waitCount(page, label);
    await at(page, '.chips a').first().click();
    await waitCount(page, found);
    check(!page.url().includes('haku-kind'), page.url());

    await page.goBack();
    await waitCount(page, label);
    await page.goBack();
    await page.goBack();
    await waitCount(page, all);
    same(await at(page, '#q').inputValue(), '');

    const first = await at(page, '.card').first().textContent();
    await at(page, '.paging [rel="next"]').click();
    await page.waitForURL('**haku-page=2**');
    check(await at(page, '.card').first().textContent() !== first, 'the second page');
    await page.reload({ waitUntil: 'networkidle' });
    check(await at(page, '.paging [aria-current]').textContent() === '2', 'the address brings it back');
    await page.done();
  });

  test(`embed: ${host} site: what is locked cannot be changed`, async () => {
    const page = await visit(`/${host}.html?haku-q=kerho&haku-area=297&haku-include_unknown=area`);
    same(await at(page, 'input[name="area"]:not([type="hidden"])').count(), 0, 'no choice of areas');
    same(await at(page, '.chip').allTextContents(), ['Alue: Mikkeli'], 'whatever the address says');
    same(await at(page, '.chips a').count(), 0);
    const areas = await page.evaluate(() => [...document.querySelector('opastin-search').shadowRoot
      .querySelectorAll('a[href*="/embed"]')].map((link) => new URL(link.href).searchParams.getAll('area').join()));
    check(areas.length > 3 && areas.every((codes) => codes === '491'), `${areas}`);
    await at(page, '#q').fill('qqqwww');
    await at(page, '#q').press('Enter');
    await page.waitForURL('**haku-q=qqqwww**');
    check(!page.url().includes('haku-area'), page.url());
    same(await at(page, '.chip').allTextContents(), ['Alue: Mikkeli']);
    await page.done();
  });

  test(`embed: ${host} site: a choice is told before it is followed, and opens the record`, async () => {
    const page = await visit(`/${host}.html`);
    const link = at(page, '.card [data-item]').first();
    const id = await link.getAttribute('data-item');
    await page.evaluate(() => { window.keepHere = true; });
    await link.click();
    const [[, , detail, composed]] = await heard(page, 'opastin:select');
    same([detail.id, detail.url, detail.title, composed],
      [id, `${base}/fi/item/${id}`, await link.textContent(), true]);
    check(page.url().startsWith(site), 'the site may show it itself');
    same(await link.getAttribute('target'), '_top');
    await page.evaluate(() => { window.keepHere = false; });
    await link.click();
    await page.waitForURL(`${base}/fi/item/${id}`);
    same(page.wrong, []);
    await page.context().close();
  });

  test(`embed: ${host} site: no rule of accessibility is broken, nothing is left in the window`, async () => {
    const page = await visit(`/${host}.html?haku-q=kerho`, { bypassCSP: true });
    const keys = () => Object.getOwnPropertyNames(window).sort();
    const bare = await visit(`/${host}.html?without`);
    same(await page.evaluate(keys), await bare.evaluate(keys));
    await bare.context().close();
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      const within = host === 'hostile' ? 'opastin-search' : undefined; // its own text it has made unreadable itself
      same(await judge(page, within), [], `${width}`);
    }
    const wide = await page.evaluate(() => {
      const { shadowRoot } = document.querySelector('opastin-search');
      return [...shadowRoot.querySelectorAll('.embed *')].filter((node) => !node.closest('.vh') &&
        node.getBoundingClientRect().right > 321).map((node) => node.className || node.localName);
    });
    same(wide, [], 'nothing runs out of a narrow page');
    await page.done();
  });

  test(`embed: ${host} site: the link stays where script or service fail`, async () => {
    for (const block of ['**/embed.js', '**/embed/fragment?*']) {
      const page = await visit(`/${host}.html`, { block });
      const link = page.locator('opastin-search > a');
      same([await link.getAttribute('href'), await link.textContent()],
        [`${base}/fi/search?area=491`, 'Etsi toimintaa']);
      check(await link.isVisible(), block);
      check(page.wrong.length > 0, 'it was blocked');
      await page.context().close();
    }
  });
}

test('embed: a service that stops answering says so, and what was found stays', async () => {
  const page = await visit('/bare.html');
  await page.context().route('**/embed/fragment?*', (route) => route.abort());
  const all = await countOf(page);
  await at(page, '#q').fill('kerho');
  await at(page, '#q').press('Enter');
  await at(page, '#failed').waitFor();
  same(await at(page, '#failed a').getAttribute('href'), `${base}/embed?area=491&per_page=5&q=kerho&lang=fi&lock=area`);
  same(await countOf(page), all);
  await page.context().close();
});

test('embed: a mistake of the reader is shown with the form', async () => {
  const page = await visit('/bare.html');
  await at(page, '#near').fill('xyzzy');
  await at(page, '#near').press('Enter');
  await at(page, '.wrong').waitFor();
  await at(page, '.wrong a').click();
  same(await focused(page), 'near');
  await at(page, '#near').fill('50100');
  await at(page, '#near').press('Enter');
  await at(page, '.card').first().waitFor();
  same(await at(page, '.wrong').count(), 0);
  await page.context().close();
});

/* ---- several, and looks ----------------------------------------------------------------------------------------- */

test('embed: several on one page keep to themselves', async () => {
  const page = await visit('/two.html');
  const before = await Promise.all(['#a', '#b', '#c', '#d'].map((id) => countOf(page, id)));
  check(new Set(before.slice(0, 2)).size === 2, `${before}`);
  await at(page, '#q', '#b').fill('jumppa');
  await at(page, '#q', '#b').press('Enter');
  await page.waitForURL('**b-q=jumppa**');
  same(await countOf(page, '#a'), before[0]);
  same(await at(page, '#q', '#a').inputValue(), '');
  check(await countOf(page, '#b') !== before[1], 'the other has changed');
  check(await at(page, '.chips a', '#b').count() > 0, 'a preset that is not locked can be taken away');
  await at(page, '#q', '#a').fill('kerho');
  await at(page, '#q', '#a').press('Enter');
  await page.waitForURL('**a-q=kerho**');
  check(page.url().includes('b-q=jumppa'), 'both in one address');
  await page.goBack();
  await waitCount(page, before[0], '#a');
  same(await at(page, '#q', '#b').inputValue(), 'jumppa');

  same([await at(page, 'form', '#c').count(), await at(page, '.card', '#c').count()], [0, 3], 'a list has no form');
  same(await at(page, '.card a', '#c').first().getAttribute('target'), '_blank');
  check(/ny flik/.test(await at(page, '.card a', '#c').first().textContent()), 'and that is said');
  same(await at(page, '#count a', '#d').getAttribute('href'), `${base}/sv/search?area=491`);
  same(await at(page, '.card h4', '#a').count(), 5, 'headings fit to those of the site');
  same(await page.evaluate(() => document.querySelector('#d').shadowRoot.querySelector('.embed').lang), 'sv');
  await page.done();
});

test('embed: the style comes with the first answer of a page and is asked for no second time', async () => {
  for (const host of ['bare', 'strict', 'hostile', 'two']) {
    const page = await visit('/other.html');
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${site}/${host}.html`, { waitUntil: 'networkidle' });
    const of = (what) => asked.filter((url) => url.includes(what)).length;
    same([of('embed.css'), of('style=inline')], [0, 1], host);
    same(await at(page, '.embed', host === 'two' ? '#a' : '').evaluate((node) => getComputedStyle(node).lineHeight),
      '24px', host);
    await page.done();
  }
});

test('embed: a browser that takes no style from a script loads the file', async () => {
  const page = await visit('/other.html');
  await page.context().addInitScript(() => { delete window.CSSStyleSheet.prototype.replaceSync; });
  await page.goto(`${site}/strict.html`, { waitUntil: 'networkidle' });
  same(await at(page, 'link').count(), 1);
  same(await at(page, '.embed').evaluate((node) => getComputedStyle(node).lineHeight), '24px');
  await page.done();
});

test('embed: what is below does not jump when the search comes, however late', async () => {
  for (const [host, width] of [['bare', 1280], ['bare', 375], ['strict', 375], ['hostile', 1280]]) {
    const page = await visit('/other.html', { viewport: { width, height: 800 } });
    await page.context().route('**/embed*', async (route) => {
      await new Promise((done) => { setTimeout(done, 400); });
      await route.continue();
    });
    await page.addInitScript(() => {
      const shifts = [];
      new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value)))
        .observe({ type: 'layout-shift', buffered: true });
      Object.defineProperty(document, 'shifts', { value: shifts });
    });
    await page.goto(`${site}/${host}.html`, { waitUntil: 'networkidle' });
    await at(page, '.card').first().waitFor();
    await page.waitForTimeout(200);
    const moved = (await page.evaluate(() => document.shifts)).reduce((sum, value) => sum + value, 0);
    check(moved < 0.02, `${host} at ${width}: ${moved}`);
    await page.done();
  }
});

test('embed: looks and tokens: no rule of accessibility is broken', async () => {
  const page = await visit('/two.html');
  same(await judge(page), []);
  const style = (id, selector, name) => page.evaluate(([which, what, property]) => getComputedStyle(
    document.querySelector(which).shadowRoot.querySelector(what))[property], [id, selector, name]);
  same(await style('#a', 'button.main', 'backgroundColor'), 'rgb(0, 63, 138)');
  same(await style('#b', 'button.main', 'backgroundColor'), 'rgb(255, 255, 0)');
  same(await style('#c', '.card', 'borderTopWidth'), '3px');
  same(await style('#c', '.card h4 a', 'color'), 'rgb(91, 26, 107)');
  same(await style('#a', '.card h4 a', 'color'), 'rgb(0, 63, 138)', 'and only there');
  await page.done();
});

test('embed: the site’s letters and colours do not come in', async () => {
  const sizes = {};
  for (const host of ['bare', 'hostile']) {
    const page = await visit(`/${host}.html`);
    sizes[host] = await page.evaluate(() => {
      const root = document.querySelector('opastin-search').shadowRoot;
      return ['.card', '.card h3', '#q', 'button.main', '.facts dt'].map((selector) => {
        const { fontSize, color, backgroundColor, textTransform, paddingTop } = getComputedStyle(root
          .querySelector(selector));
        return [selector, fontSize, color, backgroundColor, textTransform, paddingTop].join();
      });
    });
    await page.done();
  }
  same(sizes.hostile, sizes.bare);
});

test('embed: attributes may change', async () => {
  const page = await visit('/bare.html');
  const all = await countOf(page);
  await page.evaluate(() => {
    const search = document.querySelector('opastin-search');
    search.setAttribute('lang', 'sv');
    search.setAttribute('q', 'kerho');
  });
  await page.waitForFunction((text) => document.querySelector('opastin-search').shadowRoot.getElementById('count')
    .textContent !== text, all);
  same(await at(page, '.embed').getAttribute('lang'), 'sv');
  same(await at(page, '#q').inputValue(), 'kerho');
  same((await heard(page, 'opastin:results')).length, 2, 'asked once for both');
  await page.done();
});

/* ---- frames ------------------------------------------------------------------------------------------------------ */

test('embed: a frame is as high as its content, and only what is ours may say so', async () => {
  const page = await visit('/frame.html');
  const [frame, other] = await page.locator('iframe').all();
  const content = () => page.frames()[1].evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect()
    .height));
  const fits = async () => Math.abs((await frame.boundingBox()).height - await content()) <= 5;
  const until = async (good, what) => {
    for (let i = 0; i < 50 && !await good(); i += 1) {
      await page.waitForTimeout(100);
    }
    check(await good(), what);
  };
  await until(fits, 'high as its content');
  check((await frame.boundingBox()).height > 900, 'five cards');
  await page.frameLocator('iframe >> nth=0').locator('#q').fill('qqqwww');
  await page.frameLocator('iframe >> nth=0').locator('#q').press('Enter');
  await until(async () => page.frames()[1].url().includes('q=qqqwww') && await fits(), 'after a search too');
  check(page.frames()[1].url().includes('lock=area'), 'the lock goes on');
  check((await other.boundingBox()).height < 200, 'another site’s frame');
  await page.evaluate(() => window.postMessage({ opastinHeight: 5000 }, '*'));
  await page.waitForTimeout(200);
  check(await fits(), 'a message of the site’s own');
  const height = (await frame.boundingBox()).height;
  await page.frames()[1].goto(`${site}/other.html`); // the frame's address in the page is still the service's
  await page.waitForTimeout(200);
  same((await frame.boundingBox()).height, height, 'a frame that was led elsewhere');
  same(page.wrong, []);
  await page.context().close();
});

test('embed: each frame has its own height, and other sites’ frames are asked nothing', async () => {
  pasted.policy = '';
  pasted.text = `<!doctype html><html lang="fi"><title>x</title><body>
<iframe src="${base}/embed?view=list&amp;per_page=1" title="1" height="300"></iframe>
<iframe src="${base}/embed?view=list&amp;per_page=5" title="2" height="300"></iframe>
<iframe src="/other.html" title="3" height="120"></iframe>`;
  const page = await visit('/pasted.html');
  await page.frames()[3].evaluate(() => {
    window.asked = [];
    window.addEventListener('message', ({ data }) => window.asked.push(data));
  });
  await page.addScriptTag({ type: 'module', url: `${base}/embed.js` });
  const fits = (which) => page.waitForFunction(([at, wanted]) => Math.abs(document.querySelectorAll('iframe')[at]
    .getBoundingClientRect().height - wanted) <= 5, [which, heights[which]]);
  const heights = await Promise.all([1, 2].map((at) => page.frames()[at].evaluate(() => Math.ceil(document
    .documentElement.getBoundingClientRect().height))));
  check(heights[1] > heights[0] + 300, `${heights}`);
  await fits(0);
  await fits(1);
  await page.waitForTimeout(200);
  same(await page.frames()[3].evaluate(() => window.asked), []);
  await page.done();
});

test('embed: a frame tells its height to the page around it alone, and only when that has asked', async () => {
  pasted.policy = '';
  pasted.text = `<!doctype html><html lang="fi"><title>x</title><body>
<iframe src="${base}/embed?view=list&amp;per_page=1" title="1" height="300"></iframe>
<iframe src="/other.html" title="2" height="120"></iframe>`;
  const page = await visit('/pasted.html');
  const [, embedded, other] = page.frames();
  await page.evaluate((origin) => {
    window.told = [];
    window.addEventListener('message', (event) => event.origin === origin && window.told.push(event.data));
  }, base);
  const heard = async (wanted, what) => {
    await embedded.evaluate(() => { // another height
      document.body.append(Object.assign(document.createElement('p'), { textContent: 'x' }));
    });
    await page.waitForTimeout(300);
    same(await page.evaluate(() => window.told.splice(0).length > 0), wanted, what);
  };
  await heard(false, 'nobody has asked');
  await page.evaluate(() => window.frames[0].postMessage('opastin', '*'));
  await heard(false, 'that is not the question');
  await other.evaluate(() => window.parent.frames[0].postMessage('opastin:measure', '*'));
  await heard(false, 'asked by a frame beside it');
  await page.evaluate(() => window.frames[0].postMessage('opastin:measure', '*'));
  await heard(true, 'asked by the page');
  await page.done();
});

test('embed: a policy that does not name it leaves it whole as long as it does not ask for trusted types', async () => {
  pasted.policy = 'trusted-types other';
  pasted.text = `<!doctype html><html lang="fi"><title>x</title><body><opastin-search area="491"></opastin-search>
<script type="module" src="${base}/embed.js"></script>`;
  const page = await visit('/pasted.html');
  check(await at(page, '.card').count() > 0, 'cards');
  await page.context().close(); // what the policy refused was told, as it must be
});

test('embed: the builder’s lines work as they stand', async () => {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${base}/fi/embed`, { waitUntil: 'networkidle' });
  await page.fill('#b-area', 'Mikkeli');
  await page.check('input[name="lock"][value="area"]');
  await page.selectOption('#b-view', 'list');
  await page.waitForFunction(() => document.getElementById('b-snippet').value.includes('view="list"'));
  const lines = await page.inputValue('#b-snippet');
  same(lines.split('\n').slice(1, 3), ['<opastin-search lang="fi" area="491" lock="area" view="list"',
    '  style="display:block;min-height:min(100vh,2600px)">']);
  await page.locator('#preview .card').first().waitFor();
  check(page.url().includes('area=Mikkeli'), 'the address keeps it');
  const frame = await page.inputValue('#b-frame');
  check(frame.includes(`src="${base}/embed?area=491&amp;lock=area&amp;view=list"`), frame);
  same(await page.inputValue('#b-csp'), `script-src ${base}; style-src ${base}; connect-src ${base}`);

  pasted.policy = `default-src 'none'; ${await page.inputValue('#b-csp')}`;
  pasted.text = `<!doctype html><html lang="fi"><title>x</title><body>${lines}`;
  await page.goto(`${site}/pasted.html`, { waitUntil: 'networkidle' });
  check(await at(page, '.card').count() > 5, 'pasted into another site');
  await page.context().close();

  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await plain.goto(`${base}/sv/embed`);
  await plain.fill('#b-area', 'Kuopio');
  await plain.click('.build button');
  check((await plain.inputValue('#b-snippet')).includes('area="297"'), 'without script');
  await plain.context().close();
});
