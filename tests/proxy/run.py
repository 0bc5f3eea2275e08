#!/usr/bin/env python3
"""share/nginx.conf as it is, but for ports, paths and a certificate of its own, before the daemon: is what is cached
right, and who is limited?

usage: run.py BUILD_DIR [NAME...]     NAME: only the tests whose name has it
"""
import gzip
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/http"))
import harness  # noqa: E402

SEARCH = "/api/v1/search?q=kerho"
HOST = "haku.example.org"
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Proxy:
    """nginx with the example, as an ordinary user, in a folder of its own."""

    def __init__(self, daemon_port):
        self.folder = pathlib.Path(harness.fresh_dir("nginx"))
        self.port, self.plain_port = free_port(), free_port()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                        "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
                        "-keyout", "key.pem", "-out", "cert.pem"], cwd=self.folder, check=True, capture_output=True)
        site = (ROOT / "share/nginx.conf").read_text()
        for wanted, had in ((f"listen 127.0.0.1:{self.plain_port};", "listen 80;"),
                            (f"listen 127.0.0.1:{self.port} ssl http2;", "listen 443 ssl http2;"),
                            (f"server 127.0.0.1:{daemon_port};", "server 127.0.0.1:8080;"),
                            (f"{self.folder}/cert.pem", "/etc/letsencrypt/live/haku.example.org/fullchain.pem"),
                            (f"{self.folder}/key.pem", "/etc/letsencrypt/live/haku.example.org/privkey.pem"),
                            (f"{self.folder}/cache", "/var/cache/nginx/opastin"), (f"{self.folder}/", "/var/log/nginx/")):
            assert had in site, had
            site = site.replace(had, wanted)
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};\n"
                            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(
            f"{'user root;' if os.getuid() == 0 else ''}\n"  # else its workers could not enter the folder
            f"daemon off;\nworker_processes 2;\npid {self.folder}/pid;\nerror_log {self.folder}/error.log;\n"
            f"events {{ worker_connections 512; }}\nhttp {{\n{temporary}{site}\n}}\n")
        self.process = subprocess.Popen([NGINX, "-p", self.folder, "-e", self.folder / "start.log", "-c",
                                         self.folder / "nginx.conf"], stderr=subprocess.PIPE, text=True)
        self.context = ssl.create_default_context(cafile=self.folder / "cert.pem")
        end = time.monotonic() + 15
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise AssertionError(f"nginx does not start: {self.process.stderr.read()}") from None
                time.sleep(0.05)

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(15)
        self.process.stderr.close()

    def connect(self, source="127.0.0.1"):
        connection = harness.Connection.__new__(harness.Connection)
        plain = socket.create_connection(("127.0.0.1", self.port), 20, source_address=(source, 0))
        connection.socket, connection.buffer = self.context.wrap_socket(plain, server_hostname=HOST), b""
        return connection

    def get(self, path, headers=None, source="127.0.0.1", method="GET"):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        with self.connect(source) as connection:
            connection.send("\r\n".join(lines) + "\r\n\r\n")
            return read(connection, method)


def read(connection, method="GET"):
    """An answer whose body may end with the connection or come in chunks, as nginx likes it."""
    while b"\r\n\r\n" not in connection.buffer and connection.read_more():
        pass
    top, rest = connection.buffer.split(b"\r\n\r\n", 1)
    lines = top.decode("latin-1").split("\r\n")
    status, headers = int(lines[0].split(" ")[1]), {}
    for line in lines[1:]:
        name, value = line.split(": ", 1)
        headers.setdefault(name.lower(), value)
    connection.buffer = rest
    while method != "HEAD" and status not in (204, 304) and connection.read_more():
        pass
    raw = connection.buffer
    body = gzip.decompress(raw) if headers.get("content-encoding") == "gzip" else raw
    return harness.Answer(status, headers, body.decode(errors="replace"), raw)


class Behind(unittest.TestCase):
    """A daemon and an nginx for each test: what one has cached or used up is not the next one's."""
    options = {}

    def setUp(self):
        self.daemon = harness.Daemon(trusted_proxies="127.0.0.1", public_url=f"https://{HOST}",
                                     **{"rate": 0, **self.options})
        self.proxy = Proxy(self.daemon.port)

    def tearDown(self):
        self.proxy.stop()
        self.daemon.stop()

    def searches(self):
        return self.daemon.metric("opastin_searches_total")


