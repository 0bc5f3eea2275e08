// Tests with names, run one after the other; a browser, and what is watched on every page: nothing from elsewhere, no
// cookie, no breach of the policy, no error of a script.
import { spawn } from 'node:child_process';
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

export const browserOptions = {
  executablePath: process.env.CHROMIUM,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};
export const browser = await chromium.launch(browserOptions);

export const breaches = [];

const daemons = [];

// Another daemon over the same index: where it is, what it has said, how to end it.
export async function daemon(args) {
  const child = spawn(join(process.env.BUILD, 'opastin-searchd'), ['--index', join(process.env.WORK, 'index'),
    '--port', '0', '--threads', '2', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const own = { log: '', async stop() { child.kill(); await ended; } };
  daemons.push(own);
  child.stderr.on('data', (text) => { own.log += text; });
  for (let waited = 0; !own.base && waited < 20000; waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    const port = own.log.match(/event=started.* port=(\d+)/)?.[1];
    own.base = port && `http://127.0.0.1:${port}`;
  }
  check(own.base, `the daemon did not start: ${own.log}`);
  return own;
}

export const endDaemons = () => Promise.all(daemons.map((own) => own.stop()));

// A page in a context of its own; path: opened.  emptyScripts: those of the page do nothing.
export async function open(path, { emptyScripts = false, ...options } = {}, at = base) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation',
      (event) => console.error(`policy: ${event.violatedDirective}`));
  });
  const page = await context.newPage();
  page.on('request', (request) => {
    if (!request.url().startsWith(at) && !request.url().startsWith('data:')) {
      breaches.push(`asked elsewhere: ${request.url()}`);
    }
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) {
      breaches.push(`${page.url()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => breaches.push(`${page.url()}: ${error}`));
  if (emptyScripts) {
    await page.route('**/*.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  }
  await page.goto(at + path, { waitUntil: 'networkidle' });
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

// What hangs is a failure; the rest still runs.
const MOST_MS = 15 * 60 * 1000;
const tooLong = (name) => new Promise((_, reject) => {
  setTimeout(() => reject(new Error(`${name}: not done after ${MOST_MS / 1000} s`)), MOST_MS).unref();
});

export async function run() {
  let passed = 0;
  let failed = 0;
  for (const { name, body } of tests) {
    if (name.includes(only)) {
      const began = Date.now();
      try {
        await Promise.race([body(), tooLong(name)]);
        passed += 1;
        console.log(`ok     ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
      } catch (error) {
        failed += 1;
        console.log(`FAILED ${name}\n${error.message}`);
      }
    }
  }
  await browser.close();
  await endDaemons();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}
