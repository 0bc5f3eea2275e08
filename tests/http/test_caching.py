"""What caches need: entity tags, 304 before any search, compressed answers under tags of their own."""
import gzip
import os
import subprocess
import unittest

import harness
from harness import Daemon, fresh_dir, publish

SEARCH = "/api/v1/search?q=kerho"
TAGGED = [SEARCH, "/api/v1/similar/kerho-keskiviikko", "/api/v1/items/kerho-keskiviikko", "/api/v1/vocabularies/audience"]


def setUpModule():
    global daemon
    daemon = Daemon()


def tearDownModule():
    daemon.stop()


def tag(path, **headers):
    return daemon.get(path, headers)["ETag"]


class Caching(unittest.TestCase):
    def test_an_unchanged_answer_is_304_without_body(self):
        for path in TAGGED:
            etag = tag(path)
            self.assertRegex(etag, r'^"[0-9a-z-]+"$')
            for method in ("GET", "HEAD"):
                answer = daemon.request(method, path, {"If-None-Match": etag})
                self.assertEqual((answer.status, answer["ETag"]), (304, etag), path)
                self.assertIsNone(answer["Content-Length"])
                self.assertIsNone(answer["Content-Type"])
                self.assertEqual(answer["Cache-Control"], daemon.get(path)["Cache-Control"])
                self.assertEqual(answer["Vary"], "Accept-Encoding")
                self.assertEqual(answer["Access-Control-Allow-Origin"], "*")

    def test_304_is_answered_before_searching(self):
        etag = tag(SEARCH)
        before = daemon.metric("opastin_searches_total")
        for _ in range(5):
            self.assertEqual(daemon.get(SEARCH, {"If-None-Match": etag}).status, 304)
        self.assertEqual(daemon.metric("opastin_searches_total"), before)

    def test_the_tag_may_stand_in_a_list_be_weak_or_any(self):
        etag = tag(SEARCH)
        for value in (f'"x", {etag}', f"W/{etag}", f'"a","b",{etag},"c"', "*", f"{etag} "):
            self.assertEqual(daemon.get(SEARCH, {"If-None-Match": value}).status, 304, value)
        for value in ('"x"', etag[1:-1], etag[:-1], etag[:-2] + '"', 'W/"x"', "", '"'):
            self.assertEqual(daemon.get(SEARCH, {"If-None-Match": value}).status, 200, value)

    def test_a_kept_connection_goes_on_after_304(self):
        etag = tag(SEARCH)
        with daemon.connect() as connection:
            for _ in range(3):
                connection.send(f"GET {SEARCH} HTTP/1.1\r\nHost: a\r\nIf-None-Match: {etag}\r\n\r\n")
                self.assertEqual(connection.answer().status, 304)
                connection.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
                self.assertEqual(connection.answer().status, 200)

    def test_equal_questions_have_equal_tags(self):
        base = tag("/api/v1/search?q=kerho&audience=ikaihmiset&audience=yksinaiset&lang=fi")
        for query in ("audience=yksinaiset&audience=ikaihmiset&q=kerho",
                      "q=+kerho+&audience=Ik%C3%A4ihmiset&audience=yksinaiset",
                      "page=1&q=kerho&audience=yksinaiset&audience=ikaihmiset&per_page=20&sort=relevance"):
            self.assertEqual(tag("/api/v1/search?" + query), base, query)

    def test_different_questions_have_different_tags(self):
        queries = ["", "q=kerho", "q=kerho&page=2", "q=kerho&lang=sv", "q=kerho&per_page=5", "q=kerho&past=1",
                   "q=kerho&sort=name", "q=kerho&include_unknown=age", "audience=yksinaiset", "age=5", "near=50100"]
        tags = {tag("/api/v1/search?" + query) for query in queries}
        self.assertEqual(len(tags), len(queries))

    def test_another_day_or_generation_is_another_tag(self):
        here = tag(SEARCH)
        with Daemon(today="2026-12-02") as other:
            self.assertNotEqual(other.get(SEARCH)["ETag"], here)
        index = fresh_dir("twice")
        publish(index)
        publish(index)
        with Daemon(index) as other:
            self.assertNotEqual(other.get(SEARCH)["ETag"], here)

    def test_another_process_on_the_same_index_has_the_same_tags(self):
        with Daemon(threads=1) as other:
            for path in TAGGED:
                self.assertEqual(other.get(path)["ETag"], tag(path))

    def test_answers_are_compressed_for_those_who_take_it(self):
        for path in (SEARCH, "/api/v1/vocabularies/audience", "/metrics", "/api/v1/meta"):
            plain, packed = daemon.get(path), daemon.get(path, {"Accept-Encoding": "br;q=0.7, gzip;q=0.8"})
            self.assertIsNone(plain["Content-Encoding"])
            self.assertEqual(packed["Content-Encoding"], "gzip")
            self.assertEqual(int(packed["Content-Length"]), len(packed.raw_body))
            self.assertLess(len(packed.raw_body), len(plain.raw_body))
            self.assertEqual(gzip.decompress(packed.raw_body).decode()[:60], plain.body[:60])
            self.assertEqual((plain["Vary"], packed["Vary"]), ("Accept-Encoding",) * 2)

    def test_br_is_sent_where_the_build_has_it(self):
        with open(os.path.join(harness.BUILD, "opastin-searchd"), "rb") as program:
            if b"libbrotlienc.so" not in program.read():  # among the libraries that the linker noted
                self.skipTest("built without libbrotlienc")
        for path in (SEARCH, "/api/v1/vocabularies/audience"):
            plain, packed = daemon.get(path), daemon.get(path, {"Accept-Encoding": "gzip, deflate, br"}, decode=False)
            self.assertEqual(packed["Content-Encoding"], "br")
            self.assertEqual(packed["ETag"], plain["ETag"][:-1] + '-br"')
            self.assertLess(len(packed.raw_body), len(daemon.get(path, {"Accept-Encoding": "gzip"}).raw_body))
            opened = subprocess.run(["node", "-e", "process.stdout.write(require('zlib').brotliDecompressSync("
                                     "require('fs').readFileSync(0)))"], input=packed.raw_body, capture_output=True,
                                    check=True).stdout.decode()
            self.assertEqual(opened[:60], plain.body[:60])
            again = daemon.get(path, {"Accept-Encoding": "br", "If-None-Match": packed["ETag"]})
            self.assertEqual((again.status, again["ETag"]), (304, packed["ETag"]))

    def test_shared_caches_may_serve_a_while_they_ask_again(self):
        for path in TAGGED:
            self.assertIn("stale-while-revalidate=", daemon.get(path)["Cache-Control"], path)

    def test_small_answers_and_other_codings_stay_as_they_are(self):
        self.assertIsNone(daemon.get("/livez", {"Accept-Encoding": "gzip"})["Content-Encoding"])
        for value in ("br;q=0", "identity", "gzip;q=0", "*;q=0", "deflate", ""):
            self.assertIsNone(daemon.get(SEARCH, {"Accept-Encoding": value})["Content-Encoding"], value)

    def test_a_compressed_answer_has_a_tag_of_its_own_and_either_is_known(self):
        plain, packed = tag(SEARCH), tag(SEARCH, **{"Accept-Encoding": "gzip"})
        self.assertEqual(packed, plain[:-1] + '-gz"')
        for etag in (plain, packed):
            for coding in ("gzip", "identity"):
                answer = daemon.get(SEARCH, {"If-None-Match": etag, "Accept-Encoding": coding})
                self.assertEqual((answer.status, answer["ETag"]), (304, etag))

    def test_head_tells_the_length_of_the_compressed_answer(self):
        path = "/api/v1/vocabularies/audience"
        get = daemon.get(path, {"Accept-Encoding": "gzip"})
        head = daemon.request("HEAD", path, {"Accept-Encoding": "gzip"})
        self.assertEqual((head["Content-Length"], head["Content-Encoding"]), (get["Content-Length"], "gzip"))

    def test_problems_are_neither_cached_nor_tagged(self):
        for path in ("/nowhere", "/api/v1/search?age=x", "/api/v1/items/none"):
            answer = daemon.get(path, {"If-None-Match": "*"})
            self.assertGreaterEqual(answer.status, 400)
            self.assertEqual(answer["Cache-Control"], "no-store")
            self.assertIsNone(answer["ETag"])
