"""words=all: hits have all words, as they are counted where most of them are enough, and everything keeps it."""
import re
import unittest

from harness import Daemon

SEARCH = "/api/v1/search?"
HTML = {"Accept": "text/html"}
QUESTIONS = ["", "q=kerho", "q=kerho+neulonta+shakki", "q=joulujuhla+riisipuuroa", "q=kerho+nosuchword", "q=nosuchword",
             "q=kerho+yksin%C3%A4isille+jumppa", "q=kerho+neulonta&area=491", "q=jumppa+kahvila&past=1",
             "q=kerho+Mikkeli&include_unknown=1&age=70", "q=%22kerho+jumppa%22", "q=kerhoo+neulonta&sort=name"]


def setUpModule():
    global daemon
    daemon = Daemon()


def tearDownModule():
    daemon.stop()


def search(query):
    answer = daemon.get(SEARCH + query)
    assert answer.status == 200, (query, answer.body[:300])
    return answer.json()


class AllWords(unittest.TestCase):
    def test_hits_are_those_that_have_all_words_and_no_others(self):
        relaxed = 0
        for question in QUESTIONS:
            most = search(question + "&per_page=100&explain=1")
            every = search(question + "&per_page=100&explain=1&words=all")
            relaxed += "relaxed" in most
            self.assertNotIn("relaxed", every)
            self.assertEqual(every["totalHits"], most.get("relaxed", {}).get("withAll", most["totalHits"]), question)
            self.assertEqual([hit["id"] for hit in every["hits"]],
                             [hit["id"] for hit in most["hits"] if hit["explain"]["missingWords"] == 0], question)
            self.assertFalse([hit["id"] for hit in every["hits"] if hit["explain"]["missingWords"]])
        self.assertGreater(relaxed, 3)

    def test_facets_count_these_hits(self):
        for question in QUESTIONS:
            answer = search(question + "&words=all&per_page=100")
            for bucket in answer["facets"]["kind"]["buckets"]:
                self.assertEqual(bucket["count"], sum(hit["kind"] == bucket["value"] for hit in answer["hits"]), question)

    def test_ways_on_are_the_same_and_keep_it(self):
        question = "q=joulujuhla+sunnuntaisin&audience=opiskelijat"
        most, every = search(question), search(question + "&words=all")
        self.assertTrue(every["ways"])
        totals = {way["kind"]: way["total"] for way in most["ways"]}
        for way in every["ways"]:
            self.assertIn("&words=all", way["url"])
            self.assertEqual(search(way["url"][1:])["totalHits"], way["total"], way)
            if way["kind"] in totals:
                self.assertEqual(way["total"], totals[way["kind"]])

    def test_a_cursor_belongs_to_it_and_goes_on(self):
        whole = [hit["id"] for hit in search("q=kerho&per_page=100&words=all")["hits"]]
        cursor, seen = "", []
        while cursor is not None:
            answer = search(f"q=kerho&per_page=3&words=all&cursor={cursor}")
            seen += [hit["id"] for hit in answer["hits"]]
            cursor = answer.get("nextCursor")
        self.assertEqual(seen, whole)
        cursor = search("q=kerho&per_page=3&words=all")["nextCursor"]
        self.assertEqual(daemon.get(f"{SEARCH}q=kerho&per_page=3&cursor={cursor}").status, 400)

    def test_it_has_a_tag_of_its_own_and_most_has_none(self):
        tags = [daemon.get(SEARCH + "q=kerho" + more)["ETag"] for more in ("", "&words=most", "&words=all")]
        self.assertEqual(tags[0], tags[1])
        self.assertNotEqual(tags[0], tags[2])


class Page(unittest.TestCase):
    def page(self, address):
        answer = daemon.get(address, HTML)
        self.assertEqual(answer.status, 200, (address, answer["Location"]))
        return answer.body

    def test_the_form_and_the_links_keep_it_and_its_chip_takes_it_away(self):
        body = self.page("/fi/search?q=kerho&area=491&words=all")
        self.assertIn('<input type="hidden" name="words" value="all">', body)
        self.assertIn('<a class="chip" href="/fi/search?q=kerho&amp;area=491">', body)
        self.assertIn('<a class="chip" href="/fi/search?q=kerho&amp;words=all">', body)
        self.assertIn('href="/sv/search?q=kerho&amp;area=491&amp;words=all"', body)
        self.assertIn('class="clear" href="/fi/search?q=kerho"', body)
        self.assertIn('href="/feed.atom?q=kerho&amp;area=491&amp;words=all"', body)
        for link in re.findall(r'<a href="(/fi/search\?[^"]*sort=[^"]*)"', body):
            self.assertIn("&amp;words=all", link)
        self.assertNotIn("words=all", self.page("/fi/search?q=kerho&area=491"))

    def test_it_finds_what_the_interface_finds(self):
        total = search("q=kerho+neulonta&words=all")["totalHits"]
        self.assertLess(total, search("q=kerho+neulonta")["totalHits"])
        body = self.page("/fi/search?q=kerho+neulonta&words=all")
        self.assertRegex(body, f'<h2 id="count"[^>]*>{total} ' if total else '<h2 id="count"[^>]*>Ei ')

    def test_names_of_values_are_always_on_a_page(self):
        answer = daemon.get("/fi/search?q=kerho&labels=0", HTML)
        self.assertIn(answer.status, (301, 302, 303, 307, 308))
        self.assertEqual(answer["Location"], "/fi/search?q=kerho")


class Feed(unittest.TestCase):
    def test_a_feed_has_all_words_anyhow(self):
        for question in ("q=kerho+neulonta+shakki", "q=joulujuhla+riisipuuroa", "q=kerho"):
            plain, asked = (daemon.get(f"/feed.json?{question}{more}").json() for more in ("", "&words=all"))
            self.assertEqual([item["id"] for item in plain["items"]], [item["id"] for item in asked["items"]])
            self.assertNotIn("words=", plain["feed_url"] + plain["home_page_url"])
            self.assertIn("words=all", asked["home_page_url"])


class OtherSites(unittest.TestCase):
    def test_code_for_other_sites_has_nothing_that_changes_no_page(self):
        body = daemon.get("/fi/embed?q=kerho&words=all&labels=0&explain=1&fields=id&facets=area", HTML).body
        self.assertIn("words=all", body)
        for name in ("labels", "explain", "fields", "facets"):
            self.assertNotRegex(body, r"[\"/;0-9]/embed\?[^\"]*" + name + "=", name)


if __name__ == "__main__":
    unittest.main()
