// Feeds, calendars and linked data, read by parsers of others.
import { base, check, open, require, same, test } from './harness.mjs';
import { wrongs } from './vocabulary.mjs';

const { parseAtomFeed, parseJsonFeed } = require('feedsmith');
const ICAL = require('ical.js');
const text = async (path) => {
  const answer = await fetch(base + path);
  check(answer.ok, `${path}: ${answer.status}`);
  return answer.text();
};

test('feeds are read by a parser of others', async () => {
  const queries = ['?q=vertaistuki', '?lang=sv', '?kind=event&area=491&lang=en', '?q=qqqwww', '?per_page=3&page=2'];
  for (const query of queries) {
    const atom = parseAtomFeed(await text(`/feed.atom${query}`));
    const json = parseJsonFeed(await text(`/feed.json${query}`));
    same(json.title, atom.title.value ?? atom.title);
    same((json.items ?? []).map((item) => item.id), (atom.entries ?? []).map((entry) => entry.id));
    check(query === '?q=qqqwww' || json.items.length > 2, `${query}: ${json.items?.length}`);
    for (const entry of atom.entries ?? []) {
      check(/^urn:uuid:/.test(entry.id) && !Number.isNaN(Date.parse(entry.updated)) && entry.links?.[0].href
        && entry.title, JSON.stringify(entry));
    }
    for (const item of json.items ?? []) {
      check(item.content_text && item.url.startsWith(base) && !Number.isNaN(Date.parse(item.date_published)),
        JSON.stringify(item));
    }
    check(atom.links.some((link) => link.rel === 'self' && link.href.startsWith(`${base}/feed.atom`)), 'self');
  }
});

// A moment's day in Finland.
const finnishDay = (time) => time.toJSDate().toLocaleDateString('sv-SE', { timeZone: 'Europe/Helsinki' });

async function eventsOf(path) {
  const root = new ICAL.Component(ICAL.parse(await text(path)));
  root.getAllSubcomponents('vtimezone').forEach((zone) => ICAL.TimezoneService.register(new ICAL.Timezone(zone)));
  return root.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component));
}

test('a calendar is read by a parser of others and has the days that the search has', async () => {
  const events = await eventsOf('/calendar.ics');
  check(events.length > 100, `${events.length} events`);
  same(new Set(events.map((event) => event.uid)).size, events.length, 'every event has an id of its own');
  const kinds = 'kind=activity&kind=event&kind=volunteer&kind=experiment&kind=story&kind=news';
  const { hits } = JSON.parse(await text(`/api/v1/search?sort=next&per_page=100&fields=id,next,status&${kinds}`));
  let compared = 0;
  for (const hit of hits) {
    const own = events.filter((event) => event.uid.split('/')[0].replace(/@opastin$/, '') === hit.id);
    if (!hit.next || hit.status === 'ended') {
      same(own.length, 0, hit.id);
      continue;
    }
    const days = own.map((event) => {
      const start = event.startDate;
      if (!event.isRecurring()) {
        return start.isDate ? start.toString() : finnishDay(start);
      }
      const day = event.iterator().next();
      return day.isDate ? day.toString() : finnishDay(day);
    }).map((day) => (day < '2026-12-01' ? '2026-12-01' : day)).sort();
    same(days[0], hit.next.date, hit.id);
    compared += 1;
  }
  console.log(`figure calendar: ${events.length} events, the next day of ${compared} records as in the search`);
  check(compared > 80, `${compared}`);
});

// The event's days until the end of January.
function daysOf(event) {
  const days = [];
  const iterator = event.iterator();
  for (let day = iterator.next(); day && day.toString() < '2027-02-01'; day = iterator.next()) {
    days.push(day.isDate ? day.toString() : finnishDay(day));
  }
  return days;
}

test('a calendar leaves out the days that a record excepts', async () => {
  let left = 0;
  for (const event of await eventsOf('/calendar.ics?weekday=wed')) {
    const [, id, number] = event.uid.match(/^(.*?)(?:\/(\d+))?@opastin$/);
    const { item } = JSON.parse(await text(`/api/v1/items/${id}`));
    const excepted = (item.schedule?.[number - 1]?.except || []).map((one) => [one.from || one, one.to || one]);
    const days = event.isRecurring() ? daysOf(event) : [];
    excepted.forEach(([from, to]) => same(days.filter((day) => day >= from && day <= to), [],
      `${id}: ${from} - ${to}`));
    left += excepted.filter(([from, to]) => to > days[0] && from < days.at(-1)).length;
  }
  check(left > 20, `${left} exceptions among the days`);
});

const linked = (html) => [...html.matchAll(/<script type="application\/ld\+json">(.*?)<\/script>/g)]
  .flatMap((found) => JSON.parse(found[1])['@graph']);

test('the linked data of records is in the words of schema.org', async () => {
  const bad = [];
  const types = {};
  for (const kind of ['event', 'activity', 'volunteer', 'organisation', 'place']) {
    const { hits } = JSON.parse(await text(`/api/v1/search?kind=${kind}&per_page=100&fields=id&past=1`));
    for (const { id } of hits) {
      const nodes = linked(await text(`/${['fi', 'sv', 'en'][id.length % 3]}/item/${id}`));
      check(nodes.length > 0, `${id} has none`);
      for (const node of nodes) {
        types[node['@type']] = (types[node['@type']] || 0) + 1;
        bad.push(...wrongs(node, id));
      }
    }
  }
  for (const kind of ['project', 'experiment', 'story', 'news']) {
    const { hits } = JSON.parse(await text(`/api/v1/search?kind=${kind}&per_page=1&fields=id&past=1`));
    same(hits.length ? linked(await text(`/fi/item/${hits[0].id}`)) : [], [], kind);
  }
  console.log(`figure linked data: ${Object.entries(types).map((pair) => pair.join(' ')).join(', ')}`);
  check(!bad.length, [...new Set(bad)].slice(0, 20).join('\n'));
  check(types.Event > 50 && types.Service > 50, JSON.stringify(types));
});

test('what the vocabulary does not have is found', () => {
  const event = (members) => wrongs({ '@type': 'Event', name: 'x', ...members });
  same(event({ eventSchedule: [{ '@type': 'Schedule', byDay: ['https://schema.org/Monday', '1MO'] }] }), []);
  const mistakes = [{ opens: '10:00:00' }, { eventStatus: 'https://schema.org/EventForgotten' }, { startDate: 5 },
    { location: { '@type': 'Offer' } }, { eventSchedule: { '@type': 'Schedule', byDays: 'x' } },
    { organizer: { '@type': 'Organisation' } }, { isAccessibleForFree: 1 }];
  mistakes.forEach((mistake) => check(event(mistake).length > 0, JSON.stringify(mistake)));
});

test('linked data is data: the policy does not mind it, and a page can read it', async () => {
  const page = await open('/fi/item/mikkeli-erokahvila');
  const found = await page.evaluate(() => JSON.parse(document.querySelector('script[type="application/ld+json"]')
    .textContent)['@graph'].map((node) => node['@type']));
  same(found.sort(), ['Event', 'Service']);
  await page.done(); // what the policy refuses is looked at by the last test
});
