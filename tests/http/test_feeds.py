"""Feeds, calendar, OpenSearch, sitemap, robots and linked data, as programs that take them see them."""
import datetime
import json
import os
import re
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import harness
from harness import Daemon, fresh_dir, indexer

ATOM = "{http://www.w3.org/2005/Atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
PUBLIC = "https://opastin.example.org"
DAY = 86400
LANGS = ("fi", "sv", "en")


def record(number, **members):
    return {"id": f"kerho-{number}", "kind": "activity", "area": {"scope": "municipality", "codes": ["491"]},
            "texts": {"fi": {"title": f"Kerho {number}", "summary": "Kahvia & pullaa <ilman> \"kiirettä\""}},
            "modified": "2026-05-01", **members}


BASE = [record(i) for i in range(1, 8)] + [
    record(8, texts={"fi": {"title": "Ruotsi"}, "sv": {"title": "Svenska klubben", "summary": "Kaffe"}}),
    record(9, texts={"sv": {"title": "Bara på svenska"}}),
    record("peruttu", kind="event", status="cancelled", start="2026-12-10T18:00", end="2026-12-10T20:00",
           texts={"fi": {"title": "Peruttu konsertti, jossa soitetaan pitkää ja hidasta musiikkia äänettömästi",
                         "summary": "Hiljaisuutta kuunnellaan yhdessä. " * 8}}),
    record("mikkeli", kind="organisation", texts={"fi": {"title": "Mikkeli"}}),
    record("siirretty", kind="event", status="postponed", start="2026-12-11", texts={"fi": {"title": "Siirretty"}}),
    record("mennyt", kind="event", start="2026-11-01", texts={"fi": {"title": "Mennyt tapahtuma"}}),
    record("paattynyt", status="ended", start="2026-12-20", texts={"fi": {"title": "Päättynyt"}}),
    record("aukiolo", kind="place", schedule=[{"weekday": ["mon"], "from": "09:00", "to": "15:00"}],
           texts={"fi": {"title": "Talo"}}),
    record("viikko", schedule=[{"weekday": ["thu"], "from": "10:00", "to": "12:00", "every": 2,
                                "valid_from": "2026-09-03", "valid_to": "2026-12-31", "except": ["2026-12-10"]},
                               {"weekday": ["mon"], "nth": [1, -1]}],
           texts={"fi": {"title": "Viikkokerho"}}),
    record("piilossa", visible_to="2026-11-01", texts={"fi": {"title": "Piilossa"}}),
]


class Index:
    """An index that is made night by night, on the days after the first."""

    def __init__(self, records):
        self.dir, self.files, self.night = fresh_dir("feeds"), fresh_dir("feeds-files"), 0
        self.again(records)

    def again(self, records):
        path = os.path.join(self.files, "tiedot.jsonl")
        with open(path, "w") as out:
            out.writelines(json.dumps(r) + "\n" for r in records)
        indexer("run", "--quiet", "--index", self.dir, "--now", str(int(harness.NOW) + self.night * DAY), path)
        self.night += 1


def setUpModule():
    global index, daemon
    index = Index(BASE)
    daemon = Daemon(index.dir, public_url=PUBLIC, threads=1)


def tearDownModule():
    daemon.stop()


def atom(path, of=None):
    answer = (of or daemon).get(path)
    if answer.status != 200:
        raise AssertionError(f"{path}: {answer.status} {answer.body}")
    return ElementTree.fromstring(answer.body)


def entries(feed):
    return [{part.tag.removeprefix(ATOM): part.text or part.get("href") for part in entry}
            for entry in feed.iter(ATOM + "entry")]


def links(feed):
    return {link.get("rel"): link.get("href") for link in feed.findall(ATOM + "link")}


