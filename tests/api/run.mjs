import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Contract } from './contract.mjs';
import { Fuzz } from './fuzz.mjs';
import { check, Daemon, folder, indexOf, root, SLOW } from './house.mjs';
import * as problems from './problems.mjs';

const only = process.argv[4] || '';
const REQUESTS = Number(process.env.OPASTIN_API_REQUESTS || 2000);
const SEED = Number(process.env.OPASTIN_SEED || 20261201);
const HOST = '127.0.0.1:8080'; // of the examples, which tell whole addresses
const EXAMPLES = join(root, 'searchd/web/openapi_examples.json');

const tests = [];
const test = (name, body) => tests.push({ name, body });

const index = indexOf();
const daemon = await (await Daemon.start(index)).listed();
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
  // What InstantSearch sends says that it is open.
  const open = Object.entries(contract.document.components.schemas).filter(([name, schema]) => (schema.properties
    && ![false, true].includes(schema.additionalProperties) && schema.unevaluatedProperties !== false
    && !['Document', 'Card'].includes(name))); // Card is a part of others that are closed
  check(!open.length, `open: ${open.map(([name]) => name)}`);
  Object.entries(contract.document.components.schemas).forEach(([name, schema]) => check(
    schema.description || name.startsWith('Record') || name === 'ProblemCode', `${name} says nothing of itself`,
  ));
});

test('the examples of parameters are allowed, one by one', async () => {
  for (const operation of contract.operations) {
    for (const parameter of contract.parameters(operation).filter((p) => p.in === 'query' && p.example !== undefined)) {
      const value = Array.isArray(parameter.example) ? parameter.example[0] : parameter.example;
      const { pathname, ...request } = contract.request(operation);
      const path = `${pathname}?${parameter.name}=${encodeURIComponent(value)}`;
      const answer = await daemon.ask(path, request);
      check(answer.status === 200, `${path}: ${answer.status}`);
      contract.judge(operation, answer, path);
    }
  }
});

/* ---- examples ---------------------------------------------------------------------------------------------------- */

// What differs each time.
const VOLATILE = { processingTimeMs: 0.5, processingTimeMS: 1, requestId: '0123456789abcdef' };
function steady(value) {
  if (Array.isArray(value)) {
    return value.map(steady);
  }
  return value === null || typeof value !== 'object' ? value : Object.fromEntries(Object.entries(value)
    .map(([key, member]) => [key, VOLATILE[key] ?? steady(member)]));
}

async function asked(id, example) {
  const answer = await daemon.ask(example.request, { method: example.body ? 'POST' : 'GET', body: example.body,
    headers: { Host: HOST } });
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
  const bodies = contract.operations.flatMap(({ id }) => examples[id].map(({ body }) => body));
  lines.forEach((line, i) => {
    const [, , , , , sent, ...rest] = line.split("'"); // curl 'ADDRESS' -H '…' -d 'BODY'
    check(rest.length <= 1 && (bodies[i] === undefined ? sent === undefined
      : JSON.stringify(JSON.parse(sent)) === JSON.stringify(bodies[i])), line);
  });
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

const uuids = async (kind) => JSON.parse((await daemon.ask(`/hsds/v3/${kind}?per_page=100`)).body).contents
  .map(({ id }) => id);

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

test('every service and every organization of HSDS is what its schema says', async () => {
  for (const id of ['hsds-services', 'hsds-organizations']) {
    for (let page = 1, last = false; !last; page += 1) {
      const path = `${contract.operation(id).path}?full=true&per_page=100&page=${page}`;
      const list = contract.judge(contract.operation(id), await daemon.ask(path), path);
      last = list.last_page;
    }
  }
});

test('every entry of feeds, every page of the sitemap and every calendar is what it says', async () => {
  for (const id of ['feed-atom', 'feed-json']) {
    for (let page = 1; page <= 8; page += 1) {
      const lang = ['fi', 'sv', 'en'][page % 3];
      const path = `${contract.operation(id).path}?past=1&per_page=100&lang=${lang}&page=${page}`;
      contract.judge(contract.operation(id), await daemon.ask(path), path);
    }
  }
  for (const path of ['/calendar.ics?past=1', '/calendar.ics?q=kerho&lang=sv']) {
    contract.judge(contract.operation('calendar'), await daemon.ask(path), path);
  }
  const times = { 200: 0, 404: 0 };
  for (const id of await recordIds()) {
    const answer = await daemon.ask(`/sv/item/${id}.ics`);
    contract.judge(contract.operation('item-calendar'), answer, id);
    times[answer.status] += 1;
  }
  check(times[200] > 300 && times[404] > 50, JSON.stringify(times));
});

test('InstantSearch answers with all that it can as its schema says', async () => {
  const instant = contract.operation('instantsearch');
  const body = (params) => ({ requests: [{ indexName: 'opastin', params: { hitsPerPage: 100, ...params } }] });
  for (const lang of ['fi', 'sv', 'en']) {
    for (const query of ['', 'kerho', 'vertaistuki eronneille', 'xyzzy']) {
      for (let page = 0; page <= 7; page += query ? 7 : 1) {
        const asked = body({ query, page, facets: '*', attributesToSnippet: ['*:9'],
          attributesToHighlight: ['*', 'body'], aroundLatLng: '61.7,27.3' });
        const answer = await daemon.ask(`${instant.path}?lang=${lang}`, { method: 'POST', body: asked });
        check(answer.status === 200, answer.body);
        contract.judge(instant, answer, `${lang} ${query} ${page}`);
      }
    }
  }
});

test('what is no JSON is noticed when it is not well formed', async () => {
  for (const [id, path, change] of [['feed-atom', '/feed.atom?per_page=1', (text) => text.replace('</entry>', '')],
    ['feed-atom', '/feed.atom?per_page=1', (text) => text.replaceAll('feed', 'food')],
    ['sitemap', '/sitemap.xml', (text) => text.replace('</loc>', '</lock>')],
    ['opensearch', '/opensearch.xml', (text) => text.replace('type="', 'type=')],
    ['calendar', '/calendar.ics', (text) => text.replace('END:VEVENT', 'X')],
    ['calendar', '/calendar.ics', (text) => text.replace('\r\n', '\n')],
    ['robots', '/robots.txt', (text) => `${text}<html>\n`]]) {
    const answer = await daemon.ask(path);
    contract.judge(contract.operation(id), answer, path);
    const body = change(answer.body);
    let noticed = body === answer.body ? 'nothing was changed' : '';
    try {
      contract.judge(contract.operation(id), { ...answer, body }, path);
    } catch (error) {
      noticed ||= error.message;
    }
    check(noticed && noticed !== 'nothing was changed', `${path}: ${change}`);
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
if (SLOW === 1) {
  test('a disk that fails', () => problems.failingDisk(contract));
  test('no memory for an answer', () => problems.noMemory(contract));
}

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
  const fuzz = new Fuzz(contract, SEED, { codes: await vocabularies(), ids: await recordIds(),
    uuids: { 'hsds-service': await uuids('services'), 'hsds-organization': await uuids('organizations') } });
  const began = Date.now();
  const { counts, per } = await fuzz.run(daemon, REQUESTS);
  check(REQUESTS < 2000 || fuzz.operations.every(({ id }) => per[id]), `not all were asked: ${JSON.stringify(per)}`);
  console.log(`figure made-up requests: ${REQUESTS}, seed ${SEED}, ${((Date.now() - began) / 1000).toFixed(0)} s, `
    + `answers ${JSON.stringify(counts)}; fewest at an operation: ${Math.min(...Object.values(per))}`);
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
