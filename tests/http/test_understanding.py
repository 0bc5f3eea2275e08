"""What is understood of a query and can be undone, corrections, and a file of synonyms that is edited while it serves."""
import os
import threading
import time
import unittest
from urllib.parse import parse_qs, quote

from harness import SLOW, Daemon, fresh_dir

SEARCH = "/api/v1/search"


def setUpModule():
    global daemon
    daemon = Daemon()


def tearDownModule():
    daemon.stop()


def search(q, where=None):
    return (where or daemon).get(f"{SEARCH}?q={quote(q)}").json()


def ids(answer):
    return {hit["id"] for hit in answer["hits"]}


class Suggesting(unittest.TestCase):
    def test_a_filter_that_is_offered_leaves_no_rubbish_in_the_box(self):
        for q, text in (('"mikk', ""), ("-mikk", ""), ("kerho -mikk", "kerho"), ('kerho "mikk', "kerho"),
                        ('"kerho" mikk', '"kerho"')):
            areas = daemon.get(f"/api/v1/suggest?q={quote(q)}").json()["groups"]["areas"]
            self.assertEqual([area["text"] for area in areas], [text], q)


class Understanding(unittest.TestCase):
    def test_what_was_understood_says_where_what_and_how_to_apply_and_undo_it(self):
        [audience, area] = search("vanhuksille jotain Mikkelissä")["interpreted"]
        self.assertEqual({name: area[name] for name in ("text", "offset", "length", "parameter", "effect")},
                         {"text": "Mikkelissä", "offset": 19, "length": 11, "parameter": "area", "effect": "match"})
        self.assertEqual(area["values"], [{"value": "491", "label": "Mikkeli", "type": "municipality"}])
        self.assertEqual(parse_qs(area["apply"].removeprefix("?")), {"q": ["vanhuksille jotain"], "area": ["491"]})
        self.assertEqual(parse_qs(area["undo"].removeprefix("?")), {"q": ['vanhuksille jotain "Mikkelissä"']})
        self.assertEqual([value["value"] for value in audience["values"]], ["ikaihmiset"])

    def test_applying_a_value_gives_only_records_that_have_it(self):
        for q, parameter in (("jumppa vanhuksille", "audience"), ("kerho mikkelissä", "area"),
                             ("kerho vertaistuki", "theme")):
            for value in search(q)["interpreted"]:
                applied = daemon.get(SEARCH + value["apply"])
                self.assertEqual(applied.status, 200, value["apply"])
                if value["parameter"] != parameter:
                    continue
                code = value["values"][0]["value"]
                answer = applied.json()
                self.assertTrue(answer["hits"], q)
                for hit in answer["hits"]:
                    codes = hit["area"].get("codes", []) if parameter == "area" else hit[parameter]
                    self.assertIn(code, codes, hit["id"])
                # the filter is set: there is nothing left to offer of it
                self.assertNotIn(parameter, [left["parameter"] for left in answer["interpreted"]])

    def test_undoing_a_value_leaves_nothing_understood_of_its_words(self):
        for q in ("kerho mikkelissä", "yksinäisille keskiviikkona", "70-vuotiaalle jumppaa", "maksuton kerho"):
            values = search(q)["interpreted"]
            self.assertTrue(values, q)
            for value in values:
                undone = daemon.get(SEARCH + value["undo"])
                self.assertEqual(undone.status, 200, value["undo"])
                for left in undone.json()["interpreted"]:
                    self.assertNotIn(left["text"], value["text"])

    def test_a_text_that_quotes_would_make_too_long_has_no_url_to_undo(self):
        q = "Mikkeli " + "x" * (1000 - len("Mikkeli "))
        [area] = search(q)["interpreted"]
        self.assertIn("apply", area)
        self.assertNotIn("undo", area)
        [area] = search(q[:-2])["interpreted"]
        self.assertEqual(daemon.get(SEARCH + area["undo"]).status, 200)

    def test_what_words_name_helps_but_a_day_excludes_nothing(self):
        plain, sunday = search("kerho"), search("kerho sunnuntaina")
        self.assertEqual(ids(plain), ids(sunday))
        self.assertEqual([value["effect"] for value in sunday["interpreted"]], ["boost"])
        self.assertEqual(search("kerho keskiviikkona")["hits"][0]["id"], "kerho-keskiviikko")

    def test_a_value_as_the_reason_of_a_hit_is_said_to_be_understood(self):
        hits = search("kerho mikkeliläisille")["hits"]
        whys = [why for hit in hits for why in hit["why"] if why["query"] == "mikkeliläisille"]
        self.assertTrue(whys)
        for why in whys:
            self.assertEqual((why["form"], why["field"]), ("understood", "area"))

    def test_a_correction_is_told_and_can_be_undone(self):
        answer = search("lukupirii")
        self.assertEqual([(c["text"], c["to"]) for c in answer["corrected"]], [("lukupirii", "lukupiiri")])
        self.assertIn("kerho-kuopio", ids(answer))
        why = [why for hit in answer["hits"] if hit["id"] == "kerho-kuopio" for why in hit["why"]]
        self.assertEqual([(w["form"], w["query"], w["matched"]) for w in why], [("correction", "lukupirii", "lukupiiri")])
        undone = daemon.get(SEARCH + answer["corrected"][0]["undo"]).json()
        self.assertNotIn("corrected", undone)
        self.assertEqual(undone["query"], '"lukupirii"')
        self.assertEqual(undone["totalHits"], 0)


