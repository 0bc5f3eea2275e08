// Whether what is no JSON is well formed: XML, calendars, texts.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { check } from './house.mjs';

const require = createRequire(join(process.env.NODE_MODULES, 'x.js'));
const { XMLParser, XMLValidator } = require('fast-xml-parser');
const ICAL = require('ical.js').default ?? require('ical.js');

function xml(body, roots, what) {
  const valid = XMLValidator.validate(body);
  check(valid === true, `${what}: ${JSON.stringify(valid)}`);
  const [root] = Object.keys(new XMLParser({ ignoreDeclaration: true }).parse(body));
  check(roots.includes(root), `${what}: <${root}>, not one of ${roots}`);
}

// RFC 5545: lines end in CR LF and have at most 75 bytes.
function calendar(body, what) {
  const [name, , parts] = ICAL.parse(body);
  check(name === 'vcalendar' && parts.every(([part]) => ['vevent', 'vtimezone'].includes(part)), `${what}: ${name}`);
  const lines = body.split('\r\n');
  check(lines.pop() === '' && lines.every((line) => Buffer.byteLength(line) <= 75 && !/[\r\n]/.test(line)),
    `${what}: a line that is too long, or does not end in CR LF`);
}

const FORMS = {
  'application/atom+xml': (body, what) => xml(body, ['feed'], what),
  'application/opensearchdescription+xml': (body, what) => xml(body, ['OpenSearchDescription'], what),
  'application/xml': (body, what) => xml(body, ['sitemapindex', 'urlset'], what),
  'text/calendar': calendar,
  'text/plain': (body, what) => check(/^(([A-Z][A-Za-z-]+: \S+|# .*|)\n)+$/.test(body), `${what}: not rules of robots`),
};

// The media type as the document names it.  Metrics are read by tests/http.
export function wellFormed(type, body, what) {
  check(FORMS[type] || type.startsWith('text/plain; version='), `${what}: tests/api/forms.mjs does not know ${type}`);
  FORMS[type]?.(body, what);
}
