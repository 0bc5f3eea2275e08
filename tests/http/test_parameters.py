"""What a search parameter may not be is said of each, all at once, and nothing that is allowed is refused."""
import unittest
from urllib.parse import quote

from harness import Daemon

# parameter: (values that are refused, values that are taken)
VALUES = {
    "q": (["x" * 1001], ["", "x" * 1000, "äiti", "AND OR NOT", "\"", "((("]),
    "audience": (["nobody", "ikaihmiset,yksinaiset"], ["ikaihmiset", "Ikäihmiset", ""]),
    "area": (["atlantis", "1"], ["491", "Mikkeli", "nationwide", "online", "region-10"]),
    "theme": (["nothing"], ["vertaistuki", "jumppa"]),
    "kind": (["thing"], ["activity", "event"]),
    "weekday": (["8", "funday"], ["mon", "sun"]),
    "time": (["midnight", "12:00"], ["morning", "evening"]),
    "language": (["klingon"], ["fi", "sv"]),
    "free": (["maybe", "2"], ["1", "0", "true", "false"]),
    "form": (["solid"], ["group", "online"]),
    "accessible": (["ladder"], ["wheelchair"]),
    "threshold": (["high"], ["drop-in"]),
    "age": (["-1", "121", "old", "1.5", "+5", "0x5"], ["0", "120"]),
    "near": (["00000", "nowhere", "999"], ["50100", "Mikkeli", "491"]),
    "radius": (["0", "-1", "1501", "nan", "inf", "0x5", "far", "5km"], []),  # taken only with near
    "date": (["2026-02-30", "1.12.2026", "2026-12-1", "1999-12-31", "today"], ["2026-12-01", "2100-12-31"]),
    "until": (["2026-13-01", "2101-01-01"], ["2026-12-01"]),
    "include_unknown": (["kind", "everything"], ["1", "0", "age", "audience"]),
    "sort": (["best", "distance"], ["relevance", "next", "newest", "name"]),
    "page": (["0", "-1", "1000001", "x"], ["1", "1000000"]),
    "per_page": (["-1", "101", "x"], ["0", "100"]),
    "cursor": (["x", "1.2.3", "1." + "f" * 200], []),
    "lang": (["de", "FI"], ["fi", "sv", "en"]),
    "facets": (["colour", "audience,colour", "Audience", "audience;area"], ["", "audience", "audience,age", "near"]),
    "fields": (["colour", "id,colour", "explain"], ["", "id", "id,title", "why"]),
    "labels": (["yes", "fi"], ["1", "0", "true", "false"]),
    "past": (["yes"], ["1", "0"]),
    "words": (["any", "1", "ALL"], ["most", "all"]),
    "explain": (["yes"], ["1", "0"]),
}


def setUpModule():
    global daemon
    daemon = Daemon()


def tearDownModule():
    daemon.stop()


def search(query):
    return daemon.get("/api/v1/search?" + query)


