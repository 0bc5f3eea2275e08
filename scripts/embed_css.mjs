// searchd/web/site.css as the part that other sites show wears it, on standard output; searchd/web/src/embed.css
// behind it.  A site's page has its own root, letters and width: what the style says of the window is said of the room
// that there is, lengths go by the reader's letters, and headings may be of any level.
//   node scripts/embed_css.mjs | esbuild --loader=css --minify
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '../searchd/web');
const OWN_PAGES = ['frame', 'prose, tables', 'suggestions', 'shortlist', 'privacy, accessibility, help',
  'shortlist on paper', 'choices, builder'];
const ROOM = 'embed'; // the name of the container

const [tokens, ...sections] = readFileSync(join(web, 'site.css'), 'utf8').split(/^(?=\/\* ---- .+ ---- \*\/$)/m);
const shown = sections.filter((section) => !OWN_PAGES.includes(section.match(/ ---- (.+) ---- /)[1]));
if (sections.length - shown.length !== OWN_PAGES.length) {
  throw new Error('searchd/web/site.css has other sections than scripts/embed_css.mjs leaves out');
}

const themed = tokens
  .replace(/(@media \(prefers-color-scheme: dark\) \{\s+):root/, '$1:root[data-look="auto"], :host([look="auto"])')
  .replace(/color-scheme: light dark;/, '')
  .replace(/([\d.]+)rem\b/g, (_, rem) => `${rem * 16}px`);

const fitted = (themed + shown.join(''))
  .replace(/@media \((min|max)-width: ([\d.]+)rem\)/g,
    (_, bound, rem) => `@container ${ROOM} (${bound}-width: ${rem * 16}px)`)
  .replace(/@media \(min-height: ([\d.]+)rem\)/g, (_, rem) => `@media (min-height: ${rem * 16}px)`)
  .replace(/^( *):root \{/gm, '$1:root, :host {')
  .replace(/(-?[\d.]+)rem\b/g, (_, rem) => `calc(${rem} * var(--th-rem))`)
  .replace(/^html \{.*\}$/m, '')
  .replace(/^body \{/m, '.embed {')
  .replace(/^h1, h2, h3,/m, ':is(h1, h2, h3, h4, h5, h6),')
  .replace(/(\.[\w-]+|\*)( > | \+ | )h[123]\b/g, '$1$2:is(h1, h2, h3, h4, h5, h6)');

process.stdout.write(fitted + readFileSync(join(web, 'src/embed.css'), 'utf8'));
