// <opastin-search>: the search within another site's page.  docs/portals.md tells its attributes and events.
//
// It shows what /embed/fragment answers, the same HTML as the service's own page, in an open shadow root; links and
// forms of it ask there again.  Until that has come, and when it does not, what stands between the tags is shown.
// Nothing is kept but in the element itself, and in the page's address where `url-prefix` asks for that.
import { dropEmpty } from './form.js';
import { isPlainClick, parts, takeParts } from './parts.js';

const service = new URL(import.meta.url).origin;
const TAG = 'opastin-search';
const WORDS = ['q', 'near', 'radius', 'age', 'date', 'until', 'sort', 'past', 'words', 'page', 'per_page'];
const FILTERS = ['audience', 'area', 'theme', 'kind', 'weekday', 'time', 'language', 'free', 'form', 'accessible',
  'threshold', 'include_unknown'];
const OWN = ['heading-level', 'lock', 'view', 'target', 'look'];
const PARTS = { card: '.card', button: 'button.main', chip: '.chip' };
const TOGETHER = { near: ['radius'], date: ['until'], area: ['map'] };
const STYLE_WAIT_MS = 3000;
const LIMIT = 20; // of the service
const CARD_PX = 130; // of one that says little
const SAY_WAIT_MS = 600; // after focus has moved and been read

const list = (text) => (text || '').split(',').map((value) => value.trim()).filter(Boolean);

// Where a page takes HTML only from those whom its policy names (trusted-types opastin).
let policy = { createHTML: (html) => html };
try {
  policy = window.trustedTypes?.createPolicy('opastin', policy) || policy;
} catch {
  // not allowed: parsing fails then, and the link between the tags stays
}

// Lengths are by the reader's own size of letters, whatever the site makes of its root's.
try {
  CSS.registerProperty({ name: '--th-rem', syntax: '<length>', inherits: true, initialValue: '16px' });
} catch {
  // an older browser: lengths go by the letters around them
}

const parse = (html) => new DOMParser().parseFromString(policy.createHTML(html), 'text/html');

// Links and forms of the answer are those of the service, not of the page they are put into; its parts have the names
// by which that page's style reaches them.
function settle(page) {
  for (const [name, selector] of Object.entries(PARTS)) {
    page.querySelectorAll(selector).forEach((node) => node.setAttribute('part', name));
  }
  for (const name of ['href', 'action']) {
    for (const node of page.querySelectorAll(`[${name}^="/"]`)) {
      node.setAttribute(name, service + node.getAttribute(name));
    }
  }
  return page;
}

// The first answer of a page brings its style along: a file that it only named could be asked for no sooner than the
// answer has come.  One sheet, by the file's address, is for all searches of the page.
const sheets = new Map();
let first; // until that answer has been read

function takeSheet(page) {
  const text = page.querySelector('template')?.content.textContent; // a style element is refused by strict policies
  if (text) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      sheets.set(page.querySelector('link').href, sheet);
    } catch {
      // an older browser: it loads the file
    }
  }
  return page;
}

const loaded = (link) => new Promise((done) => {
  link.addEventListener('load', done);
  link.addEventListener('error', done);
  setTimeout(done, STYLE_WAIT_MS);
});

class OpastinSearch extends HTMLElement {
  static observedAttributes = [...WORDS, ...FILTERS, ...OWN, 'limit', 'lang', 'url-prefix'];

  #root = this.attachShadow({ mode: 'open' });
  #asking;
  #waiting; // a change of attributes, taken together with those of the same moment
  #timer;
  #place; // the room of what is to come, so that what is below does not jump when it comes
  #style; // address of the style that is worn
  #asked; // the search that is shown
  #shown; // and the manner in which
  #comeBack = () => this.#follow();

  constructor() {
    super();
    const link = document.createElement('a');
    link.href = `${service}/fi/search`;
    link.textContent = 'Opastin';
    const slot = document.createElement('slot'); // what stands between the tags, or else the link
    slot.append(link);
    this.#place = document.createElement('div');
    this.#place.append(slot);
    this.#root.append(this.#place);
    this.#root.addEventListener('click', (event) => this.#click(event));
    this.#root.addEventListener('submit', (event) => this.#submit(event));
  }

  connectedCallback() {
    window.addEventListener('popstate', this.#comeBack);
    this.#restart();
  }

  disconnectedCallback() {
    window.removeEventListener('popstate', this.#comeBack);
    this.#asking?.abort();
  }

  attributeChangedCallback() {
    this.#restart();
  }

  #restart() {
    if (!this.#waiting && this.isConnected) {
      this.#waiting = true;
      queueMicrotask(() => {
        this.#waiting = false;
        if (this.isConnected) {
          this.#go(this.#stored() || this.#presets());
        }
      });
    }
  }

  get #locks() {
    return list(this.getAttribute('lock')).flatMap((name) => [name, ...TOGETHER[name] || []]);
  }

