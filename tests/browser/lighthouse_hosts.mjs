// What other sites' performance in Lighthouse loses by showing the search: each site with and without it, in turn, so
// that a machine that is busy for a while is busy for both.  Of the medians.  A site with a heavy script must fail.
//   node lighthouse_hosts.mjs BASE LIGHTHOUSE_FOLDER [RUNS [SITE...]]
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { hosts } from './hosts.mjs';

const [base, folder, runs = '5', ...sites] = process.argv.slice(2);
const MOST = 0.02; // of 1
const FLAGS = '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run';
const REPORT_BYTES = 64 * 1024 * 1024;
const SHOWN = { FCP: 'first-contentful-paint', LCP: 'largest-contentful-paint', TBT: 'total-blocking-time',
  SI: 'speed-index', CLS: 'cumulative-layout-shift' };

const { site } = await hosts(base);

// The sites are served from here, so this must not wait in one piece.
const report = (path) => new Promise((done, failed) => {
  execFile(join(folder, 'node_modules/.bin/lighthouse'), [site + path, '--quiet', '--only-categories=performance',
    '--output=json', `--chrome-flags=${FLAGS}`],
  { maxBuffer: REPORT_BYTES, env: { ...process.env, CHROME_PATH: process.env.CHROMIUM } },
  (error, out, told) => (error ? failed(new Error(`${path}: ${told || error.message}`)) : done(JSON.parse(out))));
});

const median = (list) => {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

// The score as the category has it, before it is rounded to hundredths.
async function measure(path) {
  const { audits, categories } = await report(path);
  const parts = categories.performance.auditRefs.filter(({ weight }) => weight);
  const sum = (value) => parts.reduce((all, part) => all + value(part), 0);
  return { score: sum(({ id, weight }) => weight * audits[id].score) / sum(({ weight }) => weight),
    metrics: Object.values(SHOWN).map((id) => audits[id].numericValue) };
}

async function compare(host, more, times) {
  const without = [];
  const own = [];
  for (let i = 0; i < times; i += 1) {
    without.push(await measure(`/${host}.html?without`));
    own.push(await measure(`/${host}.html${more}`));
  }
  const scores = (list) => list.map(({ score }) => score);
  const told = (list) => `${median(scores(list)).toFixed(3)} (${Math.min(...scores(list)).toFixed(3)} to ${
    Math.max(...scores(list)).toFixed(3)}; ${Object.keys(SHOWN).map((name, i) => `${name} ${
    median(list.map(({ metrics }) => metrics[i])).toFixed(name === 'CLS' ? 3 : 0)}`).join(', ')})`;
  const fall = median(scores(without)) - median(scores(own));
  console.log(`figure lighthouse: ${host} site${more}: falls by ${fall.toFixed(3)}, ${times} runs each: without ${
    told(without)}, with ${told(own)}`);
  return fall;
}

let good = true;
for (const host of sites.length ? sites : ['bare', 'strict', 'hostile']) {
  if (await compare(host, '', Number(runs)) > MOST) {
    console.log(`  the search costs the ${host} site more than ${MOST}`);
    good = false;
  }
}
if (await compare('bare', '?heavy', 1) <= MOST) {
  console.log('  a script that keeps the page waiting was not found: what is measured here says nothing');
  good = false;
}
process.exit(good ? 0 : 1);
