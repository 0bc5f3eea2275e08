// What the build promises of its pages: sizes, and HTML that two judges find nothing wrong with.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { base, check, require, test } from './harness.mjs';
import { source, states } from './states.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, '../../searchd/web');
const BUDGETS = { 'app.js': 12 * 1024, style: 8 * 1024, page: 20 * 1024 };

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
  const sizes = { page: await packedSize('/fi/search?q=vertaistuki'), style: 0 };
  // A record's page has the most style.
  const item = await (await fetch(`${base}/fi/item/mikkeli-erokahvila`)).text();
  for (const [, path, name] of (body + item).matchAll(/"(\/assets\/[^"]*\/([^"/]+\.(?:js|css)))"/g)) {
    sizes[name] = await packedSize(path);
  }
  sizes.style = sizes['site.css'] + sizes['item.css'];
  console.log(`figure sizes, gzip: ${Object.entries(sizes).map(([name, size]) => `${name} ${size}`).join(', ')}`);
  Object.entries(BUDGETS).forEach(([name, most]) => check(sizes[name] <= most, `${name}: ${sizes[name]} of ${most}`));
});

test('pages are valid HTML', async () => {
  const { HtmlValidate } = require('html-validate');
  const judge = new HtmlValidate({
    extends: ['html-validate:recommended'],
    // One field, many values: that is what the filters are.  White space, order and length are the templates' matter.
    rules: { 'form-dup-name': 'off', 'long-title': 'off', 'doctype-style': 'off', 'attr-quotes': 'off',
      'no-trailing-whitespace': 'off', 'tel-non-breaking': 'off', 'prefer-native-element': 'off',
      'aria-label-misuse': ['error', { allowAnyNamable: true }] }, // a list may have a name
  });
  for (const [name, state] of Object.entries(states)) {
    const report = await judge.validateString(await source(state));
    check(report.valid, `${name}: ${report.results.flatMap((result) => result.messages)
      .map((m) => `${m.ruleId} ${m.message} ${m.selector || ''}`).slice(0, 6).join('\n  ')}`);
  }
});

// Every problem that the Nu validator finds, as "file: message".
function nu(folder) {
  const jar = join(process.env.NODE_MODULES, 'vnu-jar/build/dist/vnu.jar');
  const { stderr, status, error } = spawnSync(process.env.JAVA, ['-Xmx256m', '-Xss4m', '-jar', jar, '--format', 'json',
    '--errors-only', '--skip-non-html', folder], { encoding: 'utf8', maxBuffer: 1 << 26 });
  check(!error && stderr.startsWith('{'), `the Nu validator did not run (${status}): ${error || stderr.slice(0, 500)}`);
  return JSON.parse(stderr).messages.map((m) => `${basename(m.url || '')}: ${m.message} ${(m.extract || '').trim()}`);
}

async function writeStates(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, state] of Object.entries(states)) {
    writeFileSync(join(folder, `${name}.html`), await source(state));
  }
}

test('the Nu validator finds no error, and finds those that are there', async () => {
  if (!process.env.JAVA) {
    console.log('SKIPPED Nu validator: no Java');
    return;
  }
  const [good, bad] = ['nu', 'nu-bad'].map((name) => join(process.env.WORK, name));
  await writeStates(good);
  const found = nu(good);
  check(!found.length, found.slice(0, 20).join('\n'));
  mkdirSync(bad);
  const broken = readFileSync(join(good, 'results.html'), 'utf8').replace('<main ', '<main role="wrong" ')
    .replace('</h1>', '</h1></span>');
  writeFileSync(join(bad, 'results.html'), broken);
  check(nu(bad).length >= 2, 'broken HTML was not found');
});

// What a template says beside the texts that are filled in.
function ownWords(template) {
  const left = template.replace(/\{\{[^}]*\}\}\}?/g, '');
  const named = [...left.matchAll(/\b(?:aria-label|title|alt|placeholder|data-[a-z]+)="([^"]*)"/g)].map((m) => m[1]);
  return [...named, left.replace(/<[^>]*>/g, ' ')].join(' ').match(/\p{L}{2,}/gu) || [];
}

test('all texts stand in strings.tsv, in three languages', () => {
  const KEYS = ['Tab', 'Enter', 'Esc']; // of a keyboard
  const ALIKE = /^(name|item\.(link_video|link_material|role_partner)|form\.synonym|(filter|group)\.form|card\.how)$/;
  const ENGLISH = ['api.html']; // the reference of the API, in the language of the names that it explains
  for (const file of readdirSync(web).filter((name) => name.endsWith('.html') && !ENGLISH.includes(name))) {
    const words = ownWords(readFileSync(join(web, file), 'utf8')).filter((word) => !KEYS.includes(word));
    check(!words.length, `${file}: ${words}`);
  }
  check(ownWords('<p title="Ohje">{{t.x}} Hae</p>').join() === 'Ohje,Hae', 'own words are found');
  for (const line of readFileSync(join(web, 'strings.tsv'), 'utf8').trim().split('\n').slice(1)) {
    const [key, ...texts] = line.split('\t');
    check(texts.length === 3 && texts.every((text) => text.trim()), `${key} is not in three languages`);
    const words = /\p{L}/u.test(texts[0].replace(/\{\w+\}/g, ''));
    check(!words || new Set(texts).size === 3 || ALIKE.test(key), `${key} is not translated: ${texts.join(' | ')}`);
  }
});
