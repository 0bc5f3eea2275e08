"""What the daemon keeps of searches without hits, and that it keeps nothing else."""
import json
import os
import unittest
from urllib.parse import quote

from harness import TODAY, Daemon, fresh_dir
from test_access import bearer, make_key

SEARCH = "/api/v1/search?q="


def files_of(folder):
    return {name: open(os.path.join(folder, name), encoding="utf-8").read() for name in sorted(os.listdir(folder))}


class State(unittest.TestCase):
    def start(self, **options):
        daemon = Daemon(**options)
        self.addCleanup(lambda: daemon.process.poll() is None and daemon.stop())
        return daemon

    def ask(self, daemon, query, times):
        for _ in range(times):
            answer = daemon.get(SEARCH + quote(query))
            self.assertEqual((answer.status, answer.json()["totalHits"]), (200, 0), query)

    def test_words_without_hits_are_kept_from_three_on(self):
        state = os.path.join(fresh_dir("state"), "made/anew")
        daemon = self.start(state=state, access_log=True)
        self.ask(daemon, "Zzyzxqqwv", 4)
        self.ask(daemon, "qqzzvwkk", 2)
        for query in ("matti.meikalainen@zzexample.fi", "010190-123A zzyxplugh", "040 000 4321 zzyxplugh"):
            for _ in range(4):
                self.assertEqual(daemon.get(SEARCH + quote(query)).status, 200)
        self.assertEqual(daemon.stop(), 0)
        kept = files_of(state)
        self.assertEqual(list(kept), ["zero-hits.json"])
        words = json.loads(kept["zero-hits.json"])["words"]
        self.assertEqual([(w["word"], w["count"], list(w["days"])) for w in words], [("zzyzxqqwv", 4, [TODAY])])
        for trace in ("qqzzv", "matti", "010190-", "000+4321", "000 4321", "000%20", "plugh", "zzyzxqqwv"):
            self.assertNotIn(trace, daemon.log.lower())
        again = self.start(state=state)  # takes them up again
        self.ask(again, "zzyzxqqwv", 3)
        self.assertEqual(again.stop(), 0)
        words = json.loads(files_of(state)["zero-hits.json"])["words"]
        self.assertEqual([(w["word"], w["count"]) for w in words], [("zzyzxqqwv", 7)])

    def test_the_page_counts_them_as_the_api_does(self):
        state = fresh_dir("state")
        daemon = self.start(state=state)
        for _ in range(3):
            answer = daemon.get("/fi/search?q=zzyzxqqwv", {"Accept": "text/html"})
            self.assertEqual(answer.status, 200)
            self.assertIn("<html", answer.body)
            daemon.get("/fi/search?q=kerho", {"Accept": "text/html"})  # it has hits
        self.assertEqual(daemon.stop(), 0)
        words = json.loads(files_of(state)["zero-hits.json"])["words"]
        self.assertEqual([(w["word"], w["count"]) for w in words], [("zzyzxqqwv", 3)])

    def test_what_a_key_keeps_out_is_not_missing(self):
        state, file = fresh_dir("state"), os.path.join(fresh_dir("keys"), "keys.jsonl")
        key, line = make_key("theme")
        with open(file, "w", encoding="utf-8") as out:
            out.write(json.dumps({**line, "filter": "theme=vertaistuki"}) + "\n")
        daemon = self.start(state=state, keys=file)
        self.assertGreater(daemon.get(SEARCH + "lukupiiri").json()["totalHits"], 0)
        for _ in range(4):
            self.assertEqual(daemon.get(SEARCH + "lukupiiri", bearer(key)).json()["totalHits"], 0)
        self.ask(daemon, "zzyzxqqwv", 3)
        self.assertEqual(daemon.stop(), 0)
        words = json.loads(files_of(state)["zero-hits.json"])["words"]
        self.assertEqual([(w["word"], w["count"]) for w in words], [("zzyzxqqwv", 3)])

    def test_a_folder_that_cannot_be_is_told_at_the_start(self):
        path = os.path.join(fresh_dir("statefile"), "file")
        with open(path, "w", encoding="utf-8"):
            pass
        with self.assertRaisesRegex(AssertionError, "file"):
            Daemon(state=path + "/below")
