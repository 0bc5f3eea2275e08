"""More searches than can be answered: some are refused at little cost, and nothing else suffers.

A crowd asks while the daemon is stopped, so that its requests are all there when it goes on, whatever the machine."""
import signal
import unittest

from harness import Daemon, fresh_dir, many_records, publish

SEARCH = "GET /api/v1/search?q=kerho+retki&per_page=50&age={} HTTP/1.1\r\nHost: a\r\n\r\n"
NO_TIMES = {"search_timeout_ms": 30000, "queue_timeout_ms": 30000}  # a slow machine refuses nothing for them


def stopped(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[1].split()[0] == "T"


class Overload(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.index = fresh_dir("overload")
        publish(cls.index, many_records(cls.index + "/records.jsonl", 2000))

    def crowd(self, daemon, count):
        """Connections that the daemon knows."""
        connections = [daemon.connect() for _ in range(count)]
        for connection in connections:
            connection.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").answer()
            self.addCleanup(connection.close)
        return connections

    def at_once(self, daemon, asked):
        """Sends each (connection, request) while the daemon stands still."""
        daemon.process.send_signal(signal.SIGSTOP)
        daemon.wait_for(lambda: stopped(daemon.process.pid))
        try:
            for connection, request in asked:
                connection.send(request)
        finally:
            daemon.process.send_signal(signal.SIGCONT)

    def check_refusal(self, answer):
        self.assertEqual(answer["Content-Type"], "application/problem+json; charset=utf-8")
        self.assertEqual((answer.json()["code"], answer.json()["status"]), ("overload", 503))
        self.assertEqual(answer.json()["requestId"], answer["X-Request-Id"])
        self.assertEqual((answer["Retry-After"], answer["Cache-Control"]), ("5", "no-store"))
        self.assertEqual(answer["Access-Control-Allow-Origin"], "*")
        self.assertIsNone(answer["Connection"])
        self.assertIsNone(answer["ETag"])

    def check_queue(self, daemon):
        """Whoever joined it has left it."""
        self.assertEqual(daemon.metric("opastin_searches_waiting"), 0)
        self.assertEqual(daemon.metric("opastin_search_queue_joined_total"),
                         daemon.metric("opastin_search_queue_left_total"))

    def test_the_oldest_are_refused_and_may_ask_again(self):
        with Daemon(self.index, threads=1, queue=8, **NO_TIMES) as daemon:
            crowd = self.crowd(daemon, 60)
            self.at_once(daemon, [(c, SEARCH.format(i)) for i, c in enumerate(crowd)])
            answers = [c.answer() for c in crowd]
            refused = [i for i, a in enumerate(answers) if a.status == 503]
            self.assertEqual({a.status for a in answers}, {200, 503})
            self.assertGreaterEqual(len(refused), 20)
            self.assertGreaterEqual(len([i for i in refused if i < 20]), 18)  # the kernel may pass one or two forward
            for i in refused:
                self.check_refusal(answers[i])
            self.assertEqual(daemon.metric("opastin_search_shed_queue_total"), len(refused))
            self.assertEqual(daemon.metric("opastin_search_shed_wait_total"), 0)
            self.assertEqual(daemon.metric("opastin_searches_total"), len(crowd) - len(refused))
            for connection in crowd:  # one after the other fit in, also while less of the queue is used
                self.assertEqual(connection.send(SEARCH.format(5)).answer().status, 200)
            self.check_queue(daemon)

    def test_as_many_as_the_queue_holds_are_all_answered(self):
        with Daemon(self.index, threads=1, queue=30, **NO_TIMES) as daemon:
            crowd = self.crowd(daemon, 30)
            for turn in range(3):
                self.at_once(daemon, [(c, SEARCH.format(i + turn)) for i, c in enumerate(crowd)])
                self.assertEqual({c.answer().status for c in crowd}, {200})
            self.assertEqual(daemon.metric("opastin_search_shed_queue_total"), 0)
            self.check_queue(daemon)

    def test_after_an_overload_a_part_of_the_queue_is_used(self):
        with Daemon(self.index, threads=1, queue=20, **NO_TIMES) as daemon:
            crowd = self.crowd(daemon, 20)
            beyond = self.crowd(daemon, 20)
            self.at_once(daemon, [(c, SEARCH.format(i)) for i, c in enumerate(crowd + beyond)])
            self.assertIn(503, [c.answer().status for c in crowd + beyond])
            self.at_once(daemon, [(c, SEARCH.format(i)) for i, c in enumerate(crowd)])
            self.assertIn(503, [c.answer().status for c in crowd])

    def test_who_has_waited_too_long_is_refused(self):
        with Daemon(self.index, threads=1, queue=1000, queue_timeout_ms=1) as daemon:
            crowd = self.crowd(daemon, 60)
            self.at_once(daemon, [(c, SEARCH.format(i)) for i, c in enumerate(crowd)])
            answers = [c.answer() for c in crowd]
            refused = [a for a in answers if a.status == 503]
            self.assertTrue(refused)
            for answer in refused:
                self.check_refusal(answer)
            self.assertEqual(daemon.metric("opastin_search_shed_wait_total"), len(refused))
            self.assertEqual(daemon.metric("opastin_search_shed_queue_total"), 0)
            daemon.wait_for(lambda: crowd[0].send(SEARCH.format(7)).answer().status == 200)
            self.check_queue(daemon)

    def test_what_needs_no_search_is_never_refused(self):
        with Daemon(self.index, threads=1, queue=1, **NO_TIMES) as daemon:
            tag = daemon.get("/api/v1/search?q=kerho")["ETag"]
            wanted = {"/livez": 200, "/readyz": 200, "/metrics": 200, "/api/v1/items/many-7": 200, "/api/v1/meta": 200,
                      "/api/v1/vocabularies/theme": 200, "/nowhere": 404, "/api/v1/search?age=old": 400,
                      f"/api/v1/search?q=kerho HTTP/1.1\r\nIf-None-Match: {tag}": 304}
            crowd, others = self.crowd(daemon, 40), self.crowd(daemon, len(wanted))
            asked = [(c, SEARCH.format(i)) for i, c in enumerate(crowd)]
            for connection, path in zip(others, wanted):
                line = path if " HTTP" in path else path + " HTTP/1.1"
                asked.insert(len(asked) // 2, (connection, f"GET {line}\r\nHost: a\r\n\r\n"))
            self.at_once(daemon, asked)
            for connection, path in zip(others, wanted):
                self.assertEqual(connection.answer().status, wanted[path], path)
            self.assertIn(503, [c.answer().status for c in crowd])

    def test_every_kind_of_search_is_refused_and_counted_under_its_route(self):
        with Daemon(self.index, threads=1, queue=1, **NO_TIMES) as daemon:
            paths = ["/api/v1/search?q=kerho", "/api/v1/suggest?q=ker", "/api/v1/similar/many-7"]
            crowd = self.crowd(daemon, 60)
            self.at_once(daemon, [(c, f"{'HEAD' if i % 6 < 3 else 'GET'} {paths[i % 3]} HTTP/1.1\r\nHost: a\r\n\r\n")
                                  for i, c in enumerate(crowd)])
            answers = [c.answer(head=i % 6 < 3) for i, c in enumerate(crowd)]
            for kind, route in enumerate(("search", "suggest", "similar")):
                refused = [a for a in answers[kind::3] if a.status == 503]
                self.assertTrue(refused, route)
                self.assertEqual(refused[0]["Retry-After"], "5")
                self.assertEqual(daemon.metric('opastin_requests_total{route="%s",status="5xx"}' % route), len(refused))

    def test_clients_that_go_away_leave_the_queue(self):
        with Daemon(self.index, threads=1, queue=50, **NO_TIMES) as daemon:
            crowd = self.crowd(daemon, 45)
            self.at_once(daemon, [(c, SEARCH.format(i)) for i, c in enumerate(crowd)])
            for connection in crowd:
                connection.close()
            daemon.wait_for(lambda: daemon.metric("opastin_connections") == 1)
            self.check_queue(daemon)

    def test_impatient_clients_leave_time_to_search(self):
        """Each asks again as soon as it is refused; searches are answered all the same, and nothing piles up."""
        with Daemon(self.index, threads=1, queue=2, **NO_TIMES) as daemon:
            crowd = self.crowd(daemon, 30)
            found = 0
            for turn in range(40):
                self.at_once(daemon, [(c, SEARCH.format(i)) for i, c in enumerate(crowd)])
                found += sum(c.answer().status == 200 for c in crowd)
            self.assertGreaterEqual(found, 40)
            self.check_queue(daemon)

    def test_pipelined_requests_keep_their_order(self):
        with Daemon(self.index, threads=1, queue=1, **NO_TIMES) as daemon:
            crowd = self.crowd(daemon, 30)
            self.at_once(daemon, [(c, SEARCH.format(i) + "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n")
                                  for i, c in enumerate(crowd)])
            for connection in crowd:
                self.assertIn(connection.answer().status, (200, 503))
                self.assertEqual(connection.answer().status, 404)
