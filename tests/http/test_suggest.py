"""Suggestions: words, organisations, topics and areas, each of which finds what it says."""
import unittest
from urllib.parse import quote

from harness import Daemon

GROUPS = ["words", "organisations", "topics", "areas"]


def setUpModule():
    global daemon
    daemon = Daemon()


def tearDownModule():
    daemon.stop()


def suggest(parameters):
    return daemon.get("/api/v1/suggest?" + quote(parameters, safe="=&+%")).json()


class Suggest(unittest.TestCase):
    def test_the_answer_has_its_members(self):
        answer = suggest("q=mikk")
        self.assertEqual(list(answer), ["query", "groups", "generation", "processingTimeMs"])
        self.assertEqual(list(answer["groups"]), GROUPS)
        self.assertEqual((answer["query"], answer["generation"]), ("mikk", 1))
        word, area = answer["groups"]["words"][0], answer["groups"]["areas"][0]
        self.assertEqual(list(word), ["text", "label", "total", "url"])
        self.assertEqual((word["text"], word["label"], word["url"]), ("Mikkeli", "Mikkeli", "?q=Mikkeli"))
        self.assertEqual((area["text"], area["parameter"], area["value"]), ("", "area", "491"))
        self.assertEqual((area["label"], area["type"], area["url"]), ("Mikkeli", "municipality", "?area=491"))
        self.assertIn("Mikkelin Kohtaamiskerho ry", [o["label"] for o in answer["groups"]["organisations"]])

    def test_every_url_finds_as_many_as_it_says(self):
        count = 0
        for parameters in ("q=k", "q=ke", "q=ker", "q=mik", "q=v", "q=kerho ma", "q=yks&lang=sv", "q=ensam&lang=sv",
                           "q=ver&area=491", "q=li&past=1", "q=kavely", "q=\"ker", "q=lo&lang=en"):
            for group in suggest(parameters)["groups"].values():
                self.assertLessEqual(len(group), 3)
                for item in group:
                    found = daemon.get("/api/v1/search" + item["url"]).json()
                    self.assertGreater(item["total"], 0)
                    self.assertGreaterEqual(found["totalHits"], item["total"], item)
                    self.assertEqual(found["query"], item["text"])
                    if "relaxed" not in found:
                        self.assertEqual(found["totalHits"], item["total"], item)
                    count += 1
        self.assertGreater(count, 15)

    def test_nothing_typed_nothing_suggested(self):
        for parameters in ("", "q=", "q=+", "q=!", "q=xyzzyx"):
            answer = daemon.get("/api/v1/suggest?" + parameters)
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.json()["groups"], {group: [] for group in GROUPS})

    def test_parameters_are_those_of_the_search(self):
        for parameters in ("colour=red", "q=a&age=old", "q=" + "x" * 1001):
            problem = daemon.get("/api/v1/suggest?" + parameters)
            search = daemon.get("/api/v1/search?" + parameters)
            self.assertEqual(problem.status, 400)
            self.assertEqual(problem.json()["errors"], search.json()["errors"])

    def test_an_answer_that_is_known_is_304(self):
        first = daemon.get("/api/v1/suggest?q=ker")
        again = daemon.get("/api/v1/suggest?q=ker", {"If-None-Match": first["ETag"]})
        self.assertEqual((again.status, again.body), (304, ""))
        self.assertNotEqual(first["ETag"], daemon.get("/api/v1/search?q=ker")["ETag"])


if __name__ == "__main__":
    unittest.main()
