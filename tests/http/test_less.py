"""Asking for less: facets and members of a hit that are not asked for are not there, and all else is as it was."""
import json
import unittest

from harness import Daemon

SEARCH = "/api/v1/search?"
QUESTIONS = ["", "q=kerho", "q=kerho+yksinaisille&near=50100&lang=sv", "q=kerho+Mikkeli&audience=ikaihmiset&weekday=wed",
             "q=kerho&area=491&age=70&include_unknown=1&per_page=50", "kind=event&past=1&near=Mikkeli&sort=distance"]
FACETS = "audience area theme kind weekday time language free form accessible threshold age near date".split()


def setUpModule():
    global daemon, members
    daemon = Daemon()
    allowed = {p["name"]: p["allowed"] for p in daemon.get("/api/v1/meta").json()["parameters"]}
    members = allowed["fields"].split(": ")[1].split(", ")


def tearDownModule():
    daemon.stop()


def search(query):
    answer = daemon.get(SEARCH + query)
    assert answer.status == 200, (query, answer.body[:300])
    return answer.json()


class Less(unittest.TestCase):
    def same_but(self, whole, less, *names):
        for key in (whole.keys() | less.keys()) - {"processingTimeMs", *names}:
            if key in ("ways", "interpreted", "corrected"):  # their URLs say what is asked for
                self.assertEqual(len(whole[key]), len(less[key]), key)
            else:
                self.assertEqual(whole[key], less[key], key)

    def test_each_facet_alone_none_and_several(self):
        for question in QUESTIONS:
            whole = search(question)
            self.assertEqual(sorted(whole["facets"]), sorted(FACETS))
            for asked in [[f] for f in FACETS] + [[], FACETS[:3], FACETS[6:], ["time", "audience"], FACETS]:
                less = search(f"{question}&facets={','.join(asked)}")
                self.assertEqual(less["facets"], {f: whole["facets"][f] for f in asked}, (question, asked))
                self.same_but(whole, less, "facets")

    def test_each_member_alone_and_several(self):
        for question in QUESTIONS:
            whole = search(question)
            self.assertTrue(whole["hits"])
            for hit in whole["hits"]:
                self.assertEqual([m for m in members if m in hit], list(hit), "the order of the list, nothing unlisted")
            for asked in [[m] for m in members] + [["id", "title"], ["title", "id"], members[5:], members[::2], members]:
                less = search(f"{question}&fields={','.join(asked)}")
                expected = [{m: hit[m] for m in hit if m in asked} for hit in whole["hits"]]
                self.assertEqual(less["hits"], expected, (question, asked))
                self.same_but(whole, less, "hits")

    def test_lists_add_up(self):
        less = search("q=kerho&facets=audience,age&facets=free&fields=id&fields=title")
        self.assertEqual(sorted(less["facets"]), ["age", "audience", "free"])
        self.assertEqual(list(less["hits"][0]), ["id", "title"])

    def test_explain_is_there_whatever_the_fields(self):
        self.assertEqual(list(search("q=kerho&fields=id&explain=1")["hits"][0]), ["id", "explain"])

    def test_a_cursor_goes_on_with_more_or_less(self):
        first = search("q=kerho&per_page=3&facets=&fields=id")
        second = search(f"q=kerho&per_page=3&cursor={first['nextCursor']}")
        self.assertEqual([h["id"] for h in second["hits"]], [h["id"] for h in search("q=kerho&per_page=6")["hits"]][3:])
        self.assertEqual(search("q=kerho&per_page=3")["nextCursor"], first["nextCursor"])

    def test_each_has_its_tag_and_equal_lists_one(self):
        def tag(query):
            return daemon.get(SEARCH + query)["ETag"]
        asked = ["q=kerho", "q=kerho&facets=", "q=kerho&facets=area", "q=kerho&fields=id", "q=kerho&fields=id,title",
                 "q=kerho&labels=0"]
        self.assertEqual(len({tag(query) for query in asked}), len(asked))
        self.assertEqual(tag("q=kerho&fields=title,id&facets=age,area"), tag("facets=area&q=kerho&facets=age&fields=id,title"))
        self.assertEqual(tag("q=kerho&fields=" + ",".join(members)), tag("q=kerho"))

    def test_ways_keep_what_is_asked_for(self):
        ways = search("q=joulujuhla+sunnuntaisin&audience=opiskelijat&facets=&fields=id,title")["ways"]
        self.assertTrue(ways)
        for way in ways:
            self.assertIn("&facets=&fields=id,title", way["url"])
            self.assertEqual(search(way["url"][1:])["facets"], {})

    def lean(self, bucket):
        """What is left of a bucket without names."""
        left = {"value": bucket["value"], "count": bucket["count"]}
        if bucket["selected"]:
            left["selected"] = True
        if bucket.get("children"):
            left["children"] = [self.lean(child) for child in bucket["children"]]
        return left

    def test_values_without_names_are_the_same_in_the_same_order(self):
        for question in [*QUESTIONS, "audience=ikaihmiset&weekday=wed&lang=en", "area=297&theme=jumppa&q=nosuchword"]:
            whole, less = search(question), search(question + "&labels=0")
            for facet in whole["facets"].values():
                if "buckets" in facet:
                    facet["buckets"] = [self.lean(bucket) for bucket in facet["buckets"]]
            self.same_but(whole, less)
            self.assertEqual(json.dumps(less["facets"]), json.dumps(whole["facets"]), "the order of members too")
            self.assertEqual(search(question + "&labels=1")["facets"], search(question)["facets"])

    def test_names_are_left_out_of_facets_alone(self):
        answer = search("q=kerho+Mikkeli&near=50100&labels=0")
        self.assertEqual(answer["facets"]["near"]["from"]["label"], "Mikkeli")
        self.assertEqual(answer["interpreted"][0]["values"][0]["label"], "Mikkeli")
        self.assertIn("&labels=0", answer["interpreted"][0]["apply"])

    def test_a_cursor_goes_on_without_names(self):
        cursor = search("q=kerho&per_page=3")["nextCursor"]
        self.assertEqual(search("q=kerho&per_page=3&labels=0")["nextCursor"], cursor)
        self.assertEqual(search(f"q=kerho&per_page=3&labels=0&cursor={cursor}")["hits"],
                         search(f"q=kerho&per_page=3&cursor={cursor}")["hits"])


if __name__ == "__main__":
    unittest.main()
