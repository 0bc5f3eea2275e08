// The document, and whether an answer is what it says.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { wellFormed } from './forms.mjs';
import { check } from './house.mjs';

const require = createRequire(join(process.env.NODE_MODULES, 'x.js'));
const { Ajv2020 } = require('ajv/dist/2020.js');
const addFormats = require('ajv-formats').default;

export class Contract {
  constructor(document) {
    this.document = document;
    this.ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
    addFormats(this.ajv);
    this.ajv.addSchema(document, 'api', true, false);
    this.compiled = new Map();
    this.met = new Set(); // "search 400 invalid"
    this.operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item)
      .map(([method, operation]) => ({ ...operation, path, method, id: operation.operationId })));
  }

  operation(id) {
    return this.operations.find((operation) => operation.id === id);
  }

  resolve(object) {
    return object?.$ref ? object.$ref.slice(2).split('/').reduce((at, part) => at[part], this.document) : object;
  }

  parameters(operation) {
    return operation.parameters.map((parameter) => this.resolve(parameter));
  }

  // pointer: of a schema in the document.
  validator(...pointer) {
    const text = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    if (!this.compiled.has(text)) {
      this.compiled.set(text, this.ajv.compile({ $ref: `api#/${text}` }));
    }
    return this.compiled.get(text);
  }

  validate(value, what, ...pointer) {
    const valid = this.validator(...pointer);
    check(valid(value), `${what}: ${this.ajv.errorsText(valid.errors).slice(0, 900)}\n  ${
      JSON.stringify(value)?.slice(0, 600)}`);
  }

  // A request that the operation answers, by its first example.
  request(operation) {
    const [{ source }] = operation['x-codeSamples'];
    const { pathname, search } = new URL(source.split("'")[1]);
    const sent = operation.requestBody?.content['application/json'].examples;
    return { pathname, path: pathname + search, method: operation.method.toUpperCase(),
      body: sent && Object.values(sent)[0].value };
  }

  // Throws when the answer is none that the operation has.
  judge(operation, answer, what = operation.id) {
    const own = operation.responses[answer.status];
    check(own, `${what}: ${answer.status} is not documented: ${answer.body.slice(0, 400)}`);
    const base = own.$ref ? own.$ref.slice(2).split('/')
      : ['paths', operation.path, operation.method, 'responses', `${answer.status}`];
    const response = this.resolve(own);
    Object.entries(response.headers || {}).forEach(([name, header]) => {
      const sent = answer.headers[name.toLowerCase()];
      if (name === 'ETag' && sent === undefined && answer.headers['cache-control'] === 'no-store') {
        return; // what is not kept needs no name: explain=1
      }
      check(sent !== undefined, `${what}: ${answer.status} without ${name}`);
      const { schema } = this.resolve(header);
      const pointer = header.$ref ? header.$ref.slice(2).split('/') : [...base, 'headers', name];
      this.validate(schema.type === 'integer' ? Number(sent) : sent, `${what}: ${name}`, ...pointer, 'schema');
    });
    check(answer.headers['access-control-allow-origin'] === '*',
      `${what}: ${answer.status} is for no other site's pages`);
    if (!response.content) {
      check(answer.body === '', `${what}: ${answer.status} with a body`);
      this.met.add(`${operation.id} ${answer.status}`);
      return null;
    }
    const [type] = Object.keys(response.content);
    check(answer.headers['content-type']?.startsWith(type), `${what}: ${answer.headers['content-type']}, not ${type}`);
    const value = type.includes('json') ? JSON.parse(answer.body) : answer.body;
    if (typeof value === 'string') {
      wellFormed(type, value, what);
    }
    this.validate(value, `${what} ${answer.status}`, ...base, 'content', type, 'schema');
    this.met.add(answer.status < 400 ? `${operation.id} ${answer.status}`
      : `${operation.id} ${answer.status} ${value.code}`);
    return value;
  }

  // All that should be met: every status, and of errors every code.
  promised() {
    return this.operations.flatMap(({ id, responses }) => Object.entries(responses).flatMap(([status, response]) => {
      const [media] = Object.values(this.resolve(response).content || {});
      const codes = Number(status) < 400 ? [''] : media.schema.properties.code.enum.map((code) => ` ${code}`);
      return codes.map((code) => `${id} ${status}${code}`);
    }));
  }
}
