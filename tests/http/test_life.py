"""Start, stop, options and the log."""
import os
import re
import select
import signal
import socket
import subprocess
import time
import unittest

import harness
from harness import SLOW, Daemon, fresh_dir, many_records, publish, shared_index


def run(*arguments):
    return subprocess.run([os.path.join(harness.BUILD, "opastin-searchd"), *arguments], capture_output=True, text=True,
                          timeout=30 * SLOW)


class Life(unittest.TestCase):
    def test_the_start_is_told_in_one_line(self):
        with Daemon(threads=3) as daemon:
            self.assertRegex(daemon.log, r"^info event=started address=127\.0\.0\.1 port=\d+ generation=1 records=8 "
                                         r"threads=3\n$")
        self.assertRegex(daemon.log, r"info event=stopping signal=SIGTERM\ninfo event=stopped\n$")

    def affinities(self, daemon):
        """The processors that each thread may run on."""
        return [os.sched_getaffinity(int(task)) for task in os.listdir(f"/proc/{daemon.process.pid}/task")]

    def test_as_many_threads_as_processors_have_one_each(self):
        own = os.sched_getaffinity(0)
        with Daemon(threads=len(own)) as daemon:
            alone = [processors for processors in self.affinities(daemon) if len(processors) == 1]
            if len(own) > 1:
                self.assertEqual(sorted(map(list, alone)), [[processor] for processor in sorted(own)])
        with Daemon(threads=len(own) + 1) as daemon:
            self.assertEqual(self.affinities(daemon).count(own), len(own) + 3)

    def test_both_signals_end_it_with_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            daemon = Daemon()
            self.assertEqual(daemon.stop(number), 0)

    def test_a_second_signal_ends_it_at_once(self):
        daemon = Daemon()
        connection = daemon.connect().send("GET /livez HTTP/1.1\r\n")
        time.sleep(0.1)
        daemon.kill()
        daemon.wait_for(lambda: "stopping" in daemon.log)
        time.sleep(0.1)
        daemon.kill()
        self.assertEqual(daemon.stop(), -signal.SIGTERM)
        connection.close()

    def test_without_requests_it_ends_at_once(self):
        daemon = Daemon()
        idle = [daemon.connect() for _ in range(10)]
        idle[0].send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").answer()
        started = time.monotonic()
        self.assertEqual(daemon.stop(), 0)
        self.assertLess(time.monotonic() - started, 2 * SLOW)
        for connection in idle:
            self.assertTrue(connection.ended())
            connection.close()

    def stopped_in_the_middle(self, daemon, crowd):
        """Asks on all connections and halts the daemon when some are answered and others are not, however slow the machine is
        at telling; False when all were answered before."""
        for i, connection in enumerate(crowd):
            connection.send(f"GET /api/v1/search?q=kerho+retki&per_page=100&age={i} HTTP/1.1\r\nHost: a\r\n\r\n")
        answered = 0
        while not answered:
            daemon.process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, daemon.process.pid, os.WSTOPPED)
            answered = len(select.select([connection.socket for connection in crowd], [], [], 0)[0])
            if 0 < answered <= len(crowd) - 10:  # each thread may have one ready that is not sent
                return True
            daemon.process.send_signal(signal.SIGCONT)
        self.assertEqual({connection.answer().status for connection in crowd}, {200})
        return False

    def test_running_requests_end_before_it_does(self):
        index = fresh_dir("drain")
        publish(index, many_records(index + "/records.jsonl", 2000))
        daemon = Daemon(index, threads=2, search_timeout_ms=30000, queue=100, queue_timeout_ms=30000,
                        drain_timeout_ms=60000)
        crowd = [daemon.connect() for _ in range(100)]
        self.assertTrue(any(self.stopped_in_the_middle(daemon, crowd) for _ in range(100)), "never caught in the middle")
        daemon.kill()
        daemon.process.send_signal(signal.SIGCONT)
        answers = [connection.answer() for connection in crowd]
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertIn("close", {answer["Connection"] for answer in answers})  # some were given after the signal
        self.assertEqual(daemon.stop(), 0)
        self.assertTrue(all(connection.ended() for connection in crowd))
        for connection in crowd:
            connection.close()

    def test_a_request_half_sent_is_waited_for(self):
        daemon = Daemon()
        connection = daemon.connect().send("GET /livez HTTP/1.1\r\n")
        time.sleep(0.2)
        daemon.kill()
        time.sleep(0.2)
        answer = connection.send("Host: a\r\n\r\n").answer()
        self.assertEqual((answer.status, answer["Connection"]), (200, "close"))
        self.assertEqual(daemon.stop(), 0)
        connection.close()

    def test_who_takes_too_long_is_not_waited_for(self):
        daemon = Daemon(drain_timeout_ms=300)
        connection = daemon.connect().send("GET /livez HTTP/1.1\r\n")
        time.sleep(0.1)
        started = time.monotonic()
        self.assertEqual(daemon.stop(), 0)
        self.assertTrue(0.25 < time.monotonic() - started < 4 * SLOW)
        connection.close()

    def test_nobody_is_accepted_while_it_stops(self):
        daemon = Daemon()
        connection = daemon.connect().send("GET /livez HTTP/1.1\r\n")
        time.sleep(0.1)
        daemon.kill()
        daemon.wait_for(lambda: "stopping" in daemon.log)
        time.sleep(0.3)
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.1", daemon.port), timeout=2)
        connection.close()
        self.assertEqual(daemon.stop(), 0)

    def test_a_port_in_use_is_told(self):
        with Daemon() as daemon:
            result = run("--index", shared_index(), "--port", str(daemon.port))
            self.assertEqual(result.returncode, 1)
            self.assertIn(f"cannot listen on 127.0.0.1 port {daemon.port}: Address already in use", result.stderr)
            result = run("--index", shared_index(), "--port", "0", "--health-port", str(daemon.port))
            self.assertEqual(result.returncode, 1)
            self.assertIn("Address already in use", result.stderr)

    def test_its_port_is_free_again_at_once(self):
        daemon = Daemon()
        daemon.get("/livez")
        port = daemon.port
        daemon.stop()
        with Daemon(port=port) as again:
            self.assertEqual(again.port, port)

    def test_it_listens_on_ipv6_too(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            self.skipTest("no IPv6 here")
        with Daemon(address="::1", ready=False) as daemon:
            with socket.create_connection(("::1", daemon.port), timeout=10) as connection:
                connection.sendall(b"GET /livez HTTP/1.1\r\nHost: [::1]\r\n\r\n")
                self.assertTrue(connection.recv(100).startswith(b"HTTP/1.1 200"))

    def test_wrong_options_end_with_2_and_say_why(self):
        for options, word in ((["--port", "70000"], "0 to 65535"), (["--threads", "0"], "1 to 64"),
                              (["--colour"], "--colour"), (["--today", "yesterday"], "YYYY-MM-DD"),
                              (["file"], "file"), (["--index"], "DIR"),
                              (["--search-timeout-ms", "40000"], "--request-timeout-ms"), (["--queue", "0"], "1 to 100000"),
                              (["--queue-timeout-ms", "0"], "1 to 3600000")):
            result = run(*options)
            self.assertEqual(result.returncode, 2, options)
            self.assertIn(word, result.stderr)

    def test_an_address_that_is_none_is_told(self):
        result = run("--index", shared_index(), "--address", "localhost.invalid", "--port", "0")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("numeric address", result.stderr)

    def test_help_names_every_option(self):
        result = run("--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        for option in ("index", "address", "port", "health-port", "threads", "cache-mb", "header-bytes", "uri-bytes",
                       "body-bytes", "connections", "connections-per-address", "idle-timeout-ms", "sender-timeout-ms",
                       "request-timeout-ms", "search-timeout-ms", "queue", "queue-timeout-ms", "drain-timeout-ms", "access-log", "today", "help"):
            self.assertIn("--" + option + " ", result.stdout)

    def test_the_present_day_is_the_default(self):
        with Daemon(today=None) as daemon:
            self.assertEqual(daemon.get("/api/v1/search?sort=next").status, 200)

    def test_the_access_log_has_a_line_per_request(self):
        with Daemon(access_log=True) as daemon:
            daemon.get("/api/v1/search?q=kerho")
            daemon.request("HEAD", "/livez")
            answer = daemon.get("/api/v1/items/none")
            daemon.wait_for(lambda: answer["X-Request-Id"] in daemon.log)
        line = r"info event=request method=%s path=%s status=%d bytes=\d+ ms=\d+\.\d{3} id=[0-9a-f]{16}\n"
        self.assertRegex(daemon.log, line % ("GET", "/api/v1/search", 200))
        self.assertRegex(daemon.log, line % ("HEAD", "/livez", 200))
        self.assertRegex(daemon.log, line % ("GET", r"/api/v1/items/\{id\}", 404))

    def test_without_the_option_there_is_no_access_log(self):
        with Daemon() as daemon:
            for _ in range(3):
                daemon.get("/api/v1/search?q=kerho")
        self.assertNotIn("event=request", daemon.log)

    def test_what_was_searched_never_reaches_the_log(self):
        secret = "salaisuus"
        with Daemon(access_log=True, sender_timeout_ms=300) as daemon:
            for path in (f"/api/v1/search?q={secret}", f"/api/v1/search?{secret}=1", f"/api/v1/search?age={secret}",
                         f"/api/v1/search&q={secret}", f"/{secret}", f"/api/v1/search/{secret}",
                         f"/api/v1/items/{secret}", f"/fi/item/{secret}", f"/fi/item/{secret}/report",
                         f"/livez?{secret}",
                         f"/api/v1/meta?{secret}", f"/api/v1/search%3Fq={secret}", f"/api/v1/search?cursor={secret}",
                         "/api/v1/search?q=" + secret * 200, f"/?q={secret}", f"//{secret}"):
                for method in ("GET", "HEAD", "OPTIONS", "POST", secret.upper()):
                    daemon.request(method, path, {"Referer": f"https://a.example.org/?q={secret}",
                                                  "User-Agent": secret, "Cookie": secret})
            for head in (f"GET /api/v1/search?q={secret} HTTP/1.1\r\n\r\n", f"GET /?q={secret} HTTP/1.9\r\n\r\n",
                         f"GET /?q={secret}\0 HTTP/1.1\r\n\r\n", f"{secret}\r\n\r\n",
                         f"GET / HTTP/1.1\r\n{secret}\r\n\r\n", f"GET /api/v1/search?q={secret} HTTP/1.1\r\n",
                         "GET /" + secret * 2000):
                daemon.raw(head)
            time.sleep(0.2)
        self.assertGreater(daemon.log.count("event=request"), 70)
        self.assertNotIn(secret, daemon.log.lower())

    def test_no_request_can_write_a_line_of_its_own(self):
        with Daemon(access_log=True) as daemon:
            daemon.get("/api/v1/items/a%0Aerror+event=forged")
            daemon.get("/api/v1/items/%22quoted%22+b=c")
            daemon.wait_for(lambda: daemon.log.count("event=request") >= 2)
        for line in daemon.log.splitlines():
            self.assertTrue(re.match(r"(info|warning|error) event=\w", line), line)
        self.assertNotIn("event=forged", [word for line in daemon.log.splitlines() for word in line.split(" ")[1:2]])
