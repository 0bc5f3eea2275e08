"""Every path answers what it is there for, in the form that all answers have."""
import json
import re
import unittest

from harness import Daemon

COMMON = {"access-control-allow-origin": "*", "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
          "vary": "Accept-Encoding"}
PATHS = ["/", "/livez", "/readyz", "/metrics", "/api/v1/meta", "/api/v1/search?q=kerho",
         "/api/v1/suggest?q=ker", "/api/v1/similar/kerho-keskiviikko",
         "/api/v1/items/kerho-keskiviikko", "/api/v1/vocabularies/audience"]


def setUpModule():
    global daemon
    daemon = Daemon()


def tearDownModule():
    daemon.stop()


class Routes(unittest.TestCase):
    def problem(self, answer, status, code):
        """The answer is a whole problem of that status and code."""
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer["Content-Type"], "application/problem+json; charset=utf-8")
        self.assertEqual(answer["Cache-Control"], "no-store")
        problem = answer.json()
        self.assertEqual(list(problem), ["type", "title", "status", "detail", "code", "errors", "requestId"])
        self.assertEqual((problem["status"], problem["code"]), (status, code))
        self.assertEqual(problem["type"], "urn:opastin:problem:" + code)
        self.assertEqual(problem["requestId"], answer["X-Request-Id"])
        self.assertTrue(problem["detail"])
        return problem

    def test_every_path_answers_with_the_common_headers(self):
        for path in PATHS:
            answer = daemon.get(path)
            self.assertEqual(answer.status, 200, path)
            for name, value in COMMON.items():
                if (path, name) == ("/", "vary"):  # a browser gets the search page instead
                    value = "Accept, Accept-Language, Accept-Encoding"
                self.assertEqual(answer[name], value, (path, name))
            self.assertRegex(answer["X-Request-Id"], "^[0-9a-f]{16}$")
            self.assertIsNotNone(answer["Date"])
            self.assertIsNotNone(answer["Cache-Control"])
            self.assertIsNone(answer["Server"])

    def test_every_path_but_metrics_answers_json(self):
        for path in PATHS:
            if path != "/metrics":
                answer = daemon.get(path)
                self.assertEqual(answer["Content-Type"], "application/json; charset=utf-8", path)
                answer.json()

    def test_head_sends_the_headers_of_get_and_no_body(self):
        volatile = {"x-request-id", "date", "content-length"}
        for path in PATHS + ["/nowhere", "/api/v1/search?age=x"]:
            get = daemon.get(path)
            head = daemon.request("HEAD", path)  # fails when bytes follow the head
            self.assertEqual(head.status, get.status)
            self.assertEqual({n: v for n, v in head.headers.items() if n not in volatile},
                             {n: v for n, v in get.headers.items() if n not in volatile}, path)
            if "/metrics" not in path and "processingTimeMs" not in (get.body or ""):  # times inside
                self.assertEqual(head["Content-Length"], get["Content-Length"], path)
            self.assertGreater(int(head["Content-Length"]), 0)

    def test_head_leaves_the_connection_in_step(self):
        with daemon.connect() as connection:
            for _ in range(3):
                connection.send("HEAD /api/v1/search?q=kerho HTTP/1.1\r\nHost: a\r\n\r\n")
                self.assertEqual(connection.answer(head=True).status, 200)
                connection.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
                self.assertEqual(connection.answer().body, '{"status":"alive"}')

    def test_options_answers_the_preflight_of_a_portal(self):
        answer = daemon.request("OPTIONS", "/api/v1/search?q=x", {"Origin": "https://portal.example.org",
                                                                  "Access-Control-Request-Method": "GET"})
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer["Access-Control-Allow-Origin"], "*")
        self.assertEqual(answer["Access-Control-Allow-Methods"], "GET, HEAD, OPTIONS")
        self.assertIn("If-None-Match", answer["Access-Control-Allow-Headers"])
        self.assertIsNotNone(answer["Access-Control-Max-Age"])
        self.assertIsNone(answer["Content-Length"])
        self.assertEqual(daemon.request("OPTIONS", "*").status, 204)
        self.assertEqual(daemon.request("OPTIONS", "/nowhere").status, 404)

    def test_other_methods_are_405_with_allow(self):
        for method in ("POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "get"):
            answer = daemon.request(method, "/api/v1/search")
            self.problem(answer, 405, "method")
            self.assertEqual(answer["Allow"], "GET, HEAD, OPTIONS")

    def test_a_path_that_is_none_is_404(self):
        for path in ("/nowhere", "/api/v1", "/api/v1/search/", "/livez/", "//livez", "/api/v1/items/",
                     "/api/v1/items/a/b", "/API/v1/search", "/../livez", "/%6civez", "/api/v1/search&q=x"):
            self.problem(daemon.get(path), 404, "notfound")

    def test_the_root_names_the_paths(self):
        self.assertIn("/api/v1/search", daemon.get("/").json()["paths"])

    def test_a_search_finds_and_counts(self):
        found = daemon.get("/api/v1/search?q=vertaistuki").json()
        self.assertEqual([hit["id"] for hit in found["hits"]][:2], ["kerho-verkko", "kerho-keskiviikko"])
        self.assertEqual(found["totalHits"], len(found["hits"]))
        self.assertEqual(found["generation"], 1)
        audiences = {b["value"]: b["count"] for b in found["facets"]["audience"]["buckets"]}
        self.assertEqual(audiences["ikaihmiset"], 1)

    def test_an_item_is_the_record(self):
        answer = daemon.get("/api/v1/items/kerho-keskiviikko")
        self.assertEqual(answer.json()["item"]["id"], "kerho-keskiviikko")
        self.assertEqual(answer.json()["generation"], 1)
        self.assertEqual(daemon.get("/api/v1/items/kerho%2Dkeskiviikko").json(), answer.json())

    def test_an_item_that_is_not_there_is_404(self):
        for path in ("none", "kerho-keskiviikko%20", "%E4%BD%A0", "x" * 3000, "a%2Fb"):
            self.problem(daemon.get("/api/v1/items/" + path), 404, "notfound")

    def test_an_id_that_is_no_text_is_400(self):
        for path in ("%", "%4", "%zz", "%00", "%0a", "%ff", "%c3"):
            self.problem(daemon.get("/api/v1/items/" + path), 400, "syntax")

    def test_a_vocabulary_has_labels_in_three_languages(self):
        answer = daemon.get("/api/v1/vocabularies/weekday")
        entries = answer.json()["entries"]
        self.assertEqual([e["code"] for e in entries], ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
        self.assertEqual(sorted(entries[0]["label"]), ["en", "fi", "sv"])
        self.assertTrue(answer["Cache-Control"].startswith("public, max-age=3600"))

    def test_every_vocabulary_that_meta_names_is_there(self):
        for name in daemon.get("/api/v1/meta").json()["vocabularies"]:
            self.assertEqual(daemon.get("/api/v1/vocabularies/" + name).json()["name"], name)

    def test_a_vocabulary_that_is_none_is_404_and_names_those_there_are(self):
        problem = self.problem(daemon.get("/api/v1/vocabularies/colour"), 404, "notfound")
        self.assertIn("audience, theme", problem["detail"])

    def test_paths_without_parameters_say_so(self):
        for path in ("/api/v1/items/kerho-jumppa?lang=sv", "/api/v1/vocabularies/theme?x", "/api/v1/meta?a=b"):
            problem = self.problem(daemon.get(path), 400, "invalid")
            self.assertEqual(problem["errors"][0]["parameter"], "(all)")
        self.assertEqual(daemon.get("/api/v1/meta?").status, 200)

    def test_meta_names_generation_sources_parameters_and_limits(self):
        meta = daemon.get("/api/v1/meta").json()
        self.assertEqual((meta["generation"], meta["documents"]), (1, 8))
        self.assertEqual(meta["sources"], [{"name": "records", "records": 8, "rejected": 0}])
        self.assertIn("near", [p["name"] for p in meta["parameters"]])
        self.assertEqual(meta["limits"]["uriBytes"], 8192)
        self.assertNotIn("failedGeneration", meta)

    def test_livez_and_readyz_answer(self):
        self.assertEqual(daemon.get("/livez").json(), {"status": "alive"})
        self.assertEqual(daemon.get("/readyz").json(), {"status": "ready", "generation": 1})
        self.assertEqual(daemon.get("/livez?cache=no").status, 200)

    def test_metrics_are_prometheus_text(self):
        daemon.get("/api/v1/search?q=kerho")
        body = daemon.get("/metrics").body
        for line in body.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) opastin_\w+ .+|opastin_\w+(\{[^}]+\})? [0-9.]+)$')
        types = re.findall(r"^# TYPE (\w+)", body, re.M)
        self.assertEqual(len(types), len(set(types)))
        self.assertRegex(body, r'opastin_requests_total\{route="search",status="2xx"\} [1-9]')
        self.assertRegex(body, r'opastin_request_duration_seconds_bucket\{route="search",le="\+Inf"\} [1-9]')
        for name in ("generation", "ready", "connections", "connections_rejected_address_total", "uptime_seconds",
                     "posting_cache_hits_total", "posting_cache_bytes", "searches_total"):
            self.assertRegex(body, rf"(?m)^opastin_{name} [0-9]+$")

    def test_metrics_count_what_happened(self):
        before = daemon.metric("opastin_searches_total")
        hits = daemon.metric("opastin_posting_cache_hits_total")
        for _ in range(5):
            daemon.get("/api/v1/search?q=jumppa")
        self.assertEqual(daemon.metric("opastin_searches_total"), before + 5)
        self.assertGreaterEqual(daemon.metric("opastin_posting_cache_hits_total"), hits + 4)

    def test_latency_buckets_grow(self):
        body = daemon.get("/metrics").body
        counts = [int(n) for n in re.findall(r'bucket\{route="search",le="[^"]+"\} (\d+)', body)]
        self.assertEqual(counts, sorted(counts))
        self.assertGreater(len(counts), 5)

    def test_request_ids_differ(self):
        ids = [daemon.get("/livez")["X-Request-Id"] for _ in range(20)]
        self.assertEqual(len(set(ids)), 20)

    def test_cursors_walk_to_the_end_without_gap_or_repeat(self):
        seen, path = [], "/api/v1/search?per_page=2&past=1&sort=name"
        while path:
            page = daemon.get(path).json()
            seen += [hit["id"] for hit in page["hits"]]
            path = "/api/v1/search?per_page=2&past=1&sort=name&cursor=" + page["nextCursor"] \
                if "nextCursor" in page else None
        self.assertEqual(len(seen), 8)
        self.assertEqual(len(set(seen)), 8)
        whole = daemon.get("/api/v1/search?past=1&sort=name").json()
        self.assertEqual(seen, [hit["id"] for hit in whole["hits"]])

    def test_explain_is_never_cached(self):
        answer = daemon.get("/api/v1/search?q=kerho&explain=1")
        self.assertEqual(answer["Cache-Control"], "no-store")
        self.assertIsNone(answer["ETag"])
        self.assertIn("plan", json.loads(answer.body)["explain"])