  // The search that the attributes ask for.
  #presets() {
    const query = new URLSearchParams();
    const add = (name, value) => value && query.append(name, value);
    for (const name of WORDS) {
      add(name, this.getAttribute(name));
    }
    FILTERS.forEach((name) => list(this.getAttribute(name)).forEach((value) => add(name, value)));
    if (!query.has('per_page')) {
      add('per_page', this.getAttribute('limit'));
    }
    query.sort();
    return query;
  }

  // How the service shows it.
  #manner() {
    const query = new URLSearchParams();
    const near = this.closest('[lang]')?.lang.slice(0, 2);
    query.set('lang', this.getAttribute('lang') || (['fi', 'sv', 'en'].includes(near) ? near : 'fi'));
    OWN.filter((name) => this.getAttribute(name)).forEach((name) => query.set(name, this.getAttribute(name)));
    return query;
  }

  /* ---- the page's address ---- */

  // The search that the page's address holds; null when it holds none.
  #stored() {
    const prefix = this.getAttribute('url-prefix');
    const query = new URLSearchParams();
    let any = false;
    for (const [name, value] of prefix ? new URLSearchParams(location.search) : []) {
      if (name.startsWith(prefix)) {
        any = true;
        query.append(name.slice(prefix.length), value);
      }
    }
    return any ? this.#hold(query) : null;
  }

  // What is locked is as the attributes say, whatever an address says.
  #hold(query) {
    const presets = this.#presets();
    const names = this.#locks;
    const unknown = query.getAll('include_unknown').filter((name) => !names.includes(name));
    query.delete('include_unknown');
    unknown.forEach((name) => query.append('include_unknown', name));
    for (const name of names) {
      query.delete(name);
      presets.getAll(name).forEach((value) => query.append(name, value));
    }
    dropEmpty(query);
    query.sort();
    return query;
  }

  #store(query) {
    const prefix = this.getAttribute('url-prefix');
    if (!prefix) {
      return;
    }
    const address = new URL(location.href);
    [...address.searchParams.keys()].filter((name) => name.startsWith(prefix))
      .forEach((name) => address.searchParams.delete(name));
    const free = [...query].filter(([name]) => !this.#locks.includes(name));
    if (query.toString() !== this.#presets().toString()) {
      (free.length ? free : [['q', '']]).forEach(([name, value]) => address.searchParams.append(prefix + name, value));
    }
    if (address.href !== location.href) {
      history.pushState(history.state, '', address);
    }
  }

  #follow() {
    const query = this.#stored() || this.#presets();
    if (this.getAttribute('url-prefix') && query.toString() !== this.#asked) {
      this.#go(query, { push: false, focus: 'count' });
    }
  }

  /* ---- asking ---- */

  async #go(query, { push = false, focus } = {}) {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    this.#place.style.minHeight = { count: '', list: `min(100vh, ${(this.getAttribute('limit') || LIMIT) * CARD_PX}px)`
    }[this.getAttribute('view')] ?? '100vh';
    const frame = this.#root.querySelector('.embed');
    frame?.classList.add('is-loading');
    try {
      const manner = this.#manner().toString();
      const page = await this.#ask(`${query}&${manner}`, asking.signal);
      await this.#show(page, manner, asking.signal);
      if (!page.ok && !focus) { // what the attributes ask for
        console.warn(`${TAG}: ${this.#root.getElementById('wrong').textContent}`);
      }
      this.#asked = query.toString();
      if (push) {
        this.#store(query);
      }
      this.#tell(query, focus);
    } catch (error) {
      if (error.name !== 'AbortError') {
        console.warn(`${TAG}: ${error.message}`);
        this.#failed(query);
        this.#place.style.minHeight = '';
      }
    } finally {
      if (this.#asking === asking) {
        frame?.classList.remove('is-loading');
      }
    }
  }

  async #ask(query, signal) {
    const ask = async (more) => {
      const answer = await fetch(`${service}/embed/fragment?${query}${more}`, {
        credentials: 'omit', referrerPolicy: 'no-referrer', signal,
      });
      const text = await answer.text();
      if (!/^text\/html/.test(answer.headers.get('Content-Type'))) {
        throw new Error(`${answer.status} ${text}`);
      }
      return Object.assign(takeSheet(settle(parse(text))), { ok: answer.ok });
    };
    if (first) {
      return ask('');
    }
    const asked = ask('&style=inline');
    first = asked.catch(() => { first = null; });
    return asked;
  }

  async #show(page, manner, signal) {
    const root = this.#root;
    const old = root.querySelector('.embed');
    const { href } = page.querySelector('link');
    const same = this.#style === href;
    const has = (frame) => [...parts, 's'].filter((id) => frame.getElementById(id)).join();
    if (old && same && this.#shown === manner && has(root) && has(root) === has(page)) {
      takeParts(root, page);
      old.querySelector('.embed-foot a').href = page.querySelector('.embed-foot a').href;
      old.dataset.total = page.querySelector('.embed').dataset.total;
      old.querySelector('#failed').hidden = true;
      return;
    }
    const fresh = document.adoptNode(page.querySelector('.embed'));
    if (same) {
      old.replaceWith(fresh);
    } else {
      await this.#wear(href, fresh, signal);
    }
    this.#shown = manner;
  }

  async #wear(href, fresh, signal) {
    const root = this.#root;
    await first;
    const sheet = sheets.get(href);
    const link = document.createElement('link');
    if (!sheet) {
      link.rel = 'stylesheet';
      link.href = href;
      const styled = loaded(link);
      root.append(link); // beside what is shown still
      await styled;
    }
    signal.throwIfAborted?.();
    root.adoptedStyleSheets = sheet ? [sheet] : [];
    root.replaceChildren(...sheet ? [] : [link], fresh);
    this.#style = href;
  }

  #tell(query, focus) {
    const count = this.#root.getElementById('count') || this.#root.getElementById('wrong');
    const total = Number(this.#root.querySelector('.embed').dataset.total || 0);
    if (focus) {
      const box = this.#root.getElementById(focus);
      (box?.matches('details') ? box.querySelector('input') : box || count)?.focus();
      this.#say(count?.textContent || '');
    }
    this.#send('results', { total, query: query.toString() });
  }

  #say(text) {
    const region = this.#root.getElementById('said');
    clearTimeout(this.#timer);
    region.textContent = '';
    this.#timer = setTimeout(() => { region.textContent = text; }, SAY_WAIT_MS);
  }

  #failed(query) {
    const failed = this.#root.getElementById('failed');
    if (failed) {
      failed.hidden = false;
      failed.querySelector('a').href = `${service}/embed?${new URLSearchParams([...query, ...this.#manner()])}`;
      this.#say(failed.textContent);
    }
  }

  #send(name, detail, cancelable = false) {
    const event = new CustomEvent(`opastin:${name}`, { bubbles: true, composed: true, cancelable, detail });
    return this.dispatchEvent(event);
  }

  /* ---- what the reader does ---- */

  #click(event) {
    const link = event.target.closest('a');
    if (!link || !isPlainClick(event)) {
      return;
    }
    const to = link.getAttribute('href'); // those of the map are SVG's and say less of themselves
    const address = new URL(to, location);
    const within = to.startsWith('#');
    if (within || (address.origin === service && address.pathname === '/embed')) {
      event.preventDefault();
      if (within) {
        this.#root.getElementById(address.hash.slice(1))?.focus();
      } else {
        this.#go(this.#plain(address.searchParams), { push: true, focus: address.hash.slice(1) || 'count' });
      }
    } else if (link.dataset.item) {
      const { item: id } = link.dataset;
      if (!this.#send('select', { id, url: link.href, title: link.firstChild.textContent }, true)) {
        event.preventDefault();
      }
    }
  }

  #submit(event) {
    event.preventDefault();
    const data = new FormData(event.target);
    dropEmpty(data);
    this.#go(this.#plain(new URLSearchParams(data)), { push: true, focus: 'count' });
  }

  // The search in an address of the service, without the manner in which it is shown: the attributes say that.
  #plain(query) {
    [...OWN, 'lang'].forEach((name) => query.delete(name));
    return this.#hold(query);
  }
}

// Frames of the same service tell their height to whom asked them, and to nobody else.  Asking tells nothing, so it
// may reach a frame that is not there yet.
function measureFrames() {
  const frames = () => [...document.querySelectorAll('iframe')]
    .filter(({ src }) => src === `${service}/embed` || src.startsWith(`${service}/embed?`));
  const greet = (frame) => frame.contentWindow?.postMessage('opastin:measure', '*');
  window.addEventListener('message', ({ origin, source, data }) => {
    const height = Number(data?.opastinHeight);
    const frame = origin === service && height > 0 && frames().find((one) => one.contentWindow === source);
    if (frame) {
      frame.style.setProperty('height', `${Math.ceil(height)}px`, 'important');
    }
  });
  document.addEventListener('load', ({ target }) => frames().includes(target) && greet(target), true);
  frames().forEach(greet);
}

if (!customElements.get(TAG)) {
  customElements.define(TAG, OpastinSearch);
  measureFrames();
}