class Parameters(unittest.TestCase):
    def refused(self, query, *parameters):
        """The query is refused for these parameters; the details by parameter."""
        answer = search(query)
        self.assertEqual(answer.status, 400, (query, answer.body[:300]))
        problem = answer.json()
        self.assertEqual(problem["code"], "invalid")
        details = {e["parameter"]: e["detail"] for e in problem["errors"]}
        self.assertEqual(sorted(details), sorted(parameters), query)
        self.assertTrue(all(details.values()))
        return details

    def test_every_parameter_is_tried_here(self):
        self.assertEqual(sorted(VALUES), sorted(p["name"] for p in daemon.get("/api/v1/meta").json()["parameters"]))

    def test_every_parameter_refuses_what_it_cannot_be(self):
        for name, (bad, _) in VALUES.items():
            for value in bad:
                near = "&near=50100" if name == "radius" else ""
                detail = self.refused(f"{name}={quote(value)}{near}", name)[name]
                if name not in ("q", "sort"):
                    self.assertRegex(detail, "allowed|known", (name, value))

    def test_every_parameter_takes_what_it_may_be(self):
        for name, (_, good) in VALUES.items():
            for value in good:
                answer = search(f"{name}={quote(value)}")
                self.assertEqual(answer.status, 200, (name, value, answer.body[:300]))

    def test_every_parameter_refuses_bytes_that_are_no_text(self):
        for name in VALUES:
            for value in ("%ff", "%", "%4", "%zz", "%00"):
                self.refused(f"{name}={value}", name)

    def test_only_filters_may_be_given_twice(self):
        for parameter in daemon.get("/api/v1/meta").json()["parameters"]:
            name = parameter["name"]
            good = VALUES[name][1]
            if parameter["repeats"]:
                self.assertEqual(search(f"{name}={quote(good[0])}&{name}={quote(good[-1])}").status, 200, name)
            elif len(good) > 1:
                details = self.refused(f"{name}={quote(good[-1])}&{name}={quote(good[-2])}", name)
                self.assertIn("more than once", details[name])

    def test_an_unknown_parameter_is_refused_and_the_known_ones_named(self):
        details = self.refused("query=x", "query")
        for name in VALUES:
            self.assertIn(name, details["query"])

    def test_all_mistakes_are_told_at_once(self):
        self.refused("age=x&page=0&nonsense=1&audience=nobody&sort=best", "age", "page", "nonsense", "audience", "sort")

    def test_a_wrong_code_is_answered_with_the_right_ones(self):
        detail = self.refused("weekday=funday", "weekday")["weekday"]
        self.assertIn("mon, tue, wed", detail)
        self.assertIn("/api/v1/vocabularies/weekday", detail)

    def test_distance_and_radius_need_a_place(self):
        self.refused("sort=distance", "sort")
        self.refused("radius=5", "radius")
        answer = search("sort=distance&near=50100&radius=5")
        self.assertEqual(answer.status, 200)
        self.assertIn("distanceKm", answer.json()["hits"][0])

    def test_empty_values_are_as_not_given(self):
        query = "&".join(f"{name}=" for name in VALUES)
        self.assertEqual(search(query).json()["hits"], search("").json()["hits"])

    def test_a_plus_is_a_blank_and_raw_utf8_is_text(self):
        self.assertEqual(search("q=joulujuhla+riisipuuroa").json()["query"], "joulujuhla riisipuuroa")
        with daemon.connect() as connection:
            connection.send("GET /api/v1/search?q=yksinäisten HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            self.assertEqual(connection.answer().json()["query"], "yksinäisten")

    def test_too_many_values_and_parameters_are_refused(self):
        values = "&".join(f"area={code:03}" for code in (1, 2))
        self.assertEqual(search(values).status, 400)
        areas = [e["code"] for e in daemon.get("/api/v1/vocabularies/area").json()["entries"]]
        self.assertEqual(search("&".join("area=" + a for a in areas[:64])).status, 200)
        self.refused("&".join("area=" + a for a in areas[:65]), "area")
        self.assertEqual(search("&".join(["kind=event"] * 200)).status, 200)
        self.refused("&".join(["kind=event"] * 201), "(all)")

    def test_at_most_twenty_mistakes_are_told(self):
        answer = search("&".join(f"p{i}=1" for i in range(50)))
        self.assertEqual(len(answer.json()["errors"]), 20)

    def test_too_many_words_are_refused_or_cut_but_never_fail(self):
        for count in (32, 33, 200):
            answer = search("q=" + "+".join(f"w{i}" for i in range(count)))
            self.assertIn(answer.status, (200, 400))

    def test_a_cursor_of_another_search_is_400_and_names_the_cursor(self):
        cursor = search("per_page=2&past=1").json()["nextCursor"]
        problem = search(f"per_page=2&past=1&q=kerho&cursor={cursor}")
        self.assertEqual(problem.status, 400)
        self.assertEqual(problem.json()["code"], "invalid")
        self.assertEqual(problem.json()["errors"][0]["parameter"], "cursor")

    def test_a_cursor_of_another_generation_or_day_is_410_and_says_to_start_again(self):
        cursor = search("per_page=2&past=1").json()["nextCursor"]
        version, generation, day, rest = cursor.split(".", 3)
        for other in (f"{version}.{int(generation, 16) + 1:x}.{day}.{rest}",
                      f"{version}.{generation}.{int(day, 16) - 1:x}.{rest}"):
            answer = search(f"per_page=2&past=1&cursor={other}")
            self.assertEqual(answer.status, 410)
            self.assertEqual(answer.json()["code"], "stale")
            self.assertEqual(answer.json()["errors"][0]["parameter"], "cursor")
            self.assertIn("first page", answer.json()["detail"])
            self.assertIsNone(answer["ETag"])

    def test_similar_takes_at_most_twenty_however_the_number_is_written(self):
        for size in ("21", "00000021", "00000100", "0000000000000000000020000000", "0", "-1", "x", "2%31"):
            answer = daemon.get("/api/v1/similar/kerho-keskiviikko?per_page=" + size)
            self.assertEqual((answer.status, answer.json()["errors"][0]["parameter"]), (400, "per_page"), size)
        for size in ("1", "20", ""):
            self.assertEqual(daemon.get("/api/v1/similar/kerho-keskiviikko?per_page=" + size).status, 200, size)
        self.assertEqual(daemon.get("/livez").status, 200)

    def test_a_condition_does_not_hide_an_error(self):
        cursor = search("per_page=2&past=1").json()["nextCursor"]
        version, generation, day, rest = cursor.split(".", 3)
        stale = f"/api/v1/search?per_page=2&past=1&cursor={version}.{int(generation, 16) + 1:x}.{day}.{rest}"
        for path, status in (("/api/v1/similar/nosuch", 404), (stale, 410), ("/api/v1/items/nosuch", 404)):
            self.assertEqual(daemon.get(path, {"If-None-Match": "*"}).status, status, path)

    def test_a_cursor_goes_without_page(self):
        cursor = search("per_page=2&past=1").json()["nextCursor"]
        self.refused(f"per_page=2&past=1&page=2&cursor={cursor}", "cursor")

    def test_what_was_typed_cannot_break_the_answer(self):
        for value in ('"', "\\", "</script>", "\u2028", "\x07", "\r\nX-Evil: 1", "😀", "\u202e"):
            answer = search("q=" + quote(value))
            answer.json()
            self.assertIsNone(answer["X-Evil"])
            search("audience=" + quote(value)).json()
