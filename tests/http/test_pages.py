"""The pages as a client of HTTP sees them: addresses, headers, caching, errors; what they look like: tests/browser."""
import gzip
import html
import json
import os
import re
import time
import unittest
from urllib.parse import quote

import harness
from harness import Daemon, fresh_dir, indexer

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CSP = ("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
       "form-action 'self'; base-uri 'none'; frame-ancestors 'self'")


def setUpModule():
    global daemon
    daemon = Daemon()


def tearDownModule():
    daemon.stop()


def page(path, headers=None):
    return daemon.get(path, {**HTML, **(headers or {})})


class Addresses(unittest.TestCase):
    def moved(self, path, to):
        answer = page(path)
        self.assertEqual((answer.status, answer["Location"]), (303, to), path)

    def test_the_root_leads_a_browser_to_the_search_in_its_language(self):
        for wished, lang in (("", "fi"), ("sv-FI,sv;q=0.9,en;q=0.8", "sv"), ("en-GB", "en"), ("de,fr;q=0.5", "fi"),
                             ("en;q=0.3, sv;q=0.7", "sv"), ("fi;q=0.1,en;q=0.2", "en")):
            answer = page("/", {"Accept-Language": wished})
            self.assertEqual((answer.status, answer["Location"]), (303, f"/{lang}/search"), wished)
            self.assertIn("Accept-Language", answer["Vary"])
        self.assertEqual(daemon.get("/").json()["service"], "opastin-searchd")

    def test_an_address_has_one_form(self):
        self.moved("/fi/search?q=kerho&near=&radius=30&age=", "/fi/search?q=kerho")
        self.moved("/fi/search?area=Mikkeli&q=kerho", "/fi/search?q=kerho&area=491")
        self.moved("/fi/search?q=kerho&lang=sv", "/fi/search?q=kerho")
        self.moved("/fi/search?q=kerho&sort=distance", "/fi/search?q=kerho")
        self.assertEqual(page("/sv/search?").status, 200)
        self.assertEqual(page("/fi/search?q=k%e4").status, 400)

    def test_the_simplest_form_is_answered(self):
        for query in ("", "?q=kerho", "?q=kerho&area=491&weekday=mon&near=50100&radius=30", "?q=kerho&page=2",
                      "?q=kerho&open=wellbeing-10", "?open=wellbeing-10", "?map=1", "?q=" + quote("äiti & \"lapsi\" (1+1)*")):
            answer = page("/fi/search" + query)
            if answer.status == 303:  # the same text may be written in several ways: once, never in a circle
                answer = page(answer["Location"])
            self.assertEqual(answer.status, 200, (query, answer["Location"]))

    def test_no_address_leads_in_a_circle(self):
        for query in ("q=a%2Fb", "q=%27%2A", "radius=12.5&near=mikkeli", "include_unknown=1&age=7", "per_page=0",
                      "facets=area&fields=id", "explain=1&q=x", "free=1&free=0", "cursor=&page=1", "&&q=x&&"):
            path, seen = "/fi/search?" + query, []
            while True:
                answer = page(path)
                if answer.status != 303:
                    break
                seen.append(path)
                path = answer["Location"]
                self.assertNotIn(path, seen)
            self.assertLessEqual(len(seen), 1, seen)
            self.assertIn(answer.status, (200, 400), path)

    def test_the_language_switch_keeps_the_search(self):
        body = page("/fi/search?q=kerho&area=491").body
        for lang in ("fi", "sv", "en"):
            self.assertIn(f'href="/{lang}/search?q=kerho&amp;area=491"', body)


