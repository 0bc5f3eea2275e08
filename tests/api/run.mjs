import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Contract } from './contract.mjs';
import { Fuzz } from './fuzz.mjs';
import { check, Daemon, folder, indexOf, root } from './house.mjs';
import * as problems from './problems.mjs';

const only = process.argv[4] || '';
const REQUESTS = Number(process.env.OPASTIN_API_REQUESTS || 2000);
const SEED = Number(process.env.OPASTIN_SEED || 20261201);
const EXAMPLES = join(root, 'searchd/web/openapi_examples.json');

const tests = [];
const test = (name, body) => tests.push({ name, body });

const index = indexOf();
const daemon = await Daemon.start(index);
const bytes = (await daemon.ask('/api/v1/openapi.json')).body;
const contract = new Contract(JSON.parse(bytes));
const examples = JSON.parse(readFileSync(EXAMPLES, 'utf8'));

/* ---- the document ------------------------------------------------------------------------------------------------ */

test('redocly finds nothing to say', () => {
  const file = join(folder('lint'), 'openapi.json');
  writeFileSync(file, JSON.stringify(contract.document, null, 2));
  try {
    execFileSync(join(process.env.NODE_MODULES, '.bin/redocly'), ['lint', '--extends', 'recommended-strict', file],
      { encoding: 'utf8', stdio: 'pipe', cwd: folder('lint'),
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } });
  } catch (error) {
    throw new Error(`${error.stdout}${error.stderr}`.slice(0, 6000));
  }
});

test('every schema is one of JSON Schema 2020-12', () => {
  Object.entries(contract.document.components.schemas).forEach(([name, schema]) => check(
    contract.ajv.validateSchema(schema), `${name}: ${contract.ajv.errorsText(contract.ajv.errors)}`,
  ));
});

test('objects are closed, and members say what they are', () => {
  const open = Object.entries(contract.document.components.schemas).filter(([name, schema]) => (schema.properties
    && schema.additionalProperties !== false && schema.unevaluatedProperties !== false && name !== 'Document'
    && name !== 'Card')); // Card is a part of others that are closed
  check(!open.length, `open: ${open.map(([name]) => name)}`);
  Object.entries(contract.document.components.schemas).forEach(([name, schema]) => check(
    schema.description || name.startsWith('Record') || name === 'ProblemCode', `${name} says nothing of itself`,
  ));
});

test('the examples of parameters are allowed, one by one', async () => {
  for (const operation of contract.operations) {
    for (const parameter of contract.parameters(operation).filter((p) => p.in === 'query' && p.example !== undefined)) {
      const value = Array.isArray(parameter.example) ? parameter.example[0] : parameter.example;
      const path = `${problems.target(operation).pathname}?${parameter.name}=${encodeURIComponent(value)}`;
      const answer = await daemon.ask(path);
      check(answer.status === 200, `${path}: ${answer.status}`);
      contract.judge(operation, answer, path);
    }
  }
});

/* ---- examples ---------------------------------------------------------------------------------------------------- */

// What differs each time.
const VOLATILE = { processingTimeMs: 0.5, requestId: '0123456789abcdef' };
function steady(value) {
  if (Array.isArray(value)) {
    return value.map(steady);
  }
  return value === null || typeof value !== 'object' ? value : Object.fromEntries(Object.entries(value)
    .map(([key, member]) => [key, VOLATILE[key] ?? steady(member)]));
}

async function asked(id, example) {
  const answer = await daemon.ask(example.request, { method: example.body ? 'POST' : 'GET', body: example.body });
  check(answer.status === example.status, `${example.request}: ${answer.status}, not ${example.status}`);
  return contract.judge(contract.operation(id), answer, example.request);
}

test('every operation has an example that succeeds', () => {
  contract.operations.forEach(({ id }) => check(examples[id]?.some(({ status }) => status === 200), `${id} has none`));
});

test('every example is answered as the document shows', async () => {
  const wrong = [];
  for (const [id, list] of Object.entries(examples)) {
    for (const example of list) {
      const answer = JSON.stringify(steady(await asked(id, example)));
      if ('answer' in example && answer !== JSON.stringify(example.answer)) {
        wrong.push(`${example.request} answers ${answer.slice(0, 300)}`);
      }
    }
  }
  check(!wrong.length, `${wrong.join('\n')}\nwhen that is right: tests/api/run.sh BUILD_DIR --record`);
});

test('the curl lines of the document are the examples', () => {
  const lines = contract.operations.flatMap((operation) => operation['x-codeSamples'].map(({ source }) => source));
  const requests = contract.operations.flatMap(({ id }) => examples[id].map(({ request }) => request));
  check(lines.length === requests.length && lines.every((line, i) => line.includes(`${requests[i]}'`)), `${lines}`);
});

async function record() {
  for (const [id, list] of Object.entries(examples)) {
    for (const example of list.filter((one) => 'answer' in one)) {
      example.answer = steady(await asked(id, example).catch((error) => {
        throw new Error(`${error.message}\nfirst mend the schema`);
      }));
    }
  }
  writeFileSync(EXAMPLES, `${JSON.stringify(examples, null, 1)}\n`);
}

