// The vocabulary of schema.org as the package schema-dts has it (its types, generated from the published vocabulary),
// and a judge of JSON-LD by it: every type is known, every property belongs to its type, every value is of a kind that
// the property takes.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { require } from './harness.mjs';

const source = readFileSync(join(dirname(require.resolve('schema-dts/package.json')), 'dist/schema.d.ts'), 'utf8');
const LITERALS = { Text: ['string'], URL: ['string'], Date: ['string'], DateTime: ['string'], Time: ['string'],
  Duration: ['string'], Number: ['number'], Integer: ['number'], Float: ['number'], Boolean: ['boolean'] };

const bases = {}; // of XBase: what it extends, and its properties with the kinds that they take
for (const [, name, parents, body] of source.matchAll(/^interface (\w+)Base extends ([^{]+)\{\n([\s\S]*?)^\}/gm)) {
  const properties = {};
  for (const [, property, kinds] of body.matchAll(/^ {4}"(\w+)"\?: SchemaValue<([^;]+), "\w+">;/gm)) {
    properties[property] = kinds.split(' | ');
  }
  bases[name] = { parents: [...parents.matchAll(/(\w+)Base\b/g)].map((found) => found[1]), properties };
}
const leaves = {}; // a type's name to the base of its properties: a type that adds none has that of its parent
for (const [, name, base] of source.matchAll(/^export interface (\w+)Leaf extends (\w+)Base \{/gm)) {
  leaves[name] = base;
}
const members = {}; // of a union: types below it, or the words of an enumeration
for (const [, name, union] of source.matchAll(/^export type (\w+) = (.+);$/gm)) {
  members[name] = union.split(' | ');
}

const takes = (base, property) => bases[base]?.properties[property]
  ?? bases[base]?.parents.map((parent) => takes(parent, property)).find(Boolean);

function isKind(type, kind) {
  return type === kind || (members[kind] || []).some((member) => member === `${type}Leaf`
    || (/^\w+$/.test(member) && member !== kind && member in members && isKind(type, member)));
}

function fits(value, kind) {
  if (kind in LITERALS) {
    return LITERALS[kind].includes(typeof value);
  }
  if (kind === 'IdReference') {
    return typeof value === 'object' && '@id' in value && !('@type' in value);
  }
  if (typeof value === 'string') {
    return (members[kind] || []).includes(JSON.stringify(value));
  }
  return typeof value === 'object' && isKind(value['@type'], kind);
}

// What is wrong with a node and all in it, in words; nothing when it is right.
export function wrongs(node, path = '') {
  const type = node['@type'];
  if (!type) {
    return [];
  }
  if (!(type in leaves)) {
    return [`${path}: no type ${type}`];
  }
  return Object.entries(node).filter(([key]) => key[0] !== '@').flatMap(([key, value]) => {
    const kinds = takes(leaves[type], key);
    const here = `${path}/${type}.${key}`;
    if (!kinds) {
      return [`${here}: no such property`];
    }
    const values = Array.isArray(value) ? value : [value];
    return values.flatMap((one) => [
      ...(kinds.some((kind) => fits(one, kind)) ? [] : [`${here}: ${JSON.stringify(one)} is none of ${kinds}`]),
      ...(one && typeof one === 'object' ? wrongs(one, here) : [])]);
  });
}