class Feeds(unittest.TestCase):
    def test_an_entry_has_what_readers_need(self):
        feed = atom("/feed.atom?q=kerho")
        self.assertEqual(feed.get("{http://www.w3.org/XML/1998/namespace}lang"), "fi")
        for name in ("id", "title", "updated", "author"):
            self.assertEqual(len(feed.findall(ATOM + name)), 1, name)
        found = {entry["title"]: entry for entry in entries(feed)}["Kerho 1"]
        self.assertEqual(found["id"], "tag:opastin.example.org,2026:item/kerho-1")
        self.assertEqual(found["link"], PUBLIC + "/fi/item/kerho-1")
        self.assertEqual(found["published"], "2026-12-01T00:00:00Z")
        self.assertEqual(found["updated"], found["published"])
        self.assertEqual(found["summary"], "Kahvia & pullaa <ilman> \"kiirettä\"")
        self.assertTrue(all(self.whole(link) for link in links(feed).values()))

    def whole(self, url):
        return url.startswith(PUBLIC + "/")

    def test_both_forms_say_the_same(self):
        for query in ("?q=kerho", "?lang=sv", "?kind=event&per_page=1", "?q=kerho&page=2&per_page=3&lang=en", ""):
            one, other = atom("/feed.atom" + query), daemon.get("/feed.json" + query).json()
            pairs = [(e["id"], e["link"], e["title"], e["updated"]) for e in entries(one)]
            self.assertEqual(pairs, [(i["id"], i["url"], i["title"], i["date_modified"]) for i in other["items"]])
            self.assertEqual(one.find(ATOM + "title").text, other["title"])
            self.assertEqual("next" in links(one), "next_url" in other)

    def test_texts_in_another_language_say_so(self):
        feed = atom("/feed.atom?lang=fi")
        titles = {title.text: title.get("{http://www.w3.org/XML/1998/namespace}lang")
                  for title in feed.iter(ATOM + "title")}
        self.assertEqual(titles["Bara på svenska"], "sv")
        self.assertIsNone(titles["Kerho 1"])
        items = daemon.get("/feed.json?lang=sv").json()["items"]
        self.assertEqual({i["title"]: i["language"] for i in items}["Svenska klubben"], "sv")

    def test_signs_that_xml_cannot_say_are_left_out(self):
        for q in ("%EF%BF%BE%EF%BF%BFkerho", "%3Cscript%3E%26amp%3B%22%27", "%F0%9F%98%80", "%5D%5D%3E"):
            atom("/feed.atom?q=" + q)
            daemon.get("/feed.json?q=" + q).json()

    def test_pages_lead_through_everything_once(self):
        seen, path = [], "/feed.atom?per_page=4"
        while path:
            feed = atom(path)
            seen += [entry["id"] for entry in entries(feed)]
            path = links(feed).get("next", "").removeprefix(PUBLIC)
        self.assertEqual(len(seen), len(set(seen)))
        self.assertEqual(len(seen), daemon.get("/api/v1/search?per_page=0").json()["totalHits"])
        second = links(atom("/feed.atom?per_page=4&page=2"))
        self.assertEqual((second["previous"], second["first"]), (PUBLIC + "/feed.atom?per_page=4",) * 2)
        self.assertEqual(links(feed)["last"], links(feed)["self"])
        self.assertEqual(links(atom("/feed.atom?per_page=4&page=20"))["previous"], links(feed)["self"],
                         "back from behind the end")
        others, path = [], "/feed.json?per_page=4"
        while path:
            answer = daemon.get(path).json()
            others += [item["id"] for item in answer["items"]]
            self.assertLessEqual(len(others), len(seen), path)
            path = answer.get("next_url", "").removeprefix(PUBLIC)
        self.assertEqual(others, seen)

    def test_a_feed_has_hits_with_all_words_only(self):
        query = "?q=kahvia+pullaa+hitaasti+vaellus"
        self.assertGreater(daemon.get("/api/v1/search" + query).json()["totalHits"], 1)
        self.assertEqual([e["title"][:7] for e in entries(atom("/feed.atom" + query))], [])
        self.assertEqual([e["title"][:7] for e in entries(atom("/feed.atom?q=peruttu+konsertti"))], ["Peruttu"])

    def test_what_cannot_be_had_is_said(self):
        for path, parameter in (("/feed.atom?page=21", "page"), ("/feed.json?per_page=100&page=11", "page"),
                                ("/feed.atom?nonsense=1", "nonsense"), ("/feed.json?cursor=2.1.1.1.1.1.1", "cursor"),
                                ("/calendar.ics?area=xyz", "area"), ("/opensearch.xml?lang=de", "lang"),
                                ("/opensearch.xml?q=x", "q"), ("/sitemap.xml?part=0", "part"),
                                ("/sitemap.xml?part=50001", "part"), ("/sitemap.xml?part=1&x", "x")):
            answer = daemon.get(path)
            self.assertEqual((answer.status, answer.json()["errors"][0]["parameter"]), (400, parameter), path)
        self.assertEqual(daemon.get("/feed.atom?page=20").status, 200)
        cursor = daemon.get("/api/v1/search?q=kerho&sort=newest&per_page=2").json()["nextCursor"]
        for path in ("/feed.atom", "/feed.json", "/calendar.ics"):
            answer = daemon.get(f"{path}?q=kerho&sort=newest&per_page=2&cursor={cursor}")
            self.assertEqual((answer.status, answer.json()["errors"][0]["parameter"]), (400, "cursor"), path)
            self.assertIn("a feed has pages", answer.json()["errors"][0]["detail"])

    def test_addresses_need_a_host_or_a_public_url(self):
        with Daemon(index.dir, threads=1) as bare:
            for path in ("/feed.atom", "/calendar.ics", "/opensearch.xml", "/sitemap.xml"):
                answer, _ = bare.raw(f"GET {path} HTTP/1.0\r\n\r\n")
                self.assertEqual(answer.status, 400, path)
                answer, _ = bare.raw(f"GET {path} HTTP/1.1\r\nHost: a<b>\r\nConnection: close\r\n\r\n")
                self.assertEqual(answer.status, 400, path)
            ids = [e["id"] for e in entries(atom("/feed.atom", bare))]
            self.assertTrue(ids and all(re.fullmatch(
                "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", id) for id in ids), ids)
            self.assertEqual(len(set(ids)), len(ids))
            self.assertNotIn("Sitemap", bare.get("/robots.txt").body)
        with Daemon(index.dir, threads=1, feed_authority="haku.example.org,2027-05") as named:
            self.assertIn("tag:haku.example.org,2027-05:item/kerho-1", named.get("/feed.atom?q=kerho").body)


    def test_who_runs_it_and_by_what_authority_is_part_of_a_tag(self):
        told = ({}, {"feed_authority": "haku.example.org,2027"}, {"operator": "Esimerkkiyhdistys ry"})
        for path in ("/feed.atom?q=kerho", "/feed.json?q=kerho"):
            tags = []
            for options in told:
                with Daemon(index.dir, threads=1, public_url=PUBLIC, **options) as other:
                    tags.append(other.get(path)["ETag"])
                    for known in tags[:-1]:
                        self.assertEqual(other.get(path, {"If-None-Match": known}).status, 200, options)
                    self.assertEqual(other.get(path, {"If-None-Match": tags[-1]}).status, 304)
            self.assertEqual(len(set(tags)), len(told))