/* ---- answers ----------------------------------------------------------------------------------------------------- */

const vocabularies = async () => {
  const codes = {};
  for (const name of contract.document.components.schemas.VocabularyName.enum) {
    const answer = await daemon.ask(`/api/v1/vocabularies/${name}`);
    codes[name] = contract.judge(contract.operation('vocabulary'), answer, name).entries.map(({ code }) => code);
  }
  return codes;
};

const recordIds = async () => {
  const ids = [];
  for (let path = '?'; path;) {
    const answer = JSON.parse((await daemon.ask(`/api/v1/search${path}per_page=100&past=1&sort=name&fields=id&facets=`))
      .body);
    ids.push(...answer.hits.map(({ id }) => id));
    path = answer.nextCursor && `?cursor=${answer.nextCursor}&`;
  }
  return ids;
};

test('every vocabulary and every record is what its schema says', async () => {
  await vocabularies();
  const ids = await recordIds();
  check(ids.length > 700, `${ids.length} records`);
  for (const id of ids) {
    contract.judge(contract.operation('item'), await daemon.ask(`/api/v1/items/${id}`), id);
  }
});

test('every card is what its schema says, in every language', async () => {
  for (const lang of ['fi', 'sv', 'en']) {
    for (let page = 1; page <= 8; page += 1) {
      const path = `/api/v1/search?past=1&explain=1&near=50100&per_page=100&lang=${lang}&page=${page}`;
      contract.judge(contract.operation('search'), await daemon.ask(path), path);
    }
  }
});

test('answers off their schema are noticed', async () => {
  const search = contract.operation('search');
  const answer = await daemon.ask('/api/v1/search?per_page=1');
  const spoil = (change, more = {}) => {
    const value = JSON.parse(answer.body);
    change(value);
    return { ...answer, body: JSON.stringify(value), ...more };
  };
  const wrong = [spoil((v) => { delete v.totalHits; }), spoil((v) => { v.extra = 1; }),
    spoil((v) => { v.hits[0].extra = 1; }), spoil((v) => { v.hits[0].kind = 'thing'; }),
    spoil((v) => { v.facets.theme.buckets[0].count = -1; }), spoil(() => {}, { status: 404 }),
    spoil(() => {}, { headers: { ...answer.headers, etag: undefined } }),
    spoil(() => {}, { headers: { ...answer.headers, 'content-type': 'text/html' } })];
  wrong.forEach((one, i) => {
    let noticed = false;
    try {
      contract.judge(search, one);
    } catch {
      noticed = true;
    }
    check(noticed, `number ${i} was not`);
  });
});

/* ---- errors ------------------------------------------------------------------------------------------------------ */

test('what any request may meet, at every operation', () => problems.onTheWire(contract, daemon));
test('requests that do not end', () => problems.slowSenders(contract, index));
test('one connection too many', () => problems.tooManyConnections(contract, index));
test('mistakes of requests', () => problems.mistakes(contract, daemon));
test('a cursor of another day', () => problems.staleCursor(contract, daemon));
test('records that were removed and merged', () => problems.removedRecords(contract));
test('what has not changed', () => problems.unchanged(contract, daemon));
test('no index', () => problems.noIndex(contract));
test('too much from one address', () => problems.tooMuchAtOnce(contract, index));
test('keys that do not fit', () => problems.keysThatDoNotFit(contract, index));
test('searches that take too long', () => problems.late(contract, index));
test('more searches than wait', () => problems.crowded(contract, index));
test('a damaged index', () => problems.damaged(contract));

test('all that the document promises was met', () => {
  if (only) {
    return;
  }
  const promised = contract.promised();
  const missing = promised.filter((one) => !contract.met.has(one) && !problems.NEVER.test(one));
  const never = promised.filter((one) => problems.NEVER.test(one));
  console.log(`figure answers met: ${promised.length - missing.length - never.length} of ${promised.length} pairs of `
    + `operation and answer; ${never.length} cannot be brought about`);
  check(!missing.length, `never met: ${missing.join(', ')}`);
});

/* ---- made-up requests -------------------------------------------------------------------------------------------- */

test('made-up requests are answered as the document says', async () => {
  const fuzz = new Fuzz(contract, SEED, { codes: await vocabularies(), ids: await recordIds() });
  const began = Date.now();
  const counts = await fuzz.run(daemon, REQUESTS);
  console.log(`figure made-up requests: ${REQUESTS}, seed ${SEED}, ${((Date.now() - began) / 1000).toFixed(0)} s, `
    + `answers ${JSON.stringify(counts)}`);
});

/* ---- all of it --------------------------------------------------------------------------------------------------- */

let passed = 0;
let failed = 0;
if (only === '--record') {
  await record();
  console.log('recorded');
} else {
  for (const { name, body } of tests.filter((one) => one.name.includes(only))) {
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
await daemon.stop();
if (only !== '--record') {
  console.log(`${passed} passed, ${failed} failed`);
}
process.exit(failed ? 1 : 0);