class Editing(unittest.TestCase):
    """The file of synonyms while the daemon runs."""

    def setUp(self):
        self.path = os.path.join(fresh_dir("synonyms"), "synonyms.txt")
        self.write("purjelento, lukupiiri\n")
        self.daemon = Daemon(synonyms=self.path)
        self.addCleanup(self.daemon.stop)

    def write(self, text):
        with open(self.path + ".new", "w") as out:
            out.write(text)
        os.replace(self.path + ".new", self.path)

    def finds(self, word):
        return "kerho-kuopio" in ids(search(word, self.daemon))

    def test_a_synonym_is_said_to_be_the_reason(self):
        [hit] = search("purjelentoa", self.daemon)["hits"]
        self.assertEqual([(why["form"], why["query"], why["matched"]) for why in hit["why"]],
                         [("synonym", "purjelentoa", "lukupiiri")])
        self.assertEqual(search('"purjelentoa"', self.daemon)["totalHits"], 0)

    def test_an_edit_is_seen_within_three_seconds_and_no_request_fails(self):
        stop, failures, asked = threading.Event(), [], [0]

        def ask():
            while not stop.is_set():
                try:
                    answer = self.daemon.get(f"{SEARCH}?q=melonta")
                    asked[0] += 1
                    if answer.status != 200:
                        failures.append(answer.status)
                except (OSError, AssertionError) as error:
                    failures.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            self.assertTrue(self.finds("purjelento"))
            self.assertFalse(self.finds("melonta"))
            etag = self.daemon.get(f"{SEARCH}?q=melonta")["ETag"]
            cursor = self.daemon.get(f"{SEARCH}?q=kerho&per_page=2").json()["nextCursor"]
            page = f"{SEARCH}?q=kerho&per_page=2&cursor={cursor}"
            self.assertEqual(self.daemon.get(page).status, 200)
            began = time.monotonic()
            self.write("melonta, lukupiiri\n")
            self.daemon.wait_for(lambda: self.finds("melonta"), 10)
            self.assertLess(time.monotonic() - began, 3 * SLOW)
            self.daemon.wait_for(lambda: not any(self.finds("purjelento") for _ in range(8)), 3)  # in every thread
        finally:
            stop.set()
            asking.join()
        self.assertEqual(failures, [])
        self.assertGreater(asked[0], 5)
        self.assertEqual(self.daemon.get(page).status, 410)  # scores have changed: going on would skip hits
        answer = self.daemon.get(f"{SEARCH}?q=melonta", {"If-None-Match": etag})
        self.assertEqual(answer.status, 200)
        self.assertNotEqual(answer["ETag"], etag)

    def test_a_broken_edit_is_told_with_its_line_and_the_file_before_serves_on(self):
        etag = self.daemon.get(f"{SEARCH}?q=purjelento")["ETag"]
        self.write("melonta, lukupiiri\nmelonta\n")
        self.daemon.wait_for(lambda: "event=synonyms-failed" in self.daemon.log, 5)
        self.assertIn("synonyms.txt:2: a group needs two members", self.daemon.log)
        self.assertTrue(self.finds("purjelento"))
        self.assertFalse(self.finds("melonta"))
        self.assertEqual(self.daemon.get(f"{SEARCH}?q=purjelento")["ETag"], etag)
        time.sleep(2.5)
        self.assertEqual(self.daemon.log.count("event=synonyms-failed"), 1)
        self.write("melonta, lukupiiri\n")
        self.daemon.wait_for(lambda: self.finds("melonta"), 5)

    def test_a_file_that_is_removed_for_a_moment_changes_nothing(self):
        os.remove(self.path)
        time.sleep(1.5)
        self.assertTrue(self.finds("purjelento"))
        self.write("melonta, lukupiiri\n")
        self.daemon.wait_for(lambda: self.finds("melonta"), 5)

    def test_a_daemon_does_not_start_on_a_broken_file(self):
        self.write("melonta\n")
        with self.assertRaisesRegex(AssertionError, "synonyms.txt:1: a group needs two members"):
            Daemon(synonyms=self.path)
