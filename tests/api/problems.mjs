// Every error that the document names, brought about.
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { check, Daemon, folder, indexOf, indexOfNights, newKey, program, SLOW, sleep } from './house.mjs';

// What is asked is the operation's first example.
const head = (request, more = '') => `${request.method} ${request.path} HTTP/1.1\r\nHost: a\r\n${more}`;
const whole = (request) => (request.body === undefined ? head(request, '\r\n')
  : head(request, `Content-Length: ${Buffer.byteLength(JSON.stringify(request.body))}\r\n\r\n${
    JSON.stringify(request.body)}`));
const ask = (contract, daemon, operation, headers) => {
  const request = contract.request(operation);
  return daemon.ask(request.path, { ...request, headers });
};

// What only a fault of the program could bring about, and lack of memory where an answer takes none (it may be the
// connection's); under a sanitizer, which has the memory in hand, whatever runs short.
export const NEVER = SLOW === 1 ? /^([\w-]+ 500 internal|openapi 503 nomem)$/
  : /^[\w-]+ (500 (io|internal)|503 nomem)$/;

/* ---- what any request may meet ----------------------------------------------------------------------------------- */

const WIRE = {
  syntax: (request) => head(request, 'Host: b\r\n\r\n'),
  method: (request) => `DELETE ${request.path} HTTP/1.1\r\nHost: a\r\n\r\n`,
  body: (request) => head(request, 'Content-Length: 65537\r\n\r\n'),
  target: (request) => `GET ${request.path}?${'x'.repeat(8200)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  expectation: (request) => head(request, 'Expect: tea\r\n\r\n'),
  headers: (request) => head(request, `${'X: y\r\n'.repeat(110)}\r\n`),
  version: (request) => `GET ${request.path} HTTP/3.0\r\nHost: a\r\n\r\n`,
};

export async function onTheWire(contract, daemon) {
  for (const operation of contract.operations) {
    for (const [name, written] of Object.entries(WIRE)) {
      contract.judge(operation, await daemon.raw(written(contract.request(operation))), `${operation.id} ${name}`);
    }
  }
}

export async function slowSenders(contract, index) {
  const daemon = await Daemon.start(index, { 'sender-timeout-ms': 200 * SLOW });
  await Promise.all(contract.operations.map(async (operation) => contract.judge(operation,
    await daemon.raw(head(contract.request(operation))), `${operation.id} sent by half`)));
  await daemon.stop();
}

export async function tooManyConnections(contract, index) {
  const daemon = await Daemon.start(index, { connections: 1, threads: 1 });
  const held = daemon.connect();
  held.socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
  await held.answer();
  for (const operation of contract.operations) {
    contract.judge(operation, await daemon.raw(whole(contract.request(operation))), `${operation.id} one too many`);
  }
  held.close();
  await daemon.stop();
}

/* ---- what is asked ----------------------------------------------------------------------------------------------- */

const WORDS = Array.from({ length: 60 }, (_, i) => `sana${i}`).join(' ');
// Where an operation takes words, and what names nothing, when it is not `q` and a part of the path.
const WITH_WORDS = { instantsearch: { body: { requests: [{ indexName: 'opastin', params: { query: WORDS } }] } },
  'hsds-services': { query: 'search' }, 'hsds-organizations': { query: 'search' } };
const NOWHERE = { instantsearch: { body: { requests: [{ indexName: 'products' }] } },
  sitemap: { query: 'part=49999' } };

export async function mistakes(contract, daemon) {
  for (const operation of contract.operations) {
    const codes = contract.promised().filter((one) => one.startsWith(`${operation.id} 4`));
    const { pathname, method, body: usual } = contract.request(operation);
    const mistake = async (path, status, body = usual) => {
      const answer = await daemon.ask(path, { method, body });
      check(answer.status === status, `${path}: ${answer.status}, not ${status}`);
      contract.judge(operation, answer, path);
    };
    if (codes.includes(`${operation.id} 400 invalid`)) {
      await mistake(`${pathname}?nonsense=1`, 400);
    }
    if (codes.includes(`${operation.id} 400 limit`)) {
      const { query = 'q', body } = WITH_WORDS[operation.id] || {};
      await mistake(body ? pathname : `${pathname}?${query}=${WORDS.replaceAll(' ', '+')}`, 400, body);
    }
    if (codes.includes(`${operation.id} 404 notfound`)) {
      const { query, body } = NOWHERE[operation.id] || {};
      const named = operation.path.replace('{lang}', 'fi').replace(/\{\w+\}/, 'nobody-has-this');
      await mistake(query ? `${pathname}?${query}` : named, 404, body);
    }
  }
}

export async function staleCursor(contract, daemon) {
  const { nextCursor } = JSON.parse((await daemon.ask('/api/v1/search?per_page=2')).body);
  const [version, generation, ...rest] = nextCursor.split('.');
  const old = [version, (parseInt(generation, 16) + 1).toString(16), ...rest].join('.');
  contract.judge(contract.operation('search'), await daemon.ask(`/api/v1/search?per_page=2&cursor=${old}`));
}

export async function removedRecords(contract) {
  const daemon = await Daemon.start(indexOfNights(), { today: null });
  const item = contract.operation('item');
  const gone = contract.judge(item, await daemon.ask('/api/v1/items/goes'));
  check(gone.code === 'gone' && gone.record.title === 'Lähtevä kerho', 'gone, with its name');
  const merged = await daemon.ask('/api/v1/items/merged');
  contract.judge(item, merged);
  check(merged.headers.location === '/api/v1/items/main', `leads to ${merged.headers.location}`);
  const times = contract.operation('item-calendar');
  contract.judge(times, await daemon.ask('/fi/item/goes.ics'));
  const led = await daemon.ask('/fi/item/merged.ics');
  contract.judge(times, led);
  check(led.status === 308 && led.headers.location === '/fi/item/main.ics', `leads to ${led.headers.location}`);
  const run = contract.judge(contract.operation('meta'), await daemon.ask('/api/v1/meta')).lastRun;
  check(run.verdict === 'published' && run.sources.length === 2, 'a run that has told');
  await daemon.stop();
}

export async function unchanged(contract, daemon) {
  for (const operation of contract.operations.filter(({ responses }) => responses[304])) {
    const { headers } = await ask(contract, daemon, operation);
    const again = await ask(contract, daemon, operation, { 'If-None-Match': headers.etag });
    check(again.status === 304 && again.headers.etag === headers.etag, `${operation.id}: ${again.status}`);
    contract.judge(operation, again);
  }
}

// The last one asked is one too many.
export async function tooMuchAtOnce(contract, index) {
  for (const operation of contract.operations.filter(({ responses }) => responses[429])) {
    const daemon = await Daemon.start(index, { rate: 1, 'rate-burst': 1 });
    await ask(contract, daemon, operation);
    const answer = await ask(contract, daemon, operation);
    check(answer.status === 429, `${operation.id}: ${answer.status} beyond the rate`);
    contract.judge(operation, answer, `${operation.id} beyond the rate`);
    await daemon.stop();
  }
}

export async function keysThatDoNotFit(contract, index) {
  const file = join(folder('keys'), 'keys.jsonl');
  const [key, line] = newKey('portal');
  writeFileSync(file, `${JSON.stringify({ ...line, origins: ['https://portal.example.org'] })}\n`);
  const daemon = await Daemon.start(index, { keys: file, 'require-key': true });
  for (const operation of contract.operations.filter(({ responses }) => responses[401])) {
    const none = await ask(contract, daemon, operation);
    check(none.status === 401, `${operation.id}: ${none.status} without a key`);
    contract.judge(operation, none, `${operation.id} without a key`);
    const elsewhere = await ask(contract, daemon, operation,
      { Authorization: `Bearer ${key}`, Origin: 'https://other.example.org' });
    check(elsewhere.status === 403, `${operation.id}: ${elsewhere.status} from another site`);
    contract.judge(operation, elsewhere, `${operation.id} from another site`);
  }
  await daemon.stop();
}

/* ---- what fails -------------------------------------------------------------------------------------------------- */

export async function noIndex(contract) {
  const place = join(folder('none'), 'index');
  mkdirSync(place);
  const daemon = await Daemon.start(place);
  for (const operation of contract.operations) {
    const answer = await ask(contract, daemon, operation);
    contract.judge(operation, answer, `${operation.id} without an index`);
    check((answer.status === 503) === contract.promised().includes(`${operation.id} 503 unavailable`),
      `${operation.id}: ${answer.status} without an index`);
  }
  await daemon.stop();
}

// Searches that all arrive at once: what the first takes is too long for the last.  How many are asked, and how often,
// until one is answered as wanted, is the machine's matter.
async function crowd(contract, index, options, wanted) {
  const daemon = await (await Daemon.start(index, { threads: 1, ...options })).listed();
  const askAtOnce = async (operation, count) => {
    const asking = Array.from({ length: count }, () => daemon.connect());
    await Promise.all(asking.map(({ socket }) => new Promise((done) => { socket.once('connect', done); })));
    await sleep(50 * SLOW);
    await daemon.stopped();
    asking.forEach(({ socket }) => socket.write(whole(contract.request(operation))));
    await sleep(20 * SLOW);
    daemon.goOn();
    const answers = await Promise.all(asking.map((connection) => connection.answer()));
    asking.forEach((connection) => connection.close());
    answers.forEach((answer) => contract.judge(operation, answer, `${operation.id} in a crowd`));
    return answers.some(({ status }) => status === wanted);
  };
  for (const operation of contract.operations.filter(({ responses }) => responses[504])) {
    let met = false;
    for (let round = 0; !met && round < 30; round += 1) {
      met = await askAtOnce(operation, 20 + 4 * round);
    }
    check(met, `${operation.id}: no ${wanted} in a crowd`);
  }
  await daemon.stop();
}

export const late = (contract, index) => crowd(contract, index,
  { 'search-timeout-ms': 1, 'queue-timeout-ms': 1, queue: 200 }, 504);
export const crowded = (contract, index) => crowd(contract, index,
  { 'search-timeout-ms': 30000, 'queue-timeout-ms': 30000, queue: 2 }, 503);

// What reads records.
const READ = ['search', 'similar', 'item', 'instantsearch', 'hsds-services', 'hsds-service', 'hsds-organizations',
  'hsds-organization', 'feed-atom', 'feed-json', 'calendar', 'item-calendar', 'sitemap'];

// The files of an index that serves are spoilt under it.
export async function damaged(contract) {
  const index = indexOf();
  const daemon = await (await Daemon.start(index)).listed();
  const [generation] = readdirSync(index).filter((name) => name.startsWith('gen-'));
  const spoil = (name) => {
    const file = join(index, generation, name);
    check(existsSync(file), `no ${file}`);
    const { size } = statSync(file);
    const old = readFileSync(file);
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, Buffer.alloc(size - 4096, 0xA5), 0, size - 4096, 4096);
    closeSync(descriptor);
    return () => {
      const again = openSync(file, 'r+');
      writeSync(again, old, 0, size, 0);
      closeSync(again);
    };
  };
  for (const [name, ids] of [['records', READ], ['postings', ['suggest', 'opensearch-suggest']]]) {
    const mend = spoil(name);
    for (const id of ids) {
      const answer = await ask(contract, daemon, contract.operation(id));
      check(answer.status === 500, `${id}: ${answer.status} over spoilt ${name}`);
      contract.judge(contract.operation(id), answer, `${id} over spoilt ${name}`);
    }
    mend();
  }
  await daemon.stop();
}

// The daemon and what it lacks (lack.c): lack(allocation, disk).
let needyIndex;
async function needy(listed) {
  const file = join(folder('lack'), 'lack');
  writeFileSync(file, Buffer.alloc(16));
  const lack = (allocation, disk) => {
    const numbers = Buffer.alloc(16);
    numbers.writeBigInt64LE(BigInt(allocation), 0);
    numbers.writeBigInt64LE(BigInt(disk), 8);
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, numbers, 0, 16, 0);
    closeSync(descriptor);
  };
  needyIndex ||= indexOf();
  const daemon = await Daemon.start(needyIndex, { threads: 1 },
    { LD_PRELOAD: program('tests/lack.so'), OPASTIN_LACK: file });
  return [listed ? await daemon.listed() : daemon, lack];
}

export async function failingDisk(contract) {
  const [daemon, lack] = await needy(true);
  lack(0, 1);
  for (const operation of contract.operations.filter(({ id }) => contract.promised().includes(`${id} 500 io`))) {
    const answer = await ask(contract, daemon, operation);
    check(answer.status === 500, `${operation.id}: ${answer.status} from a disk that fails`);
    contract.judge(operation, answer, `${operation.id} from a disk that fails`);
  }
  lack(0, 0);
  await daemon.stop();
}

// Allocations that one answer needs, at most, before one fails that must be told.
const ALLOCATIONS = 30;
const timeless = ({ body }) => body.replace(/"processingTimeMs":[\d.]+/, '').replace(/^opastin_.*$/gm, '');

// Each allocation of a first request fails in turn until one of them is told; until then the answers are whole, and the
// next request is served.  A daemon for each: buffers that have grown ask for no more.
export async function noMemory(contract) {
  const telling = contract.promised().filter((one) => one.endsWith(' 503 nomem') && !NEVER.test(one));
  for (const operation of contract.operations.filter(({ id }) => telling.includes(`${id} 503 nomem`))) {
    let told = false;
    for (let allocation = 1; !told && allocation <= ALLOCATIONS; allocation += 1) {
      const [daemon, lack] = await needy(operation.id.startsWith('hsds-'));
      await daemon.ask('/favicon.svg'); // and the connection is there
      lack(allocation, 0);
      const answer = await ask(contract, daemon, operation);
      lack(0, 0);
      const what = `${operation.id}, allocation ${allocation}`;
      contract.judge(operation, answer, what);
      told = contract.met.has(`${operation.id} 503 nomem`);
      const after = await ask(contract, daemon, operation);
      check(after.status === 200, `${what}: ${after.status} when there is memory again`);
      check(answer.status === 503 || timeless(answer) === timeless(after), `${what}: another answer than with memory`);
      await daemon.stop();
    }
    check(told, `${operation.id}: no lack of memory is told`);
  }
}