class NightByNight(unittest.TestCase):
    """What a reader of feeds sees of the nights: what is new, once."""

    @classmethod
    def setUpClass(cls):
        cls.index = Index(BASE)

    def ask(self, path="/feed.atom"):
        with Daemon(self.index.dir, threads=1, public_url=PUBLIC) as night:
            answer = night.get(path)
            return answer, entries(ElementTree.fromstring(answer.body))

    def test_the_same_again_is_no_news(self):
        answer, before = self.ask()
        touched = [{**r, "modified": "2026-11-30"} for r in BASE]
        self.index.again(touched)               # the source says that all has changed
        self.index.again(list(reversed(BASE)))  # and puts it in another order
        first = harness.current(self.index.dir)
        changed = [r if r["id"] != "kerho-3" else record(3, texts={"fi": {"title": "Kerho 3",
                                                                          "summary": "Toinen teksti"}}) for r in BASE]
        self.index.again(changed)
        self.assertGreater(harness.current(self.index.dir), first)  # a generation, and still nothing new
        _, after = self.ask()
        times = [(e["id"], e["published"], e["updated"]) for e in before]
        self.assertEqual([(e["id"], e["published"], e["updated"]) for e in after], times)
        self.assertIn("Toinen teksti", [e.get("summary") for e in after])
        self.index.again(changed + [record(100)])
        answer, grown = self.ask()
        self.assertEqual(grown[0]["id"], "tag:opastin.example.org,2026:item/kerho-100")
        self.assertEqual([(e["id"], e["published"], e["updated"]) for e in grown[1:]], times)
        feed = ElementTree.fromstring(answer.body)
        self.assertEqual(feed.find(ATOM + "updated").text, grown[0]["updated"])
        self.assertEqual(grown[0]["updated"], "2026-12-05T00:00:00Z")

    def test_made_anew_of_all_files_it_is_no_news_either(self):
        other = Index(BASE)
        with Daemon(other.dir, threads=1, public_url=PUBLIC) as night:
            before = night.get("/feed.atom").body
        indexer("build", "--quiet", "--index", other.dir, "--now", str(int(harness.NOW) + 9 * DAY),
                os.path.join(other.files, "tiedot.jsonl"))
        indexer("publish", "--quiet", "--index", other.dir, "2")
        with Daemon(other.dir, threads=1, public_url=PUBLIC) as night:
            self.assertEqual(night.get("/feed.atom").body, before)


