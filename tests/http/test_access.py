"""Who may ask, and how often: rates of addresses, keys with their filters, origins, days and limits."""
import json
import os
import re
import subprocess
import time
import unittest

import harness
from harness import Daemon, fresh_dir

SEARCH = "/api/v1/search?per_page=100"


def make_key(name):
    made = subprocess.run([os.path.join(harness.BUILD, "opastin-searchd"), "--make-key", name], capture_output=True,
                          text=True, check=True)
    return made.stderr.strip().rsplit(" ", 1)[1], json.loads(made.stdout)


def bearer(key, **headers):
    return {"Authorization": "Bearer " + key, **{name.replace("_", "-"): value for name, value in headers.items()}}


class Rates(unittest.TestCase):
    def test_an_address_may_ask_so_much_and_is_told_when_to_go_on(self):
        with Daemon(rate=1, rate_burst=5) as daemon:
            for left in (4, 3, 2, 1, 0):
                answer = daemon.get("/api/v1/meta")
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer["RateLimit-Policy"], '"address";q=5;w=5')
                self.assertRegex(answer["RateLimit"], rf'^"address";r=[{left}{left + 1}];t=\d+$')
            refused = answer
            while refused.status == 200:  # a slow machine: tokens come meanwhile
                refused = daemon.get(SEARCH)
            self.assertEqual(refused.status, 429)
            self.assertEqual(refused.json()["code"], "rate")
            self.assertEqual(refused["Retry-After"], "1")
            self.assertEqual(refused["Content-Type"], "application/problem+json; charset=utf-8")
            self.assertEqual(refused["Cache-Control"], "no-store")
            self.assertEqual(refused["Access-Control-Allow-Origin"], "*")
            self.assertIn("RateLimit", refused["Access-Control-Expose-Headers"])
            self.assertIn('r=0', refused["RateLimit"])
            time.sleep(1.1)
            self.assertEqual(daemon.get(SEARCH).status, 200)

    def test_a_search_that_waits_for_its_turn_costs_one(self):
        with Daemon(rate=1, rate_burst=50) as daemon:
            self.assertIn("r=49", daemon.get(SEARCH)["RateLimit"])
            self.assertRegex(daemon.get(SEARCH)["RateLimit"], "r=4[89]")

    def test_operations_and_files_cost_nothing(self):
        with Daemon(rate=1, rate_burst=1) as daemon:
            for path in ("/livez", "/readyz", "/metrics", "/favicon.svg") * 5:
                answer = daemon.get(path)
                self.assertNotEqual(answer.status, 429, path)
                self.assertIsNone(answer["RateLimit"])
            daemon.wait_for(lambda: daemon.get(SEARCH).status == 429)
            self.assertGreaterEqual(daemon.metric("opastin_rate_limited_total"), 1)

    def test_a_page_that_is_refused_is_a_page(self):
        with Daemon(rate=1, rate_burst=1) as daemon:
            daemon.wait_for(lambda: daemon.get(SEARCH).status == 429)
            page = daemon.get("/fi/search", {"Accept": "text/html"})
            self.assertEqual(page.status, 429)
            self.assertIn("Hakuja on tullut liikaa", page.body)
            self.assertEqual(page["Retry-After"], "1")

    def test_zero_is_no_limit(self):
        with Daemon(rate=0) as daemon:
            for _ in range(30):
                answer = daemon.get("/api/v1/meta")
                self.assertEqual((answer.status, answer["RateLimit"]), (200, None))