class Map(unittest.TestCase):
    """The shapes and what they look like: tests/unit/map_test.c, tests/browser/map.mjs."""

    def links(self, body):
        return {name: (html.unescape(address), 'aria-current="true"' in rest) for address, name, rest in
                re.findall(r'<a class="map-area[^"]*" href="([^"]*)" id="map-([^"]*)"([^>]*)>', body)}

    def total(self, path):
        return re.search(r'<h2 id="count"[^>]*>([^<]*)<', page(path).body).group(1)

    def test_it_is_only_there_when_it_is_asked_for(self):
        body = page("/fi/search?q=kerho").body
        self.assertNotIn("<svg", body)
        self.assertIn('id="map" href="/fi/search?q=kerho&amp;map=1#map"', body)
        self.assertIn("<svg", page("/fi/search?q=kerho&map=1").body)
        self.assertEqual(page("/fi/search?map=yes&q=x")["Location"], "/fi/search?q=x")
        self.assertEqual(page("/fi/search?map=1&area=Mikkeli")["Location"], "/fi/search?area=491&map=1")
        self.assertEqual(daemon.get("/api/v1/search?map=1").status, 400, "the interface for programs has no map")

    def test_counties_lead_to_their_municipalities_and_these_are_chosen_one_by_one(self):
        country = self.links(page("/fi/search?q=kerho&map=1").body)
        address, chosen = country["wellbeing-12"]
        self.assertEqual((address, chosen), ("/fi/search?q=kerho&open=wellbeing-12&map=1#map", False))
        county = self.links(page(address.split("#")[0]).body)
        address, chosen = county["491"]
        self.assertEqual((address, chosen), ("/fi/search?q=kerho&area=491&open=wellbeing-12&map=1#map-491", False))
        self.assertNotIn("wellbeing-12", county)
        body = page(address.split("#")[0]).body
        self.assertEqual(self.total(address.split("#")[0]), self.total("/fi/search?q=kerho&area=491"))
        self.assertIn('value="491" checked', body)
        address, chosen = self.links(body)["491"]
        self.assertEqual((address, chosen), ("/fi/search?q=kerho&open=wellbeing-12&map=1#map-491", True))
        self.assertIn("valittuna 1 kunta\"", page("/fi/search?q=kerho&area=491&map=1").body)

    def test_what_a_shape_says_is_what_choosing_it_finds(self):
        body = page("/en/search?open=wellbeing-12&map=1").body
        said = dict(re.findall(r'id="map-(\d+)" aria-label="[^"]*?, ([\d\xa0]+ activit[^",]*)"', body))
        self.assertTrue(said)
        for code, count in said.items():
            self.assertEqual(self.total(f"/en/search?area={code}"), count, code)

    def test_the_form_the_chips_and_the_languages_keep_it_and_items_do_not(self):
        body = page("/fi/search?q=kerho&area=491&open=wellbeing-12&map=1").body
        self.assertIn('<input type="hidden" name="map" value="1">', body)
        self.assertIn('<input type="hidden" name="open" value="wellbeing-12">', body)
        self.assertIn('<a class="chip" href="/fi/search?q=kerho&amp;open=wellbeing-12&amp;map=1">', body)
        self.assertIn('href="/sv/search?q=kerho&amp;area=491&amp;open=wellbeing-12&amp;map=1"', body)
        self.assertNotRegex(body, r'href="/fi/item/[^"]*map')

    def test_all_filters_go_and_the_words_stay(self):
        body = page("/fi/search?q=kerho&area=491&near=50100&radius=30&sort=distance&list=kerho-jumppa").body
        self.assertIn('class="clear" href="/fi/search?q=kerho&amp;list=kerho-jumppa"', body)