class Cache(Behind):
    def test_an_answer_is_kept_and_given_again(self):
        first, second = self.proxy.get(SEARCH), self.proxy.get(SEARCH)
        self.assertEqual((first.status, first["X-Cache-Status"]), (200, "MISS"))
        self.assertEqual((second.status, second["X-Cache-Status"]), (200, "HIT"))
        self.assertEqual(second.body, first.body)
        self.assertEqual(self.searches(), 1)
        self.assertEqual(self.proxy.get(SEARCH + "&page=2")["X-Cache-Status"], "MISS")
        self.assertEqual(self.proxy.get(SEARCH, method="HEAD")["X-Cache-Status"], "HIT")
        self.assertEqual(second["Access-Control-Allow-Origin"], "*")

    def test_pages_are_kept_too_and_files_for_ever(self):
        page = self.proxy.get("/fi/search?q=kerho", {"Accept": "text/html"})
        self.assertEqual(self.proxy.get("/fi/search?q=kerho", {"Accept": "text/html"})["X-Cache-Status"], "HIT")
        style = re.search(r'"(/assets/[^"]+\.css)"', page.body)[1]
        self.proxy.get(style)
        answer = self.proxy.get(style)
        self.assertEqual(answer["X-Cache-Status"], "HIT")
        self.assertIn("immutable", answer["Cache-Control"])

    def test_what_must_not_be_kept_is_not(self):
        for path in ("/api/v1/search?nonsense=1", "/fi/list?id=kerho-jumppa", "/api/v1/search?q=kerho&explain=1",
                     "/no/such/path"):
            self.proxy.get(path)
            self.assertNotEqual(self.proxy.get(path)["X-Cache-Status"], "HIT", path)

    def test_unchanged_answers_are_304(self):
        tag = self.proxy.get(SEARCH)["ETag"]
        answer = self.proxy.get(SEARCH, {"If-None-Match": tag})
        self.assertEqual((answer.status, answer["ETag"], answer.raw_body), (304, tag, b""))
        self.assertEqual(self.searches(), 1)
        other = SEARCH + "&lang=sv"
        tag = self.daemon.get(other)["ETag"]
        self.assertEqual(self.proxy.get(other, {"If-None-Match": tag}).status, 304)

    def test_each_coding_is_kept_once(self):
        for sent, coding in (("gzip, deflate", "gzip"), ("GZIP", "gzip"), ("gzip, deflate, br, zstd", "br"),
                             ("identity", None), (None, None)):
            headers = {"Accept-Encoding": sent} if sent else {}
            answer = self.proxy.get(SEARCH, headers)
            if coding != "br":
                self.assertEqual(answer["Content-Encoding"], coding, sent)
                self.assertEqual(json.loads(answer.body)["query"], "kerho")
            else:
                self.assertIn(answer["Content-Encoding"], ("br", None))  # none where the build has no brotli
            self.assertEqual(self.proxy.get(SEARCH, headers)["X-Cache-Status"], "HIT", sent)
        self.assertEqual(self.searches(), 3)

    def test_what_is_cached_is_served_without_a_daemon(self):
        self.proxy.get(SEARCH)
        self.daemon.stop()
        self.assertEqual(self.proxy.get(SEARCH).status, 200)
        self.assertEqual(self.proxy.get(SEARCH + "&page=2").status, 502)

    def test_operations_are_not_for_the_outside(self):
        for path in ("/metrics", "/livez", "/readyz"):
            self.assertEqual(self.proxy.get(path).status, 404)

    def test_plain_http_leads_to_tls(self):
        with harness.Connection(self.proxy.plain_port) as connection:
            connection.send(f"GET /fi/search?q=a HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n")
            answer = read(connection)
        self.assertEqual((answer.status, answer["Location"]), (308, f"https://{HOST}/fi/search?q=a"))
        self.assertIn("max-age", self.proxy.get(SEARCH)["Strict-Transport-Security"])

    def test_no_query_and_no_address_is_in_the_logs(self):
        self.proxy.get("/fi/search?q=salaisuus")
        self.proxy.get("/api/v1/search?q=salaisuus&page=9", {"X-Forwarded-For": "192.0.2.77"})
        self.daemon.stop()
        self.proxy.get("/fi/search?q=salaisuus&page=3")
        self.proxy.stop()
        text = "".join(path.read_text(errors="replace") for path in self.proxy.folder.glob("*.log"))
        self.assertIn("/fi/search", text)
        for secret in ("salaisuus", "127.0.0.1,", "192.0.2.77"):
            self.assertNotIn(secret, text)
        self.proxy = Proxy(self.daemon.port)