class Caching(unittest.TestCase):
    PATHS = ("/feed.atom?q=kerho", "/feed.json", "/calendar.ics")

    def test_what_the_client_has_is_not_sent_again(self):
        for path in self.PATHS:
            answer = daemon.get(path)
            self.assertEqual(answer["Cache-Control"].split(",")[:2], ["public", " max-age=900"])
            self.assertIn("stale-while-revalidate=", answer["Cache-Control"])
            for name, value in (("If-None-Match", answer["ETag"]), ("If-None-Match", f'"x", W/{answer["ETag"]}'),
                                ("If-None-Match", "*"), ("If-Modified-Since", answer["Last-Modified"])):
                again = daemon.get(path, {name: value})
                self.assertEqual((again.status, again.body), (304, ""), (path, name, value))
                self.assertEqual(again["Cache-Control"], answer["Cache-Control"])
                self.assertIn("ETag", " ".join(again.headers).replace("etag", "ETag"))
            for name, value in (("If-None-Match", '"1-2-3-4"'), ("If-None-Match", answer["ETag"].strip('"')),
                                ("If-None-Match", '""'), ("If-None-Match", '"-"'),
                                ("If-Modified-Since", "Tue, 01 Jan 2030 00:00:00 GMT"), ("If-Modified-Since", "x")):
                self.assertEqual(daemon.get(path, {name: value}).status, 200, (path, name, value))
            both = {"If-None-Match": '"x"', "If-Modified-Since": answer["Last-Modified"]}
            self.assertEqual(daemon.get(path, both).status, 200, "the tag decides")

    def test_what_is_known_before_a_search_is_not_searched(self):
        tag = daemon.get("/feed.atom?q=kerho")["ETag"]
        before = daemon.metric("opastin_searches_total")
        self.assertEqual(daemon.get("/feed.atom?q=kerho", {"If-None-Match": tag}).status, 304)
        self.assertEqual(daemon.metric("opastin_searches_total"), before)
        daemon.get("/feed.atom?q=kerho")
        self.assertEqual(daemon.metric("opastin_searches_total"), before + 1)

    def test_compressed_answers_have_tags_of_their_own(self):
        packed = daemon.get("/feed.atom", {"Accept-Encoding": "gzip"})
        self.assertTrue(packed["ETag"].endswith('-gz"'))
        self.assertEqual(daemon.get("/feed.atom", {"If-None-Match": packed["ETag"]}).status, 304)

    def test_a_generation_with_nothing_else_to_say_sends_nothing(self):
        nights = Index(BASE)
        with Daemon(nights.dir, threads=1, public_url=PUBLIC) as night:
            before = night.get("/feed.atom?q=viikkokerho")
            other = night.get("/feed.atom?q=lukupiiri")
            nights.again(BASE + [record("uusi", texts={"fi": {"title": "Lukupiiri"}})])
            night.wait_for(lambda: night.get("/readyz").json()["generation"] == 2)
            night.wait_for(lambda: "Lukupiiri" in night.get("/feed.atom?q=lukupiiri").body)
            self.assertEqual(night.get("/feed.atom?q=viikkokerho", {"If-None-Match": before["ETag"]}).status, 304)
            self.assertEqual(night.get("/feed.atom?q=lukupiiri", {"If-None-Match": other["ETag"]}).status, 200)
            self.assertNotEqual(night.get("/feed.atom?q=viikkokerho")["ETag"], before["ETag"])