class Dates(unittest.TestCase):
    """Which records take place when: tests/unit/search_test.c, against the oracle."""

    def test_the_page_asks_as_the_interface_does(self):
        asked = "q=kerho&date=2026-12-07&until=2026-12-13"
        body = page("/fi/search?" + asked).body
        total = daemon.get("/api/v1/search?" + asked).json()["totalHits"]
        self.assertGreater(total, 0)
        self.assertRegex(body, f'<h2 id="count"[^>]*>{total} toimin')
        self.assertRegex(body, r'<input id="date" form="s" name="date" type="date"[^>]* value="2026-12-07">')
        self.assertRegex(body, r'<input id="until" form="s" name="until" type="date"[^>]* value="2026-12-13">')
        self.assertIn('<a class="chip" href="/fi/search?q=kerho">', body)
        self.assertIn("Päivä: 7.–13.12.", body)
        self.assertIn("aikaisintaan 7.12.", page("/fi/search?q=kerho&date=2026-12-07").body)
        self.assertIn("viimeistään 13.12.", page("/fi/search?q=kerho&until=2026-12-13").body)

    def test_what_does_not_say_when_is_offered_apart(self):
        asked = "date=2026-12-07&until=2026-12-13"
        answer = daemon.get("/api/v1/search?" + asked).json()
        unknown = answer["facets"]["date"]["unknown"]
        self.assertEqual(answer["facets"]["date"], {"mode": "days", "unknown": unknown, "unknownIncluded": False,
                                                    "from": "2026-12-07", "until": "2026-12-13"})
        both = daemon.get("/api/v1/search?include_unknown=date&" + asked).json()
        self.assertEqual(both["totalHits"], answer["totalHits"] + unknown)
        body = page("/fi/search?" + asked).body
        self.assertIn("Myös ne, joiden ajankohtaa ei tiedetä", body)
        self.assertIn('href="/fi/search?date=2026-12-07&amp;until=2026-12-13&amp;include_unknown=date"', body)

    def test_every_hit_takes_place_then_and_says_when_first(self):
        answer = daemon.get("/api/v1/search?date=2026-12-07&until=2026-12-08&per_page=100&sort=next").json()
        days = [hit["next"]["date"] for hit in answer["hits"]]
        self.assertTrue(days)
        self.assertEqual(days, sorted(days))
        self.assertLessEqual(set(days), {"2026-12-07", "2026-12-08"})
        self.assertIn("ensimmäinen kerta haettuna aikana", page("/fi/search?date=2026-12-07&until=2026-12-08").body)
        self.assertNotIn("seuraavan kerran", page("/fi/search?date=2026-12-07&until=2026-12-08").body)

    def test_the_past_is_no_answer_unless_it_is_asked_for(self):
        self.assertEqual(daemon.get("/api/v1/search?until=2026-01-31").json()["totalHits"], 0)
        self.assertEqual(daemon.get("/api/v1/search?date=2026-01-01&kind=event").json()["totalHits"],
                         daemon.get("/api/v1/search?date=2026-12-01&kind=event").json()["totalHits"])
        self.assertGreater(daemon.get("/api/v1/search?date=2026-10-01&until=2026-11-30&past=1").json()["totalHits"], 0)

    def test_days_that_are_none_are_refused(self):
        for query, parameter in (("date=2026-02-30", "date"), ("date=1.12.2026", "date"), ("until=1999-12-31", "until"),
                                 ("date=2026-12-02&until=2026-12-01", "until"),
                                 ("date=2026-12-01&date=2026-12-02", "date")):
            answer = daemon.get("/api/v1/search?" + query)
            self.assertEqual((answer.status, answer.json()["errors"][0]["parameter"]), (400, parameter), query)
            self.assertEqual(page("/fi/search?" + query).status, 400)
        self.assertIn("ennen ensimmäistä", page("/fi/search?date=2026-12-02&until=2026-12-01").body)
        self.assertNotIn('href="#until"', page("/fi/search?date=2026-12-02&until=2026-12-01").body, "no such field there")


class Headers(unittest.TestCase):
    def test_pages_and_their_errors_are_kept_to_themselves(self):
        for path, status in (("/fi/search", 200), ("/sv/search?q=kerho", 200), ("/en/status", 200),
                             ("/fi/nowhere", 404), ("/fi/search?age=old", 400), ("/nowhere", 404)):
            answer = page(path)
            self.assertEqual(answer.status, status, path)
            self.assertEqual(answer["Content-Type"], "text/html; charset=utf-8", path)
            self.assertEqual(answer["Content-Security-Policy"], CSP, path)
            self.assertEqual(answer["Referrer-Policy"], "no-referrer")
            self.assertEqual(answer["X-Content-Type-Options"], "nosniff")
            self.assertIn("geolocation=()", answer["Permissions-Policy"])
            self.assertIsNone(answer["Set-Cookie"])
            self.assertIsNone(answer["Access-Control-Allow-Origin"])
            lang = path[1:3] if path[3:4] == "/" else "fi"
            self.assertEqual(answer["Content-Language"], lang)
            self.assertIn(f'<html lang="{lang}">', answer.body)
            self.assertNotRegex(answer.body, r"<style|style=|<script(?![^>]*src=)|\son[a-z]+=|javascript:")
            self.assertNotRegex(answer.body, r'(?:src|action)="(?:https?:)?//|<link[^>]*href="(?:https?:)?//')
            if status >= 400:
                self.assertEqual(answer["Cache-Control"], "no-store")

    def test_a_program_gets_problems_as_ever(self):
        for path in ("/fi/nowhere", "/nowhere"):
            self.assertEqual(daemon.get(path)["Content-Type"], "application/problem+json; charset=utf-8")
        self.assertEqual(page("/api/v1/nowhere")["Content-Type"], "application/problem+json; charset=utf-8")

    def test_a_page_is_cached_as_the_search_is(self):
        first = page("/fi/search?q=kerho")
        self.assertIn("max-age=60", first["Cache-Control"])
        self.assertIn("stale-while-revalidate", first["Cache-Control"])
        again = page("/fi/search?q=kerho", {"If-None-Match": first["ETag"]})
        self.assertEqual((again.status, again.body), (304, ""))
        self.assertEqual(again["ETag"], first["ETag"])
        others = {page(path)["ETag"] for path in ("/sv/search?q=kerho", "/fi/search?q=kerhot", "/fi/search",
                                                  "/fi/search?q=kerho&page=2")}
        self.assertEqual(len(others | {first["ETag"]}), 5)
        packed = page("/fi/search?q=kerho", {"Accept-Encoding": "gzip"})
        self.assertTrue(packed["ETag"].endswith('-gz"'))
        self.assertEqual(page("/fi/search?q=kerho", {"If-None-Match": packed["ETag"]}).status, 304)

    def test_no_text_of_a_page_is_missing(self):
        keys = [line.split("\t")[0] for line in open(os.path.join(harness.HERE, "../../searchd/web/strings.tsv"))]
        for lang in ("fi", "sv", "en"):
            for path in ("search", "search?q=kerho&area=491&age=7&near=50100&radius=30", "search?q=qqqq", "status",
                         "search?age=x&near=nowhere&colour=red", "nowhere"):
                body = re.sub(r"<[^>]*>", "\n", page(f"/{lang}/{path}").body)
                for key in keys[1:]:
                    if "." in key:
                        self.assertNotIn(f"\n{key}\n", body, (lang, path))
                self.assertNotRegex(body, r"\{[a-z]+\}")