class Keys(Behind):
    def setUp(self):
        made = subprocess.run([os.path.join(harness.BUILD, "opastin-searchd"), "--make-key", "one"], capture_output=True,
                              text=True, check=True)
        self.key = made.stderr.strip().rsplit(" ", 1)[1]
        file = os.path.join(harness.fresh_dir("keys"), "keys.jsonl")
        with open(file, "w") as out:
            out.write(json.dumps({**json.loads(made.stdout), "filter": "theme=vertaistuki"}) + "\n")
        self.options = {"keys": file}
        super().setUp()

    def test_an_answer_to_a_key_is_nobody_elses(self):
        bound = {"Authorization": "Bearer " + self.key}
        open_answer = self.proxy.get(SEARCH)
        for _ in range(2):
            answer = self.proxy.get(SEARCH, bound)
            self.assertEqual(answer["X-Cache-Status"], "BYPASS")
            self.assertLess(json.loads(answer.body)["totalHits"], json.loads(open_answer.body)["totalHits"])
        again = self.proxy.get(SEARCH)
        self.assertEqual((again["X-Cache-Status"], again.body), ("HIT", open_answer.body))
        self.assertEqual(self.proxy.get(SEARCH, {"Authorization": "Bearer x"}).status, 401)


class Limits(Behind):
    options = {"rate": 1, "rate_burst": 20}

    def test_one_that_asks_too_much_leaves_the_others_served(self):
        stop, answers = threading.Event(), []

        def flood(number):
            at = 0
            while not stop.is_set():
                at += 1
                answers.append(self.proxy.get(f"/api/v1/search?q=kerho&age={number}&page={at}", source="127.0.0.1").status)

        threads = [threading.Thread(target=flood, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        try:
            end = time.monotonic() + 30
            while answers.count(429) < 20 and time.monotonic() < end:
                time.sleep(0.05)
            for page in range(1, 16):
                answer = self.proxy.get(f"/api/v1/search?q=jumppa&page={page}", source="127.0.0.2")
                self.assertEqual(answer.status, 200, answer.body)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        self.assertGreaterEqual(answers.count(429), 20)
        self.assertEqual(set(answers), {200, 429})

    def exhaust(self, source, headers=None):
        """Answers until the first refusal."""
        for at in range(60):
            self.asked = getattr(self, "asked", 0) + 1  # each another search, which no cache has
            answer = self.proxy.get(f"/api/v1/search?q=kerho&page={self.asked}", headers, source)
            if answer.status == 429:
                return at, answer
        return 60, None

    def test_the_clients_address_counts_whatever_it_says(self):
        count, refused = self.exhaust("127.0.0.3")
        self.assertGreaterEqual(count, 20)
        self.assertGreaterEqual(int(refused["Retry-After"]), 1)
        self.assertIn('"address"', refused["RateLimit"])
        self.assertEqual(refused["X-Cache-Status"], "MISS")
        for headers in ({"X-Forwarded-For": "192.0.2.1"}, {"Forwarded": "for=192.0.2.1"},
                        {"X-Forwarded-For": "127.0.0.1, 127.0.0.1"}, {"X-Real-IP": "192.0.2.1"}):
            count, _ = self.exhaust("127.0.0.3", headers)
            self.assertLess(count, 10, headers)
        count, _ = self.exhaust("127.0.0.4")
        self.assertGreaterEqual(count, 20)

    def test_what_is_cached_costs_nothing(self):
        statuses = {self.proxy.get(SEARCH, source="127.0.0.5").status for _ in range(60)}
        self.assertEqual(statuses, {200})


class Result(unittest.TextTestResult):
    succeeded = 0

    def addSuccess(self, test):
        super().addSuccess(test)
        self.succeeded += 1


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if not NGINX or not shutil.which("openssl"):
        print("SKIPPED: no nginx or no openssl here; `scripts/deps.sh test` installs them")
        return 0
    harness.set_up(sys.argv[1])
    names = sys.argv[2:]
    suite = unittest.TestSuite(test for kind in (Cache, Keys, Limits)
                               for test in unittest.defaultTestLoader.loadTestsFromTestCase(kind)
                               if not names or any(name in test.id() for name in names))
    result = unittest.TextTestRunner(resultclass=Result, verbosity=2, stream=sys.stdout).run(suite)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.succeeded} passed, {failed} failed")
    return 0 if failed == 0 and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())