class Calendar(unittest.TestCase):
    def events(self, path):
        answer = daemon.get(path)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertTrue(answer["Content-Type"].startswith("text/calendar"))
        self.assertTrue(all(len(line.encode()) <= 75 for line in answer.body.split("\r\n")))
        self.assertNotIn("\n", answer.body.replace("\r\n", ""))
        whole = answer.body.replace("\r\n ", "")
        found = {}
        for text in whole.split("BEGIN:VEVENT\r\n")[1:]:
            lines = dict(line.split(":", 1) for line in text.split("END:VEVENT")[0].strip().split("\r\n"))
            found[lines["UID"]] = lines
        return found

    def test_it_has_what_takes_place_and_says_what_does_not(self):
        found = self.events("/calendar.ics")
        self.assertEqual(sorted(found), ["kerho-peruttu@opastin", "kerho-siirretty@opastin", "kerho-viikko/1@opastin",
                                         "kerho-viikko/2@opastin"])
        self.assertEqual(found["kerho-peruttu@opastin"]["STATUS"], "CANCELLED")
        self.assertEqual(found["kerho-siirretty@opastin"]["STATUS"], "TENTATIVE")
        self.assertEqual(found["kerho-peruttu@opastin"]["URL"], PUBLIC + "/fi/item/kerho-peruttu")
        self.assertNotIn("STATUS", found["kerho-viikko/1@opastin"])
        weekly = found["kerho-viikko/1@opastin"]
        self.assertEqual(weekly["RRULE"], "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=TH;UNTIL=20261231T215900Z")
        self.assertEqual(found["kerho-viikko/2@opastin"]["RRULE"], "FREQ=MONTHLY;BYDAY=1MO,-1MO")

    def test_it_is_a_search(self):
        self.assertEqual(sorted(self.events("/calendar.ics?q=konsertti&lang=en")), ["kerho-peruttu@opastin"])
        self.assertEqual(sorted(self.events("/calendar.ics?kind=event")),
                         ["kerho-peruttu@opastin", "kerho-siirretty@opastin"])
        self.assertEqual(self.events("/calendar.ics?q=qqqwww"), {})
        self.assertEqual(list(self.events("/calendar.ics?kind=place")), ["kerho-aukiolo/1@opastin"])

    def test_it_ends_somewhere(self):
        many = Index([record(i, start="2026-12-%02d" % (1 + i % 28), kind="event") for i in range(230)])
        with Daemon(many.dir, threads=1) as crowded:
            body = crowded.get("/calendar.ics").body
            days = re.findall("DTSTART;VALUE=DATE:(\\d+)", body)
            self.assertEqual(len(days), 200)
            self.assertEqual(days, sorted(days))


class Options(unittest.TestCase):
    def test_an_authority_is_a_domain_and_a_date(self):
        program = os.path.join(harness.BUILD, "opastin-searchd")
        for wrong in ("opastin.example.org", "opastin.example.org,26", "a b,2026", ",2026", "a.example.org,2026-13",
                      "a.example.org,2026-1", "A.example.org,2026", "a.example.org,2026:x"):
            tried = subprocess.run([program, "--feed-authority", wrong, "--port", "0"], capture_output=True, text=True,
                                   timeout=30)
            self.assertEqual(tried.returncode, 2, wrong)
            self.assertIn("--feed-authority", tried.stderr)