class Assets(unittest.TestCase):
    def test_they_are_kept_for_ever_and_packed(self):
        body = page("/fi/search").body
        paths = re.findall(r'"(/assets/[^"]+)"', body)
        self.assertEqual(sorted(os.path.basename(p) for p in paths), ["app.js", "favicon.svg", "site.css"])
        for path in paths:
            plain = daemon.get(path)
            self.assertEqual(plain.status, 200, path)
            self.assertEqual(plain["Cache-Control"], "public, max-age=31536000, immutable")
            packed = daemon.get(path, {"Accept-Encoding": "gzip"})
            self.assertEqual(packed["Content-Encoding"], "gzip", path)
            self.assertEqual(packed["Content-Length"], str(len(packed.raw_body)))
            self.assertEqual(gzip.decompress(packed.raw_body).decode(), plain.body)
        self.assertEqual(daemon.get("/assets/0000000000000000/site.css").status, 404)
        self.assertEqual(daemon.get("/assets/../searchd/site.css").status, 404)
        self.assertEqual(daemon.get("/favicon.ico")["Content-Type"], "image/svg+xml")

    def test_an_operator_may_bring_files(self):
        folder = fresh_dir("assets")
        with open(os.path.join(folder, "site.css"), "w") as css:
            css.write(":root { --th-accent: #036 }\n")
        own = Daemon(assets_dir=folder)
        try:
            body = own.get("/fi/search", HTML).body
            path = re.search(r'"(/assets/[^"]+/site.css)"', body)[1]
            self.assertEqual(own.get(path).body, ":root { --th-accent: #036 }\n")
            self.assertIn("Mitä etsit?", body)
        finally:
            own.stop()


class Search(unittest.TestCase):
    def test_the_page_counts_as_the_api_does(self):
        for query in ("q=kerho", "area=491", "q=kerho&weekday=mon", "kind=activity&sort=name"):
            body = page("/fi/search?" + query).body
            total = daemon.get("/api/v1/search?" + query).json()["totalHits"]
            shown = re.search(r'<h2 id="count"[^>]*>(\d+) toimintaa?<', body)
            self.assertEqual(int(shown[1]), total, query)

    def test_what_a_client_typed_is_only_text(self):
        body = page("/fi/search?q=" + quote('"><script>alert(1)</script>', safe="")).body
        self.assertNotIn("<script>", body)
        self.assertIn("&lt;script&gt;", body)

    def test_chosen_values_stay_and_can_be_taken_back(self):
        body = page("/fi/search?q=qqqq&area=491").body
        self.assertRegex(body, r'name="area" value="491" checked')
        self.assertIn('href="/fi/search?q=qqqq"', body)

    def test_a_mistake_keeps_what_was_typed(self):
        answer = page("/fi/search?q=kerho&near=" + quote("Ei Missään"))
        self.assertEqual(answer.status, 400)
        self.assertIn('value="kerho"', answer.body)
        self.assertIn('value="Ei Missään"', answer.body)
        self.assertIn('aria-invalid="true"', answer.body)


