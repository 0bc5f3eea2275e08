// Made-up requests over the parameters that the document names: some allowed, some broken.  Repeatable by their seed.
import { check } from './house.mjs';

const WORDS = ['vertaistuki', 'jumppa', 'Mikkeli', 'kahvila', 'yksinäisyys', 'stöd', 'peer support', 'ilmainen',
  'torstaisin', 'kävelyryhmis', 'eläkeläisille', '"kerho"', 'kerhoo', 'ei', 'a', '1', '…', 'järjestö'];
const BROKEN = ['xyzzy-none', '-1', '1e9', '0x10', 'NaN', ';', ',', 'ä'.repeat(200), '%', '\u{1F600}',
  '</script>', '..', "' or 1=1", '{"a":1}', '99999999999999999999', '01.5', 'null', '\u202E', 'x'.repeat(999)];
const RAW = ['%FF', '%zz', '%', '%C3%28', '%00', '%ED%A0%80'];

// Where something allowed may not be there: a part of the sitemap, times of a record that has none to come.
const MAY_LACK = ['sitemap', 'item-calendar'];

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
  // codes: of each vocabulary, as the service lists them; ids: of records; uuids: of HSDS, by operation.
  constructor(contract, seed, { codes, ids, uuids }) {
    Object.assign(this, { contract, codes, ids, uuids, make: maker(seed) });
    this.operations = contract.operations.filter(({ tags }) => !tags.includes('operations'));
    this.promised = new Set(contract.promised());
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
      return broken && name !== 'lang' ? this.make.one([...RAW, ...BROKEN.map(encodeURIComponent)])
        : encodeURIComponent(this.make.one(names || this.uuids[operation.id] || this.ids));
    });
  }

  // A value that the schema of a body allows; pools: where words of a kind come from, by the member's name.
  filled(schema, name = '') {
    const { make } = this;
    const resolved = this.contract.resolve(schema);
    if (name === 'facetFilters' || name === 'numericFilters') {
      return Array.from({ length: make.below(4) }, () => (make.chance(50) ? this.filter(name)
        : Array.from({ length: make.below(4) }, () => this.filter(name))));
    }
    if (resolved.anyOf) {
      return this.filled(make.one(resolved.anyOf), name);
    }
    if (resolved.type === 'object') {
      const members = Object.entries(resolved.properties).filter(([member]) => make.chance(20)
        || resolved.required?.includes(member) || member === 'params');
      const made = Object.fromEntries(members.map(([member, of]) => [member, this.filled(of, member)]));
      return made.type === 'facet' ? { facet: 'theme', ...made } : made;
    }
    if (resolved.type === 'array') {
      const least = resolved.minItems ?? 0;
      const most = Math.min(resolved.maxItems ?? 4, least + 4);
      return Array.from({ length: least + make.below(most - least + 1) }, () => this.filled(resolved.items, name));
    }
    if (resolved.type === 'integer' || resolved.type === 'number') {
      return name === 'insideBoundingBox' ? (190 + make.below(5200)) / 10 - 10 * make.below(3)
        : resolved.minimum + make.below(Math.min(resolved.maximum - resolved.minimum, 300) + 1);
    }
    return this.text(resolved, name);
  }

  text(schema, name) {
    const { make } = this;
    if (schema.const !== undefined || schema.enum) {
      return schema.const ?? make.one(schema.enum);
    }
    switch (name) {
      case 'indexName': return `opastin${make.one(['', '_fi', '_sv', '_en'])}${make.one(['', '_newest', '_name',
        '_next', '_distance', '_relevance'])}`;
      case 'aroundLatLng': return `${60 + make.below(90) / 10},${20 + make.below(110) / 10}`;
      case 'insideBoundingBox': return '61.1,25.2,62.3,28.4';
      case 'facets': return make.one([...this.attributes(), '*', 'colour']);
      case 'attributesToRetrieve':
        return make.one(['title', '*', 'labels', 'id', '-title', 'place', 'next', 'nonsense']);
      case 'attributesToHighlight': return make.one(['title', 'summary', 'body', '*', 'nonsense']);
      case 'attributesToSnippet': return make.one(['title:3', 'summary', 'body:20', '*:5', 'nonsense:2', 'body:0']);
      case 'highlightPreTag': case 'highlightPostTag': case 'snippetEllipsisText':
        return make.one(['<b>', '__ais__', '', '…', '"']);
      default: return Array.from({ length: make.below(5) }, () => make.one(WORDS)).join(' ');
    }
  }

  attributes() {
    return this.contract.document.components.schemas.InstantAttribute.enum;
  }

  filter(name) {
    const { make } = this;
    if (name === 'numericFilters') {
      const sign = make.one(['<', '<=', '=', '!=', '>', '>=']);
      return `${make.one(['age', 'age_min', 'age_max'])}${sign}${make.below(130)}`;
    }
    const attribute = make.one(this.attributes());
    const codes = this.codes[attribute.split('.')[0]] || ['free', '70', 'wheelchair'];
    return `${attribute}:${make.chance(20) ? '-' : ''}${make.chance(10) ? make.one(BROKEN) : make.one(codes)}`;
  }

  // Somewhere within the value another one, or none.
  spoilt(value) {
    const { make } = this;
    const junk = [null, true, -1, 1e9, 0.5, '', [], {}, [[[]]], { a: [] }, make.one(BROKEN), 'x'.repeat(1500)];
    if (value === null || typeof value !== 'object' || Object.keys(value).length === 0 || make.chance(15)) {
      return make.one(junk);
    }
    const key = make.one(Object.keys(value));
    const copy = Array.isArray(value) ? [...value] : { ...value };
    if (make.chance(15)) {
      delete copy[key];
    } else {
      copy[key] = this.spoilt(value[key]);
    }
    return copy;
  }

  // A body is allowed, spoilt within, or no JSON at all.
  bodyOf(operation) {
    const { make } = this;
    const body = this.filled(operation.requestBody.content['application/json'].schema);
    if (make.chance(60)) {
      return { body, good: true };
    }
    const text = JSON.stringify(body);
    return make.chance(70) ? { body: this.spoilt(body) }
      : { raw: make.one([text.slice(0, make.below(text.length)), `${text}]`, '', '[[[[[[[[[[[[[[[[[[',
        `"${make.one(RAW)}`, '\u0000', text.replaceAll('"', "'")]) };
  }

  // {operation, path, status, options}: status when only one is right.
  request() {
    const { make } = this;
    const operation = make.chance(30) ? this.contract.operation('search') : make.one(this.operations);
    const refuses = this.promised.has(`${operation.id} 400 invalid`);
    const queries = this.contract.parameters(operation).filter((p) => p.in === 'query');
    const can = (name) => queries.some((p) => p.name === name);
    const chosen = queries.filter((p) => p.name !== 'cursor' && make.chance(12));
    const pairs = chosen.flatMap((p) => this.goodPair(p));
    const asked = pairs.join('&');
    if (can('near') && /(^|&)(radius|sort=distance)/.test(asked) && !/(^|&)near=/.test(asked)) {
      pairs.push('near=50100');
    }
    const since = pairs.findIndex((pair) => pair.startsWith('modified_after='));
    if (since >= 0 && pairs.some((pair) => pair.startsWith('search='))) { // one of the two
      pairs.splice(since, 1);
    }
    let status = 200;
    let brokenPath = false;
    if (make.chance(40)) {
      const kind = make.below(4);
      if (kind === 0) {
        const name = make.one(['colour', 'Q', 'per-page', 'limit', 'area[]', 'constructor']);
        pairs.push(`${name}=${clean(make.one(WORDS))}`);
        status = refuses ? 400 : 200;
      } else if (kind === 1 && queries.length) { // a value that may be anything
        const value = make.chance(30) ? make.one(RAW) : clean(make.one(BROKEN));
        pairs.push(`${make.one(queries).name}=${value}`);
        status = 0;
      } else if (kind === 2 && operation.path.includes('{')) {
        brokenPath = true;
        status = 0;
      } else if (queries.length) { // a code or number that cannot be
        const one = make.one(queries.filter((p) => !['q', 'near', 'search'].includes(p.name)));
        pairs.push(`${one.name}=${make.one(['xyzzy-none', '1;2', '%FF'])}`);
        status = 400;
      }
    }
    for (let i = pairs.length - 1; i > 0; i -= 1) { // in any order
      const k = make.below(i + 1);
      [pairs[i], pairs[k]] = [pairs[k], pairs[i]];
    }
    const query = pairs.length ? `?${pairs.join('&')}` : '';
    const beyond = operation.id.startsWith('feed-') && /page=/.test(query); // a feed ends
    if (status === 200 && (MAY_LACK.includes(operation.id) || beyond)) {
      status = 0;
    }
    const { body, raw, good } = operation.requestBody ? this.bodyOf(operation) : { good: true };
    return { operation, path: this.pathOf(operation, brokenPath) + query, status: good ? status : 0,
      options: operation.requestBody ? { method: 'POST', body, raw } : {} };
  }

  async run(daemon, count, width = 4) {
    const counts = {};
    const per = {};
    let left = count;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        const { operation, path, status, options } = this.request();
        const answer = await daemon.ask(path, options);
        const what = options.method ? `${path} ${options.raw ?? JSON.stringify(options.body)}`.slice(0, 2000) : path;
        check(answer.status < 500, `${what}: ${answer.status} ${answer.body.slice(0, 300)}`);
        this.contract.judge(operation, answer, what);
        per[operation.id] = (per[operation.id] || 0) + 1;
        check(!status || answer.status === status, `${what}: ${answer.status}, not ${status}: ${
          answer.body.slice(0, 300)}`);
        counts[answer.status] = (counts[answer.status] || 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: width }, worker));
    return { counts, per };
  }
}