class OpenSearch(unittest.TestCase):
    def test_the_description_leads_to_the_search(self):
        for lang in LANGS:
            answer = daemon.get("/opensearch.xml?lang=" + lang)
            self.assertEqual(answer["Content-Type"], "application/opensearchdescription+xml; charset=utf-8")
            top = ElementTree.fromstring(answer.body)
            self.assertEqual(top.tag, OPENSEARCH + "OpenSearchDescription")
            self.assertLessEqual(len(top.find(OPENSEARCH + "ShortName").text), 16)
            self.assertLessEqual(len(top.find(OPENSEARCH + "LongName").text), 48)
            self.assertLessEqual(len(top.find(OPENSEARCH + "Description").text), 1024)
            urls = {url.get("type"): url.get("template") for url in top.findall(OPENSEARCH + "Url")}
            self.assertEqual(len(urls), 4)
            for url in list(urls.values()) + [top.find(OPENSEARCH + "Image").text]:
                self.assertTrue(url.startswith(PUBLIC + "/"), url)

            def ask(type):
                path = urls[type].removeprefix(PUBLIC).replace("{searchTerms}", "viik").replace("{startPage?}", "2")
                return daemon.get(path, {"Accept": type})
            page, offers = ask("text/html").body, ask("application/x-suggestions+json").json()
            self.assertIn(f'<html lang="{lang}"', page)
            self.assertRegex(page, '<input id="q"[^>]* value="viik"')
            self.assertEqual(offers[0], "viik")
            self.assertIn({"fi": "1 toiminta", "sv": "1 verksamhet", "en": "1 activity"}[lang], offers[2])
            feed = ElementTree.fromstring(ask("application/atom+xml").body)
            self.assertEqual(links(feed)["self"], PUBLIC + "/feed.atom?q=viik"
                             + ("" if lang == "fi" else "&lang=" + lang) + "&page=2")
            self.assertEqual(ask("application/opensearchdescription+xml").body, answer.body)
            self.assertEqual(daemon.get(top.find(OPENSEARCH + "Image").text.removeprefix(PUBLIC)).status, 200)
            self.assertEqual(daemon.get("/opensearch.xml").body, daemon.get("/opensearch.xml?lang=fi").body)

    def test_suggestions_have_their_form_and_their_hits(self):
        answer = daemon.get("/opensearch/suggest?q=viik&lang=en")
        self.assertEqual(answer["Content-Type"], "application/x-suggestions+json; charset=utf-8")
        asked, texts, counts, urls = answer.json()
        self.assertEqual(asked, "viik")
        self.assertIn("viikkokerho", texts)
        self.assertTrue(len(texts) == len(set(texts)) == len(counts) == len(urls))
        for url in urls:
            page = daemon.get(url.removeprefix(PUBLIC), {"Accept": "text/html"})
            self.assertIn(page.status, (200, 303), url)
        self.assertEqual(counts[texts.index("viikkokerho")], "1 activity")
        twice = daemon.get("/opensearch/suggest?q=mikk").json()[1]  # a word, a name and an area
        self.assertEqual(twice.count("Mikkeli"), 1, twice)
        self.assertEqual(daemon.get("/opensearch/suggest?q=").json(), ["", [], [], []])
        self.assertEqual(daemon.get("/opensearch/suggest?q=%22%3C%5C").json()[0], "\"<\\")
        self.assertEqual(daemon.get("/opensearch/suggest?x=1").status, 400)

    def test_pages_name_what_they_offer(self):
        body = daemon.get("/sv/search?q=kerho&area=491&sort=name", {"Accept": "text/html"}).body
        found = dict(re.findall('<link rel="(?:alternate|search)" type="([^"]+)" href="([^"]+)"', body))
        self.assertEqual(found["application/atom+xml"], "/feed.atom?q=kerho&amp;area=491&amp;lang=sv")
        self.assertEqual(found["application/feed+json"], "/feed.json?q=kerho&amp;area=491&amp;lang=sv")
        self.assertEqual(found["text/calendar"], "/calendar.ics?q=kerho&amp;area=491&amp;lang=sv")
        self.assertEqual(found["application/opensearchdescription+xml"], "/opensearch.xml?lang=sv")
        for path in found.values():
            self.assertEqual(daemon.get(path.replace("&amp;", "&")).status, 200, path)


