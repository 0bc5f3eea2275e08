// Other sites that show the search: those of hosts/, served from another origin, each with what is odd about it.
// ?without is the same page without the search, to compare with; ?heavy: with a script that keeps everybody waiting.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(process.env.NODE_MODULES, 'x.js'));
const jquery = readFileSync(require.resolve('jquery/dist/jquery.js'), 'utf8');
const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript' };

const strict = (base) => `default-src 'none'; script-src 'self' ${base}; style-src 'self' ${base}; `
  + `connect-src ${base}; `
  + "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
  + "require-trusted-types-for 'script'; trusted-types opastin";

// base: of the service.  Gives the sites' address, and what /pasted.html is to be: its text and its policy.
export async function hosts(base) {
  const builder = await (await fetch(`${base}/fi/embed`, { headers: { Accept: 'text/html' } })).text();
  const [, versioned, integrity] = builder.match(
    /(\/assets\/[0-9a-f]+\/embed\.js)(?:&quot;|")\s+integrity=(?:&quot;|")([^&"]+)/);
  const pasted = { text: '', policy: '' };
  const server = createServer((request, answer) => {
    const { pathname, searchParams } = new URL(request.url, 'http://host');
    const headers = { 'Content-Type': TYPES[extname(pathname)] || 'text/plain' };
    const policy = { '/strict.html': strict(base), '/pasted.html': pasted.policy }[pathname];
    if (policy) {
      headers['Content-Security-Policy'] = policy;
    }
    let text;
    try {
      text = { '/jquery.js': jquery, '/pasted.html': pasted.text }[pathname]
        ?? readFileSync(join(here, 'hosts', pathname), 'utf8');
    } catch {
      answer.writeHead(404).end();
      return;
    }
    text = text.replaceAll('{{service}}', base).replaceAll('{{versioned}}', versioned)
      .replaceAll('{{integrity}}', integrity);
    if (searchParams.has('without')) {
      text = text.replace(/<opastin-search[^]*<\/opastin-search>/, '')
        .replace(/<script type="module"[^]*?<\/script>/g, '');
    }
    if (searchParams.has('heavy')) {
      text = text.replace('</head>', '<script src="/heavy.js"></script></head>');
    }
    answer.writeHead(200, headers).end(text);
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  server.unref();
  return { site: `http://127.0.0.1:${server.address().port}`, pasted };
}
