// Made-up requests over the parameters that the document names: some allowed, some broken.  Repeatable by their seed.
import { check } from './house.mjs';

const WORDS = ['vertaistuki', 'jumppa', 'Mikkeli', 'kahvila', 'yksinäisyys', 'stöd', 'peer support', 'ilmainen',
  'torstaisin', 'kävelyryhmis', 'eläkeläisille', '"kerho"', 'kerhoo', 'ei', 'a', '1', '…', 'järjestö'];
const BROKEN = ['xyzzy-none', '-1', '1e9', '0x10', 'NaN', ';', ',', 'ä'.repeat(200), '%', '\u{1F600}',
  '</script>', '..', "' or 1=1", '{"a":1}', '99999999999999999999', '01.5', 'null', '\u202E', 'x'.repeat(999)];
const RAW = ['%FF', '%zz', '%', '%C3%28', '%00', '%ED%A0%80'];

// xorshift32: the same in every run of a seed.
function maker(seed) {
  let state = seed || 1;
  const below = (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
  return { below, one: (list) => list[below(list.length)], chance: (percent) => below(100) < percent };
}

const clean = (text) => encodeURIComponent(text).replaceAll('%20', '+');

export class Fuzz {
  // codes: of each vocabulary, as the service lists them; ids: of records.
  constructor(contract, seed, { codes, ids }) {
    Object.assign(this, { contract, codes, ids, make: maker(seed) });
    this.operations = contract.operations.filter(({ path, body }) => !body && path.startsWith('/api/v1/')
      && path !== '/api/v1/openapi.json');
  }

  // A value that the schema allows, in words.
  good(parameter, schema) {
    const { make } = this;
    if (schema['x-vocabulary']) {
      return make.one(this.codes[schema['x-vocabulary']]);
    }
    if (schema.enum) {
      return make.one(schema.enum);
    }
    if (schema.type === 'integer') {
      return `${schema.minimum + make.below(Math.min(schema.maximum - schema.minimum, 300) + 1)}`;
    }
    if (schema.type === 'number') {
      return `${(1 + make.below(schema.maximum * 10 - 1)) / 10}`;
    }
    if (schema.format === 'date') { // of two, the later is the last
      const first = parameter.name === 'until' ? 15 : 1;
      return `2026-12-${String(first + make.below(14)).padStart(2, '0')}`;
    }
    if (parameter.name === 'near') {
      return make.one(['50100', '40100', '00100', 'Mikkeli', '491', 'Jyväskylä']);
    }
    return Array.from({ length: 1 + make.below(5) }, () => make.one(WORDS)).join(' ');
  }

  goodPair(parameter) {
    const { make } = this;
    const schema = this.contract.resolve(parameter.schema);
    if (schema.type !== 'array') {
      return [`${parameter.name}=${clean(this.good(parameter, schema))}`];
    }
    const values = Array.from({ length: 1 + make.below(4) }, () => this.good(parameter, schema.items));
    return parameter.explode === false && make.chance(70) ? [`${parameter.name}=${values.map(clean).join(',')}`]
      : values.map((value) => `${parameter.name}=${clean(value)}`);
  }

  pathOf(operation, broken) {
    return operation.path.replace(/\{(\w+)\}/g, (_, name) => {
      const parameter = this.contract.parameters(operation).find((p) => p.name === name);
      const { enum: names } = this.contract.resolve(parameter.schema);
      return broken ? this.make.one([...RAW, ...BROKEN.map(encodeURIComponent)])
        : encodeURIComponent(this.make.one(names || this.ids));
    });
  }

  // {operation, path, status}: status when only one is right.
  request() {
    const { make } = this;
    const operation = make.chance(50) ? this.contract.operation('search') : make.one(this.operations);
    const queries = this.contract.parameters(operation).filter((p) => p.in === 'query');
    const can = (name) => queries.some((p) => p.name === name);
    const chosen = queries.filter((p) => p.name !== 'cursor' && make.chance(12));
    const pairs = chosen.flatMap((p) => this.goodPair(p));
    const asked = pairs.join('&');
    if (can('near') && /(^|&)(radius|sort=distance)/.test(asked) && !/(^|&)near=/.test(asked)) {
      pairs.push('near=50100');
    }
    let status = 200;
    let brokenPath = false;
    if (make.chance(40)) {
      const kind = make.below(4);
      if (kind === 0) {
        const name = make.one(['colour', 'Q', 'per-page', 'limit', 'area[]', 'constructor']);
        pairs.push(`${name}=${clean(make.one(WORDS))}`);
        status = 400;
      } else if (kind === 1 && queries.length) { // a value that may be anything
        const value = make.chance(30) ? make.one(RAW) : clean(make.one(BROKEN));
        pairs.push(`${make.one(queries).name}=${value}`);
        status = 0;
      } else if (kind === 2 && operation.path.includes('{')) {
        brokenPath = true;
        status = 0;
      } else if (queries.length) { // a code or number that cannot be
        const one = make.one(queries.filter((p) => !['q', 'near'].includes(p.name)));
        pairs.push(`${one.name}=${make.one(['xyzzy-none', '1;2', '%FF'])}`);
        status = 400;
      }
    }
    for (let i = pairs.length - 1; i > 0; i -= 1) { // in any order
      const k = make.below(i + 1);
      [pairs[i], pairs[k]] = [pairs[k], pairs[i]];
    }
    const query = pairs.length ? `?${pairs.join('&')}` : '';
    return { operation, path: this.pathOf(operation, brokenPath) + query, status };
  }

  async run(daemon, count, width = 4) {
    const counts = {};
    let left = count;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        const { operation, path, status } = this.request();
        const answer = await daemon.ask(path);
        check(answer.status < 500, `${path}: ${answer.status} ${answer.body.slice(0, 300)}`);
        this.contract.judge(operation, answer, path);
        check(!status || answer.status === status, `${path}: ${answer.status}, not ${status}: ${
          answer.body.slice(0, 300)}`);
        counts[answer.status] = (counts[answer.status] || 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: width }, worker));
    return counts;
  }
}