class Proxies(unittest.TestCase):
    def count(self, daemon, headers):
        """2: a bucket of its own, 20 tokens; 0: one that others have emptied, but for a moment's tokens."""
        for i in range(20):
            if daemon.get("/api/v1/meta", headers).status == 429:
                return 0 if i < 10 else 1
        while daemon.get("/api/v1/meta", headers).status != 429:
            pass
        return 2

    def test_nobody_is_believed_without_the_option(self):
        with Daemon(rate=1, rate_burst=20) as daemon:
            self.assertEqual(self.count(daemon, {"X-Forwarded-For": "192.0.2.1"}), 2)
            self.assertEqual(self.count(daemon, {"X-Forwarded-For": "192.0.2.2", "Forwarded": "for=192.0.2.3"}), 0)
            self.assertIn("event=unknown-proxy", daemon.log)

    def test_a_trusted_proxy_tells_the_client(self):
        with Daemon(rate=1, rate_burst=20, trusted_proxies="127.0.0.1") as daemon:
            self.assertEqual(self.count(daemon, {"X-Forwarded-For": "192.0.2.1"}), 2)
            self.assertEqual(self.count(daemon, {"X-Forwarded-For": "192.0.2.7, 192.0.2.1"}), 0)
            self.assertEqual(self.count(daemon, {"X-Forwarded-For": "192.0.2.2"}), 2)
            self.assertEqual(self.count(daemon, {"X-Forwarded-For": "2001:db8::1"}), 2)
            self.assertEqual(self.count(daemon, {"X-Forwarded-For": "2001:db8::2"}), 0)
            self.assertEqual(self.count(daemon, {"Forwarded": "for=192.0.2.9"}), 2)  # that of the proxy itself
            self.assertEqual(self.count(daemon, {"Forwarded": "for=192.0.2.10"}), 0)

    def test_several_lines_are_one_list(self):
        def left(daemon, *lines):
            head = "".join(f"X-Forwarded-For: {line}\r\n" for line in lines)
            answer, _ = daemon.raw(f"GET /api/v1/meta HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{head}\r\n")
            return int(re.search(r"r=(\d+)", answer["RateLimit"]).group(1))

        with Daemon(rate=1, rate_burst=1000, trusted_proxies="127.0.0.1,10.0.0.0/8") as daemon:
            for _ in range(300):
                daemon.get("/api/v1/meta", {"X-Forwarded-For": "192.0.2.1"})
            for lines in (("198.51.100.1", "192.0.2.1"), ("192.0.2.1", "10.0.0.1"), ("192.0.2.1, 10.0.0.1", "10.0.0.2"),
                          ("198.51.100.1, 192.0.2.1", "10.0.0.1", "10.0.0.2, 10.0.0.3")):
                self.assertLess(left(daemon, *lines), 900, lines)
            for lines in (("192.0.2.1", "198.51.100.1"), ("192.0.2.1, 198.51.100.1", "10.0.0.1")):
                self.assertGreater(left(daemon, *lines), 990, lines)

    def test_forwarded_is_read_where_it_is_asked_for(self):
        with Daemon(rate=1, rate_burst=20, trusted_proxies="127.0.0.0/8", client_header="forwarded") as daemon:
            self.assertEqual(self.count(daemon, {"Forwarded": 'for=192.0.2.1;proto=https'}), 2)
            self.assertEqual(self.count(daemon, {"Forwarded": 'for=192.0.2.2'}), 2)
            self.assertEqual(self.count(daemon, {"X-Forwarded-For": "192.0.2.3"}), 2)
            self.assertEqual(self.count(daemon, {"X-Forwarded-For": "192.0.2.4"}), 0)

    def test_a_trusted_proxy_may_hold_more_connections_than_a_client(self):
        for options, status in (({}, 503), ({"trusted_proxies": "127.0.0.1"}, 200)):
            with Daemon(connections_per_address=3, ready=False, **options) as daemon:
                time.sleep(0.3)
                held = [daemon.connect() for _ in range(5)]
                statuses = []
                for connection in held:
                    try:
                        statuses.append(connection.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").answer().status)
                    except (OSError, AssertionError):
                        statuses.append(503)
                    connection.close()
                self.assertEqual(max(statuses), status)


class Keys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.file = os.path.join(fresh_dir("keys"), "keys.jsonl")
        cls.keys = {}
        with open(cls.file, "w") as out:
            for name, more in (("plain", {}), ("theme", {"filter": "theme=vertaistuki"}),
                               ("page", {"origins": ["https://www.example.org", "https://example.org"]}),
                               ("old", {"expires": "2026-11-30"}), ("today", {"expires": "2026-12-01"}),
                               ("limited", {"rate": 0.01, "burst": 2}),
                               ("age", {"filter": "age=30&area=nationwide", "rate": 100, "burst": 1000})):
                cls.keys[name], line = make_key(name)
                out.write(json.dumps({**line, **more}) + "\n")
        cls.daemon = Daemon(keys=cls.file)

    @classmethod
    def tearDownClass(cls):
        cls.daemon.stop()

    def get(self, path, name, **headers):
        return self.daemon.get(path, bearer(self.keys[name], **headers))

    def ids(self, path, name=None):
        answer = self.get(path, name) if name else self.daemon.get(path)
        self.assertEqual(answer.status, 200, answer.body)
        return {hit["id"] for hit in answer.json()["hits"]}

    def test_the_file_has_no_key_in_it(self):
        with open(self.file) as file:
            text = file.read()
        for key in self.keys.values():
            self.assertNotIn(key, text)
            self.assertNotIn(key.split("_", 2)[2], text)

    def test_without_a_key_all_is_open(self):
        answer = self.daemon.get(SEARCH)
        self.assertEqual(answer.status, 200)
        self.assertTrue(answer["Cache-Control"].startswith("public"))
        self.assertEqual(answer["Vary"], "Accept-Encoding, Authorization")
        self.assertEqual(self.ids(SEARCH), self.ids(SEARCH, "plain"))
        self.assertEqual(self.daemon.get(SEARCH, {"Authorization": "Basic eDp5"}).status, 200)

    def test_what_is_answered_to_a_key_is_for_no_shared_cache(self):
        answer = self.get(SEARCH, "plain")
        self.assertTrue(answer["Cache-Control"].startswith("private"))
        self.assertEqual(answer["Vary"], "Accept-Encoding, Authorization")

    def test_wrong_keys_are_401_with_the_reason(self):
        good = self.keys["plain"]
        for key in ("", "x", "opk_", good[:-1], good + "x", good[:10] + "0" * 10 + good[20:], "a" * 2000):
            answer = self.daemon.get(SEARCH, {"Authorization": "Bearer " + key})
            self.assertEqual((answer.status, answer.json()["code"]), (401, "key"), key)
            self.assertTrue(answer["WWW-Authenticate"].startswith("Bearer"))
            self.assertIn("no key like this", answer.json()["detail"])
        self.assertGreaterEqual(self.daemon.metric("opastin_keys_refused_total"), 7)

    def test_a_key_ends_after_its_last_day(self):
        self.assertEqual(self.get(SEARCH, "today").status, 200)
        answer = self.get(SEARCH, "old")
        self.assertEqual((answer.status, answer.json()["code"]), (401, "key"))
        self.assertIn("until 2026-11-30", answer.json()["detail"])

    def test_a_key_of_certain_origins_is_for_these_alone(self):
        for origin, status in (("https://www.example.org", 200), ("https://EXAMPLE.org", 200), (None, 403),
                               ("https://evil.example.org", 403), ("https://www.example.org.evil.example", 403),
                               ("http://www.example.org", 403), ("null", 403)):
            answer = self.get(SEARCH, "page", **({"Origin": origin} if origin else {}))
            self.assertEqual(answer.status, status, origin)
            if status == 403:
                self.assertEqual(answer.json()["code"], "forbidden")
                self.assertIn("rigin", answer.json()["detail"])

    def test_a_browser_may_send_the_key(self):
        for path in (SEARCH, "/api/v1/items/x"):
            answer = self.daemon.request("OPTIONS", path, {"Origin": "https://www.example.org",
                                         "Access-Control-Request-Method": "GET",
                                         "Access-Control-Request-Headers": "authorization"})
            self.assertEqual(answer.status, 204)
            self.assertIn("Authorization", answer["Access-Control-Allow-Headers"])
            self.assertEqual(answer["Access-Control-Allow-Origin"], "*")

    def test_a_key_has_limits_of_its_own(self):
        statuses = [self.get("/api/v1/meta", "limited").status for _ in range(3)]
        self.assertEqual(statuses, [200, 200, 429])
        self.assertEqual(self.daemon.get("/api/v1/meta").status, 200)
        self.assertIn('"key";', self.get("/api/v1/meta", "limited")["RateLimit-Policy"])

    # What a key's filter keeps out, no parameter brings back.

    def test_no_parameter_widens_the_filter(self):
        allowed = self.ids(SEARCH + "&theme=vertaistuki&past=1")
        everything = self.ids(SEARCH + "&past=1")
        self.assertTrue(allowed and allowed < everything)
        for more in ("", "&past=1", "&theme=kohtaamispaikat", "&theme=vertaistuki&theme=jumppa", "&include_unknown=1",
                     "&include_unknown=theme", "&q=kerho", "&q=kerho&past=1", "&q=jumppa", "&q=%22tuolijumppa%22",
                     "&q=kerhoo", "&sort=name&past=1", "&area=491", "&near=50100&radius=1500&include_unknown=1",
                     "&kind=event&past=1"):
            got = self.ids(SEARCH + more, "theme")
            self.assertLessEqual(got, allowed, more)
            self.assertEqual(got, self.ids(SEARCH + more) & allowed if "q=" not in more else got, more)

    def test_counts_and_ways_on_are_within_the_filter(self):
        allowed = len(self.ids(SEARCH + "&theme=vertaistuki"))
        for more in ("", "&theme=jumppa", "&q=jumppa", "&audience=yksinaiset&theme=jumppa", "&age=5"):
            answer = self.get(SEARCH + more, "theme").json()
            for facet in answer["facets"].values():
                for bucket in facet.get("buckets", []):
                    self.assertLessEqual(bucket["count"], allowed, (more, bucket))
            for way in answer.get("ways", []):
                self.assertLessEqual(way.get("totalHits", way.get("count", 0)), allowed, (more, way))
            self.assertLessEqual(answer["totalHits"], allowed)

    def test_a_cursor_from_elsewhere_widens_nothing(self):
        open_page = self.daemon.get("/api/v1/search?per_page=1&sort=name&past=1").json()
        allowed = self.ids(SEARCH + "&theme=vertaistuki&past=1")
        path = "/api/v1/search?per_page=100&sort=name&past=1&cursor=" + open_page["nextCursor"]
        answer = self.get(path, "theme")
        if answer.status == 200:
            self.assertLessEqual({hit["id"] for hit in answer.json()["hits"]}, allowed)
        page, seen = self.get("/api/v1/search?per_page=1&sort=name&past=1", "theme").json(), set()
        while page["hits"]:
            seen |= {hit["id"] for hit in page["hits"]}
            if "nextCursor" not in page:
                break
            page = self.get("/api/v1/search?per_page=1&sort=name&past=1&cursor=" + page["nextCursor"], "theme").json()
        self.assertEqual(seen, allowed)

    def test_items_similar_and_suggestions_are_within_the_filter(self):
        allowed = self.ids(SEARCH + "&theme=vertaistuki&past=1")
        for record in self.ids(SEARCH + "&past=1"):
            status = 200 if record in allowed else 404
            self.assertEqual(self.get("/api/v1/items/" + record, "theme").status, status, record)
            answer = self.get("/api/v1/similar/" + record, "theme")
            self.assertEqual(answer.status, status, record)
            if status == 200:
                self.assertLessEqual({hit["id"] for hit in answer.json()["hits"]}, allowed)
        for q in ("tuolij", "kerho", "mikk"):
            body = json.dumps(self.get("/api/v1/suggest?q=" + q, "theme").json(), ensure_ascii=False)
            self.assertNotIn("tuolijumppa", body.lower())
        self.assertIn("tuolijumppa", self.daemon.get("/api/v1/suggest?q=tuolij").body.lower())

    def instant(self, name=None, **params):
        body = json.dumps({"requests": [{"indexName": "opastin", "params": {"hitsPerPage": 100, **params}}]})
        headers = bearer(self.keys[name]) if name else {}
        with self.daemon.connect() as connection:
            lines = ["POST /api/v1/instantsearch HTTP/1.1", "Host: test", f"Content-Length: {len(body)}",
                     *(f"{field}: {value}" for field, value in headers.items())]
            answer = connection.send("\r\n".join(lines) + "\r\n\r\n" + body).answer()
        self.assertEqual(answer.status, 200, answer.body)
        return answer, answer.json()["results"][0]

    def test_instantsearch_is_within_the_filter(self):
        def hits(result):
            return {hit["objectID"] for hit in result["hits"]}

        allowed = self.ids(SEARCH + "&theme=vertaistuki")
        everything = hits(self.instant()[1])
        self.assertTrue(allowed and allowed < everything)
        for params in ({}, {"facets": ["*"]}, {"facetFilters": [["theme:jumppa", "theme:vertaistuki"]]},
                       {"facetFilters": ["theme:-vertaistuki"]}, {"query": "tuolijumppa"}, {"query": "kerhoo"},
                       {"aroundLatLng": "61.69,27.27"}, {"numericFilters": ["age>=0"]},
                       {"insideBoundingBox": [[50, 10, 75, 40]]}):
            result = self.instant("theme", **params)[1]
            self.assertEqual(hits(result), hits(self.instant(**params)[1]) & allowed if "query" not in params
                             else hits(result) & allowed, params)
            self.assertLessEqual(result["nbHits"], len(allowed), params)
            counts = [count for values in result.get("facets", {}).values() for count in values.values()]
            self.assertLessEqual(max(counts, default=0), len(allowed), params)
        self.assertEqual(hits(self.instant("theme")[1]), allowed)
        themes = self.instant("theme", facet="theme", facetQuery="")[1]["facetHits"]
        self.assertEqual({hit["value"]: hit["count"] for hit in themes}["Vertaistuki"], len(allowed))
        self.assertEqual(self.instant("theme")[0]["Cache-Control"], "no-store")
        self.assertEqual(self.instant("theme")[0]["Vary"], "Accept-Encoding, Authorization")

    def test_filters_that_are_decided_row_by_row_hold_too(self):
        allowed = self.ids(SEARCH + "&age=30&area=nationwide")
        self.assertTrue(allowed)
        for more in ("", "&age=70", "&age=30", "&q=vertaistuki", "&area=491"):
            self.assertLessEqual(self.ids(SEARCH + more, "age"), allowed, more)

    def test_answers_to_keys_have_tags_of_their_own(self):
        tags = [self.daemon.get(SEARCH)["ETag"], self.get(SEARCH, "plain")["ETag"], self.get(SEARCH, "theme")["ETag"]]
        self.assertEqual(len(set(tags)), 3)
        self.assertEqual(self.get(SEARCH, "theme", If_None_Match=tags[0]).status, 200)
        self.assertEqual(self.get(SEARCH, "theme", If_None_Match=tags[2]).status, 304)

    def test_the_scope_of_one_request_is_not_that_of_the_next(self):
        for _ in range(10):
            self.assertEqual(self.ids(SEARCH + "&theme=jumppa", "theme"), set())
            self.assertTrue(self.ids(SEARCH + "&theme=jumppa"))


class File(unittest.TestCase):
    def test_an_edited_file_is_taken_up_and_a_wrong_one_is_not(self):
        file = os.path.join(fresh_dir("keys"), "keys.jsonl")
        first, line = make_key("first")
        with open(file, "w") as out:
            out.write(json.dumps(line) + "\n")
        with Daemon(keys=file, require_key=True) as daemon:
            second, line = make_key("second")
            self.assertEqual(daemon.get(SEARCH, bearer(first)).status, 200)
            self.assertEqual(daemon.get(SEARCH, bearer(second)).status, 401)
            with open(file, "w") as out:
                out.write(json.dumps(line) + "\n")
            daemon.wait_for(lambda: daemon.get(SEARCH, bearer(second)).status == 200)
            self.assertEqual(daemon.get(SEARCH, bearer(first)).status, 401)
            with open(file, "w") as out:
                out.write("nonsense\n")
            daemon.wait_for(lambda: "event=keys-failed" in daemon.log)
            self.assertIn(file + ":1", daemon.log)
            self.assertEqual(daemon.get(SEARCH, bearer(second)).status, 200)

    def test_a_file_that_is_gone_is_told_once_and_taken_up_when_it_is_back(self):
        file = os.path.join(fresh_dir("keys"), "keys.jsonl")
        key, line = make_key("only")
        with open(file, "w") as out:
            out.write(json.dumps(line) + "\n")
        with Daemon(keys=file, require_key=True) as daemon:
            os.rename(file, file + ".away")
            daemon.wait_for(lambda: "event=keys-failed" in daemon.log)
            self.assertIn("keys.jsonl", daemon.log.split("event=keys-failed")[1])
            self.assertEqual(daemon.get(SEARCH, bearer(key)).status, 200)
            time.sleep(2.5)
            self.assertEqual(daemon.log.count("event=keys-failed"), 1)
            os.rename(file + ".away", file)
            daemon.wait_for(lambda: "event=keys " in daemon.log)
            self.assertEqual(daemon.get(SEARCH, bearer(key)).status, 200)

    def test_where_keys_are_required_the_api_needs_one_and_pages_do_not(self):
        file = os.path.join(fresh_dir("keys"), "keys.jsonl")
        key, line = make_key("only")
        with open(file, "w") as out:
            out.write(json.dumps(line) + "\n")
        with Daemon(keys=file, require_key=True) as daemon:
            body = '{"requests":[{"indexName":"opastin"}]}'
            asked = f"POST /api/v1/instantsearch HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n"
            for header, status in (("", 401), ("Authorization: Bearer nonsense\r\n", 401),
                                   (f"Authorization: Bearer {key}\r\n", 200)):
                answer, _ = daemon.raw(f"{asked}{header}\r\n{body}")
                self.assertEqual(answer.status, status, header)
            for path in (SEARCH, "/api/v1/suggest?q=a", "/api/v1/meta", "/api/v1/items/kerho-mikkeli"):
                answer = daemon.get(path)
                self.assertEqual((answer.status, answer.json()["code"]), (401, "key"), path)
                self.assertIn("Authorization", answer.json()["detail"])
                self.assertEqual(daemon.get(path, bearer(key)).status, 200, path)
            for path in ("/fi/search", "/livez"):
                self.assertEqual(daemon.get(path).status, 200, path)
            self.assertEqual(daemon.request("OPTIONS", SEARCH).status, 204)

    def test_a_start_with_a_wrong_file_fails_with_the_place(self):
        file = os.path.join(fresh_dir("keys"), "keys.jsonl")
        with open(file, "w") as out:
            out.write('{"name":"a"}\n')
        with self.assertRaisesRegex(AssertionError, r"keys\.jsonl:1"):
            Daemon(keys=file)

    def test_a_key_needs_an_allowed_name(self):
        made = subprocess.run([os.path.join(harness.BUILD, "opastin-searchd"), "--make-key", "A B"],
                              capture_output=True, text=True, check=False)
        self.assertNotEqual(made.returncode, 0)
        self.assertEqual(made.stdout, "")
        self.assertIn("a-z", made.stderr)
