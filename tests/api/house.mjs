// Indexes, daemons over them, and requests to them as bytes.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [build, work] = process.argv.slice(2);
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const SLOW = build.endsWith('/release') ? 1 : 5; // how much longer everything may take
const NOW = '1796083200'; // 2026-12-01, as the daemon's day: answers are the same every time

export const folder = (name) => mkdtempSync(join(work, `${name}.`));
export const program = (name) => join(build, name);
export const sleep = (ms) => new Promise((done) => { setTimeout(done, ms); });

export function check(good, message) {
  if (!good) {
    throw new Error(message);
  }
}

export function indexer(...options) {
  try {
    execFileSync(join(build, 'opastin-indexer'), options, { stdio: 'pipe' });
  } catch (error) {
    if (error.status !== 3) { // some records are refused: so they are for
      throw error;
    }
  }
}

// An index of these files, of corpus/ when there are none.
export function indexOf(...files) {
  const index = join(folder('index'), 'index');
  const corpus = execFileSync('git', ['ls-files', 'corpus/*.jsonl', 'corpus/*.csv'], { cwd: root, encoding: 'utf8' });
  const sources = files.length ? files : corpus.trim().split('\n').map((name) => join(root, name));
  indexer('run', '--quiet', '--index', index, '--now', NOW, ...sources);
  return index;
}

// The index of a second night, in which one record has gone and another was merged.
export function indexOfNights() {
  const place = folder('nights');
  const record = (id, title, more) => ({ id, kind: 'activity', texts: { fi: { title } },
    area: { scope: 'municipality', codes: ['491'] }, ...more });
  const same = (id) => record(id, 'Sama Yhdistys ry', { kind: 'organisation', business_id: '0201256-6' });
  const write = (name, records) => writeFileSync(join(place, `${name}.jsonl`),
    records.map((r) => `${JSON.stringify(r)}\n`).join(''));
  const source = (name) => `\n[source ${name}]\npath = ${place}/${name}.jsonl\nmax_deletions = 100\n`
    + 'max_deletions_percent = 100\n';
  writeFileSync(join(place, 'opastin.conf'), `[index]\npath = ${place}/index\n\n[report]\nfolder = ${place}/reports\n`
    + source('first') + source('second'));
  write('first', [record('stays', 'Jäävä kerho'), record('goes', 'Lähtevä kerho')]);
  write('second', [same('merged')]);
  indexer('run', '--quiet', '--config', join(place, 'opastin.conf'));
  write('first', [record('stays', 'Jäävä kerho'), same('main')]);
  indexer('run', '--quiet', '--config', join(place, 'opastin.conf'));
  return join(place, 'index');
}

// A key and its line for the file.
export function newKey(name) {
  const made = spawnSync(join(build, 'opastin-searchd'), ['--make-key', name], { encoding: 'utf8' });
  check(made.status === 0, made.stderr);
  return [made.stderr.trim().split(' ').pop(), JSON.parse(made.stdout)];
}

export class Daemon {
  static async start(index, options = {}, env = {}) {
    const daemon = new Daemon();
    const given = { threads: 2, rate: 0, today: '2026-12-01', ...options };
    const words = Object.entries(given).flatMap(([name, value]) => (value === null ? []
      : value === true ? [`--${name}`] : [`--${name}`, `${value}`]));
    daemon.log = '';
    daemon.process = spawn(join(build, 'opastin-searchd'), ['--index', index, '--port', '0', ...words],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
    daemon.ended = new Promise((done) => { daemon.process.on('exit', done); });
    daemon.process.stderr.on('data', (text) => { daemon.log += text; });
    for (let left = 300 * SLOW; left && !daemon.port; left -= 1) {
      await sleep(50);
      daemon.port = Number(/event=started.* port=(\d+)/.exec(daemon.log)?.[1] || 0);
    }
    check(daemon.port, `the daemon does not start: ${daemon.log}`);
    daemon.agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
    return daemon;
  }

  // Until the list of HSDS is made, which somebody must have asked for: then an id that nothing has is not found.
  async listed() {
    for (let left = 300 * SLOW; left; left -= 1) {
      if ((await this.ask('/hsds/v3/services/00000000-0000-4000-8000-000000000000')).status === 404) {
        return this;
      }
      await sleep(50);
    }
    throw new Error(`no list of HSDS: ${this.log}`);
  }

  // A sanitizer's finding is a failure, as is an end with another code.
  async stop() {
    this.agent.destroy();
    this.process.kill('SIGCONT');
    this.process.kill('SIGTERM');
    const code = await this.ended;
    check(code === 0 && !/Sanitizer|runtime error/.test(this.log),
      `the daemon ended with ${code}: ${this.log.slice(-6000)}`);
  }

  // raw: a body that need not be JSON.
  ask(path, { method = 'GET', headers = {}, body, raw } = {}) {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const fields = sent === undefined ? headers
      : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(sent), ...headers };
    return new Promise((done, failed) => {
      const request = http.request({ host: '127.0.0.1', port: this.port, path, method, headers: fields,
        agent: this.agent }, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers,
          body: Buffer.concat(parts).toString() }));
        answer.on('error', failed);
      });
      request.on('error', failed);
      request.end(sent);
    });
  }

  // A connection that is held; answer() is the first answer on it.
  connect() {
    const socket = net.connect(this.port, '127.0.0.1');
    let bytes = Buffer.alloc(0);
    const whole = () => {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) {
        return null;
      }
      const [line, ...lines] = bytes.subarray(0, end).toString().split('\r\n');
      const headers = Object.fromEntries(lines.map((field) => {
        const [name, ...value] = field.split(': ');
        return [name.toLowerCase(), value.join(': ')];
      }));
      const body = bytes.subarray(end + 4);
      return body.length < Number(headers['content-length'] || 0) ? null
        : { status: Number(line.split(' ')[1]), headers, body: body.toString() };
    };
    socket.on('data', (part) => { bytes = Buffer.concat([bytes, part]); });
    socket.on('error', () => {});
    return {
      socket,
      close: () => socket.destroy(),
      answer: async () => {
        for (let left = 1500 * SLOW; left; left -= 1) {
          const found = whole();
          if (found) {
            return found;
          }
          await sleep(10);
        }
        throw new Error(`no whole answer: ${bytes}`);
      },
    };
  }

  async raw(request) {
    const connection = this.connect();
    connection.socket.write(request);
    try {
      return await connection.answer();
    } finally {
      connection.close();
    }
  }

  async stopped() {
    this.process.kill('SIGSTOP');
    while (!/\) T /.test(readFileSync(`/proc/${this.process.pid}/stat`, 'utf8'))) {
      await sleep(5);
    }
  }

  goOn() {
    this.process.kill('SIGCONT');
  }
}
