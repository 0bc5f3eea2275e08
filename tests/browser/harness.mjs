// Tests with names, run one after the other; a browser, and what is watched on every page: nothing from elsewhere, no
// cookie, no breach of the policy, no error of a script.
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const require = createRequire(join(process.env.NODE_MODULES, 'x.js'));
export const { chromium } = require('playwright-core');
export const [base, only = ''] = process.argv.slice(2);

const tests = [];
export const test = (name, body) => tests.push({ name, body });

export function check(good, message) {
  if (!good) {
    throw new Error(message);
  }
}
export function same(found, expected, message = '') {
  check(JSON.stringify(found) === JSON.stringify(expected),
    `${message}\n  found    ${JSON.stringify(found)}\n  expected ${JSON.stringify(expected)}`);
}

export const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

export const breaches = [];

// A page in a context of its own; path: opened.
export async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation',
      (event) => console.error(`policy: ${event.violatedDirective}`));
  });
  const page = await context.newPage();
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) {
      breaches.push(`asked elsewhere: ${request.url()}`);
    }
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) {
      breaches.push(`${page.url()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => breaches.push(`${page.url()}: ${error}`));
  await page.goto(base + path, { waitUntil: 'networkidle' });
  page.done = async () => {
    const cookies = await context.cookies();
    if (cookies.length) {
      breaches.push(`${path}: a cookie`);
    }
    await context.close();
  };
  return page;
}

// As many at once as there are processors on the least of our machines.
export async function each(items, body, width = 2) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      await body(item);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}

export async function run() {
  let passed = 0;
  let failed = 0;
  for (const { name, body } of tests) {
    if (name.includes(only)) {
      const began = Date.now();
      try {
        await body();
        passed += 1;
        console.log(`ok     ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      } catch (error) {
        failed += 1;
        console.log(`FAILED ${name}\n${error.message}`);
      }
    }
  }
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}