class Sitemap(unittest.TestCase):
    def addresses(self, of, parts):
        """What the parts name, each judged by the protocol's rules."""
        found = {}
        for url in parts:
            answer = of.get(url.removeprefix(PUBLIC))
            self.assertLess(len(answer.body.encode()), 50 << 20)
            top = ElementTree.fromstring(answer.body)
            self.assertEqual(top.tag, SITEMAP + "urlset")
            self.assertLessEqual(len(top), 50000)
            for entry in top:
                tags = [part.tag for part in entry]
                self.assertEqual((entry.tag, tags[0]), (SITEMAP + "url", SITEMAP + "loc"))
                self.assertLessEqual(set(tags[1:]), {SITEMAP + "lastmod", XHTML + "link"})
                self.assertLessEqual(tags.count(SITEMAP + "lastmod"), 1)
                loc = entry[0].text
                self.assertTrue(loc.startswith(PUBLIC + "/") and len(loc) < 2048, loc)
                self.assertNotIn(loc, found, "named twice")
                modified = entry.find(SITEMAP + "lastmod")
                if modified is not None:
                    datetime.date.fromisoformat(modified.text)
                found[loc] = (modified.text if modified is not None else None,
                              {link.get("hreflang"): link.get("href") for link in entry.findall(XHTML + "link")})
        for loc, (_, others) in found.items():
            for other in others.values():
                self.assertEqual(found[other][1], others, "alternates name each other")
            self.assertIn(loc, others.values() if others else [loc])
        return found

    def index_of(self, of):
        top = ElementTree.fromstring(of.get("/sitemap.xml").body)
        self.assertEqual(top.tag, SITEMAP + "sitemapindex")
        self.assertTrue(all([part.tag for part in entry] == [SITEMAP + "loc", SITEMAP + "lastmod"] for entry in top))
        return [entry[0].text for entry in top]

    def test_every_page_is_named_in_the_languages_of_its_texts(self):
        found = self.addresses(daemon, self.index_of(daemon))
        items = {loc.removeprefix(PUBLIC): value for loc, value in found.items() if "/item/" in loc}
        wanted = {f"/fi/item/{r['id']}" for r in BASE if "fi" in r["texts"] and
                  r["id"] not in ("kerho-piilossa", "kerho-mennyt")}
        self.assertEqual(set(items), wanted | {"/sv/item/kerho-8", "/sv/item/kerho-9"})
        self.assertEqual(items["/fi/item/kerho-1"][0], "2026-05-01")
        self.assertEqual(set(items["/fi/item/kerho-8"][1]), {"fi", "sv"})
        self.assertEqual(items["/fi/item/kerho-1"][1], {})
        for path in [loc.removeprefix(PUBLIC) for loc in found]:
            self.assertEqual(daemon.get(path, {"Accept": "text/html"}).status, 200, path)

    def test_many_records_are_parts(self):
        many = Index([record(i) for i in range(4100)])
        with Daemon(many.dir, threads=1, public_url=PUBLIC) as crowded:
            parts = self.index_of(crowded)
            self.assertEqual(parts, [f"{PUBLIC}/sitemap.xml?part={n}" for n in range(1, 6)])
            items = [loc for loc in self.addresses(crowded, parts) if "/item/" in loc]
            self.assertEqual(len(items), 4100)
            tag = crowded.get("/sitemap.xml?part=5")["ETag"]
            self.assertEqual(crowded.get("/sitemap.xml?part=5", {"If-None-Match": tag}).status, 304)
            self.assertEqual(crowded.get("/sitemap.xml?part=2", {"If-None-Match": tag}).status, 200)

    def test_a_part_that_does_not_exist_is_not_found_whatever_the_client_has(self):
        for headers in ({}, {"If-None-Match": "*"}):
            for path in ("/sitemap.xml?part=2", "/sitemap.xml?part=50000"):
                answer = daemon.get(path, headers)
                self.assertEqual((answer.status, answer["ETag"]), (404, None), path)
                self.assertIn("1 part", answer.json()["detail"])
        for path in ("/sitemap.xml", "/sitemap.xml?part=1", "/sitemap.xml?part="):
            self.assertEqual(daemon.get(path, {"If-None-Match": "*"}).status, 304, path)

    def test_robots_are_led_away_from_searches_and_to_the_sitemap(self):
        body = daemon.get("/robots.txt").body
        lines = [line.split(": ", 1) for line in body.split("\n") if line and line[0] != "#"]
        self.assertEqual([line for line in lines if line[0] == "Sitemap"], [["Sitemap", PUBLIC + "/sitemap.xml"]])
        self.assertEqual(lines[0], ["User-agent", "*"])
        rules = [re.compile(re.escape(path).replace("\\*", ".*")) for name, path in lines if name == "Disallow"]
        self.assertEqual(len(rules) + 2, len(lines))  # RFC 9309: what begins as a rule says
        for path, allowed in (("/fi/search", True), ("/sv/item/kerho-1", True), ("/sitemap.xml?part=1", True),
                              ("/assets/x/site.css", True), ("/opensearch.xml?lang=sv", True), ("/fi/embed", True),
                              ("/embed.js", True), ("/feed.atom", False), ("/feed.json?q=x", False),
                              ("/hsds/v3/services?page=9", False), ("/embed/fragment?q=x", False),
                              ("/embed?q=x", False), ("/fi/embed?q=x", False), ("/api", True), ("/fi/search?q=x", False),
                              ("/en/list?id=a", False), ("/api/v1/search", False), ("/sv/new", False),
                              ("/fi/item/kerho-1?from=q%3Dx", False), ("/fi/item/kerho-1.ics", False),
                              ("/fi/item/kerho-1/report", False), ("/fi/help", True)):
            self.assertEqual(not any(rule.match(path) for rule in rules), allowed, path)
        self.assertTrue(body.isascii() and len(body) < 500 * 1024)