class Told(unittest.TestCase):
    """What the nightly run told of itself, and records that are gone."""

    def setUp(self):
        self.folder = fresh_dir("night")
        self.index = os.path.join(self.folder, "index")
        self.day = 0
        self.write(["one", "two", "three"])
        with open(os.path.join(self.folder, "opastin.conf"), "w") as conf:
            conf.write(f"[index]\npath = {self.index}\n\n[report]\nfolder = {self.folder}/reports\n\n"
                       f"[source own]\npath = {self.folder}/own.jsonl\nowner = Oma järjestö\nmax_deletions = 100\n"
                       "max_deletions_percent = 100\n")
        self.night()
        self.daemon = Daemon(index=self.index, today=None)

    def tearDown(self):
        self.daemon.stop()

    def write(self, ids):
        with open(os.path.join(self.folder, "own.jsonl"), "w") as out:
            for name in ids:
                out.write(json.dumps({"id": name, "kind": "activity", "texts": {"fi": {"title": "Kerho " + name}},
                                      "area": {"scope": "municipality", "codes": ["491"]}}) + "\n")

    def night(self):
        indexer("run", "--quiet", "--config", os.path.join(self.folder, "opastin.conf"))

    def wait_for(self, look):
        for _ in range(100 * harness.SLOW):
            found = look()
            if found:
                return found
            time.sleep(0.05)
        self.fail("waited in vain")

    def test_how_the_last_run_ended(self):
        run = self.daemon.get("/api/v1/meta").json()["lastRun"]
        self.assertEqual((run["verdict"], run["records"]), ("published", 3))
        self.assertEqual([s["name"] for s in run["sources"]], ["own"])
        body = self.daemon.get("/fi/status", HTML).body
        self.assertIn("Oma järjestö", body)
        self.assertIn("Uusi aineisto julkaistiin", body)
        self.assertNotIn("banner", self.daemon.get("/fi/search?q=kerho", HTML).body)
        tag = self.daemon.get("/fi/search?q=kerho", HTML)["ETag"]
        path = os.path.join(self.index, "status.json")
        run["ended"] = "2026-01-02T03:04:05Z"
        with open(path + ".new", "w") as out:
            json.dump(run, out)
        os.rename(path + ".new", path)
        body = self.wait_for(lambda: "banner" in self.daemon.get("/fi/search?q=kerho", HTML).body and
                             self.daemon.get("/fi/search?q=kerho", HTML).body)
        self.assertIn("2.1.2026", body)
        self.assertNotEqual(self.daemon.get("/fi/search?q=kerho", HTML)["ETag"], tag)
        run["ended"] = "2026-06-01T22:30:00Z"  # half past one in the night of the 2nd in Finland
        run["sources"][0]["filesModified"] = "2026-05-31T21:15:00Z"
        with open(path + ".new", "w") as out:
            json.dump(run, out)
        os.rename(path + ".new", path)
        self.wait_for(lambda: "2.6.2026" in self.daemon.get("/fi/search?q=kerho", HTML).body)
        body = self.daemon.get("/fi/status", HTML).body
        self.assertIn("2.6.2026", body)
        self.assertIn(">1.6.2026", body)
        os.remove(path)
        self.wait_for(lambda: self.daemon.get("/api/v1/meta").json()["lastRun"] is None)
        self.assertIn("Päivityksen tuloksesta ei ole vielä tietoa", self.daemon.get("/fi/status", HTML).body)

    def test_a_record_that_is_gone_is_410_with_its_name(self):
        self.write(["one", "two"])
        self.night()
        gone = self.wait_for(lambda: (lambda a: a if a.status == 410 else None)(
            self.daemon.get("/api/v1/items/three")))
        problem = gone.json()
        self.assertEqual((problem["code"], problem["record"]["title"]), ("gone", "Kerho three"))
        self.assertEqual(gone["Content-Type"], "application/problem+json; charset=utf-8")
        self.assertEqual(self.daemon.get("/api/v1/items/four").status, 404)
        self.assertEqual(self.daemon.get("/api/v1/items/one").status, 200)