class LinkedData(unittest.TestCase):
    def graph(self, path, of=None):
        body = (of or daemon).get(path, {"Accept": "text/html"}).body
        found = re.findall('<script type="application/ld\\+json">(.*?)</script>', body)
        if not found:
            return None
        self.assertFalse(set("<>&") & set(found[0]))
        whole = json.loads(found[0])
        self.assertEqual(whole["@context"], "https://schema.org")
        return {node["@type"]: node for node in whole["@graph"]}

    def test_a_weekly_group_is_a_service_and_an_event_with_its_schedule(self):
        found = self.graph("/fi/item/kerho-viikko")
        self.assertEqual(sorted(found), ["Event", "Service"])
        self.assertEqual(found["Event"]["about"]["@id"], found["Service"]["@id"])
        self.assertEqual(found["Event"]["startDate"], "2026-12-07")
        weekly, monthly = found["Event"]["eventSchedule"]
        self.assertEqual({k: weekly[k] for k in ("repeatFrequency", "byDay", "startTime", "endTime", "endDate",
                                                 "exceptDate", "scheduleTimezone")},
                         {"repeatFrequency": "P2W", "byDay": ["https://schema.org/Thursday"], "startTime": "10:00:00",
                          "endTime": "12:00:00", "endDate": "2026-12-31", "exceptDate": ["2026-12-10"],
                          "scheduleTimezone": "Europe/Helsinki"})
        self.assertEqual((monthly["repeatFrequency"], monthly["byDay"]), ("P1M", ["1MO", "-1MO"]))

    def test_an_event_says_that_it_is_cancelled_and_when_it_was_to_be(self):
        found = self.graph("/fi/item/kerho-peruttu")["Event"]
        self.assertEqual(found["eventStatus"], "https://schema.org/EventCancelled")
        self.assertEqual(found["startDate"], "2026-12-10T18:00:00+02:00")
        self.assertEqual(self.graph("/fi/item/kerho-siirretty")["Event"]["startDate"], "2026-12-11")

    def test_what_always_goes_on_is_a_service_alone_and_a_place_has_hours(self):
        self.assertEqual(sorted(self.graph("/fi/item/kerho-1")), ["Service"])
        hours = self.graph("/fi/item/kerho-aukiolo")["Place"]["openingHoursSpecification"]
        self.assertEqual(hours[0]["opens"], "09:00:00")

    def test_texts_cannot_end_the_element(self):
        hostile = "a &lt;/script&gt;&lt;!-- &lt;script&gt; </script><script>alert(1)</script> \u2028 \"\\ x"
        nights = Index([record(1, texts={"fi": {"title": "Paha " + hostile, "summary": hostile}},
                               place=[{"name": "1 < 2 & 3 > 2 </ script", "municipality": "491"}])])
        with Daemon(nights.dir, threads=1, public_url=PUBLIC) as hostile_one:
            self.assertIn("Paha", self.graph("/fi/item/kerho-1", hostile_one)["Service"]["name"])


if __name__ == "__main__":
    unittest.main()
