"""The bytes on the wire: what keeps a connection, and every request that two readers could take differently."""
import socket
import time
import unittest

from harness import SLOW, Daemon

LIVEZ = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
ALIVE = '{"status":"alive"}'


def setUpModule():
    global daemon
    daemon = Daemon()


def tearDownModule():
    daemon.stop()


class Wire(unittest.TestCase):
    def refused(self, head, status=400, smuggled=LIVEZ):
        """The head is refused with a problem, the connection ends, and what follows the head is not answered."""
        answer, ended = daemon.raw(head + smuggled)
        self.assertEqual(answer.status, status, (head, answer.body))
        self.assertEqual(answer["Connection"], "close", head)
        self.assertEqual(answer["Content-Type"], "application/problem+json; charset=utf-8")
        self.assertEqual(answer.json()["status"], status)
        self.assertTrue(ended, head)

    def served(self, head):
        with daemon.connect() as connection:
            self.assertEqual(connection.send(head).answer().status, 200, head)

    # ---- connections that stay

    def test_a_connection_is_kept(self):
        with daemon.connect() as connection:
            for _ in range(50):
                answer = connection.send(LIVEZ).answer()
                self.assertEqual(answer.body, ALIVE)
                self.assertIsNone(answer["Connection"])

    def test_a_connection_ends_when_the_client_says_so(self):
        for value in ("close", "Close", "keep-alive, close", "close , x"):
            answer, ended = daemon.raw(f"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: {value}\r\n\r\n" + LIVEZ)
            self.assertEqual((answer.status, answer["Connection"], ended), (200, "close", True), value)

    def test_http_1_0_is_answered_and_closed(self):
        answer, ended = daemon.raw("GET /livez HTTP/1.0\r\n\r\n")
        self.assertEqual((answer.status, answer["Connection"], ended), (200, "close", True))
        self.assertEqual(daemon.raw("GET /livez HTTP/1.0\r\nHost: a\r\n\r\n")[0].status, 200)

    def test_pipelined_requests_are_answered_in_order(self):
        paths = ["/livez", "/api/v1/search?q=kerho", "/nowhere", "/readyz", "/api/v1/search?age=x", "/livez"] * 5
        with daemon.connect() as connection:
            connection.send("".join(f"GET {p} HTTP/1.1\r\nHost: a\r\n\r\n" for p in paths))
            answers = [connection.answer() for _ in paths]
        self.assertEqual([a.status for a in answers], [200, 200, 404, 200, 400, 200] * 5)
        self.assertEqual(answers[1].json()["query"], "kerho")

    def test_pipelined_requests_split_anywhere_are_the_same(self):
        data = (LIVEZ + "HEAD /readyz HTTP/1.1\r\nHost: a\r\n\r\n\r\n" + LIVEZ).encode()
        for cut in range(1, len(data), 3):
            with daemon.connect() as connection:
                connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.send(data[:cut])
                time.sleep(0.002)
                connection.send(data[cut:])
                self.assertEqual(connection.answer().body, ALIVE)
                self.assertEqual(connection.answer(head=True).status, 200)
                self.assertEqual(connection.answer().body, ALIVE)

    def test_one_byte_at_a_time_is_a_request(self):
        with daemon.connect() as connection:
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in LIVEZ:
                connection.send(byte)
                time.sleep(0.001)
            self.assertEqual(connection.answer().body, ALIVE)

    def test_empty_lines_before_a_request_are_passed_over(self):
        with daemon.connect() as connection:
            connection.send("\r\n\r\n" + LIVEZ + "\r\n" + LIVEZ)
            self.assertEqual([connection.answer().body for _ in range(2)], [ALIVE] * 2)

    def test_a_client_that_closed_its_side_still_gets_its_answers(self):
        with daemon.connect() as connection:
            connection.send(LIVEZ + "GET /api/v1/search?q=kerho HTTP/1.1\r\nHost: a\r\n\r\n" + LIVEZ)
            connection.socket.shutdown(socket.SHUT_WR)
            self.assertEqual([connection.answer().status for _ in range(3)], [200] * 3)
            self.assertTrue(connection.ended())

    def test_a_client_that_is_gone_costs_nobody_anything(self):
        for _ in range(50):
            connection = daemon.connect()
            connection.send("GET /api/v1/search?q=kerho HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()  # with a reset
        daemon.wait_for(lambda: daemon.metric("opastin_connections") == 1)
        self.assertEqual(daemon.get("/livez").status, 200)

    # ---- what evhttp takes and we refuse

    def test_two_content_lengths_are_refused(self):
        for method in ("GET", "POST"):
            self.refused(f"{method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n")
            self.refused(f"{method} / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 60\r\n\r\nabcde")

    def test_lengths_that_are_no_numbers_are_refused(self):
        for value in ("+5", "-1", "0x3", "5 5", "5,5", "", "five", "5;x", "٥"):
            for method in ("GET", "POST"):
                self.refused(f"{method} / HTTP/1.1\r\nHost: a\r\nContent-Length: {value}\r\n\r\n".encode(),
                             smuggled=b"")

    def test_every_transfer_encoding_is_refused(self):
        for value in ("chunked", "identity", "gzip, chunked", "xchunked", "", "Chunked"):
            for method in ("GET", "POST"):
                self.refused(f"{method} / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {value}\r\n\r\n0x0\r\n\r\n")
        self.refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")

    def test_a_body_with_get_is_refused(self):
        for method in ("GET", "OPTIONS"):
            self.refused(f"{method} /livez HTTP/1.1\r\nHost: a\r\nContent-Length: {len(LIVEZ)}\r\n\r\n")
        with daemon.connect() as connection:
            connection.send(f"HEAD /livez HTTP/1.1\r\nHost: a\r\nContent-Length: {len(LIVEZ)}\r\n\r\n{LIVEZ}")
            answer = connection.answer(head=True)
            self.assertEqual((answer.status, answer["Connection"], connection.ended()), (400, "close", True))

    def test_a_body_with_another_method_is_405_and_closes(self):
        answer, ended = daemon.raw(f"POST /livez HTTP/1.1\r\nHost: a\r\nContent-Length: {len(LIVEZ)}\r\n\r\n{LIVEZ}")
        self.assertEqual((answer.status, answer["Connection"], ended), (405, "close", True))

    def test_two_hosts_or_none_are_refused(self):
        self.refused("GET / HTTP/1.1\r\n\r\n")
        self.refused("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n")
        self.refused("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n")
        self.refused("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n")
        for value in ("a b", "a,b", "a/b", "user@a", "a\tb"):
            self.refused(f"GET / HTTP/1.1\r\nHost: {value}\r\n\r\n")
        for value in ("a", "a:80", "[::1]:80", "ä", ""):
            self.served(f"GET / HTTP/1.1\r\nHost: {value}\r\n\r\n".encode())

    def test_odd_header_names_are_refused(self):
        for line in (": x", "X : x", "X\t: x", " X: x", "\tX: x", "X", "X x: x", "X(: x", "ä: x", "\"X\": x", "X;: x"):
            self.refused(f"GET / HTTP/1.1\r\nHost: a\r\n{line}\r\n\r\n".encode(), smuggled=LIVEZ.encode())
            self.refused(f"GET / HTTP/1.1\r\n{line}\r\nHost: a\r\n\r\n".encode(), smuggled=LIVEZ.encode())

    def test_a_space_before_the_colon_does_not_hide_a_length(self):
        self.refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nabcde")
        self.refused("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n")

    def test_folded_headers_are_refused(self):
        self.refused("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n")
        self.refused("GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\tContent-Length: 5\r\n\r\n")

    def test_line_ends_are_carriage_return_and_line_feed(self):
        self.refused("GET / HTTP/1.1\nHost: a\n\n")
        self.refused("GET / HTTP/1.1\r\nHost: a\n\r\n")
        self.refused("GET / HTTP/1.1\r\nHost: a\r\nX: a\rContent-Length: 5\r\n\r\n")
        self.refused("GET / HTTP/1.1\r\nHost: a\r\n\n")
        self.refused("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n")
        self.refused("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")

    def test_control_characters_are_refused(self):
        for byte in (0, 1, 7, 8, 11, 12, 27, 31, 127):
            for head in (b"GET /%c HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a%c\r\n\r\n",
                         b"GET / HTTP/1.1\r\nHost: a\r\nX%c: y\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX: y%c\r\n\r\n",
                         b"G%cT / HTTP/1.1\r\nHost: a\r\n\r\n"):
                self.refused(head % byte, smuggled=LIVEZ.encode())

    def test_a_zero_byte_does_not_end_a_header(self):
        self.refused("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\0 5\r\n\r\n")
        self.refused("GET / HTTP/1.1\0\r\nHost: a\r\n\r\n")

    def test_other_versions_are_refused(self):
        for version in ("HTTP/1.9", "HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "HTTP/9.9"):
            self.refused(f"GET / {version}\r\nHost: a\r\n\r\n", 505)
        for version in ("HTTP/1.1.1", "HTTP/1.01", "HTTP/01.1", "http/1.1", "HTTP/1", "HTTP/1.1 x", "HTCPCP/1.0",
                        "HTTP/+1.1", "HTTP/-1.1", "HTTP/1.1x"):
            self.refused(f"GET / {version}\r\nHost: a\r\n\r\n")
        self.refused("GET /\r\n")
        self.refused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)

    def test_the_request_line_is_exact(self):
        for line in ("GET  / HTTP/1.1", "GET\t/ HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/1.1 ", "/ HTTP/1.1",
                     "GET /a b HTTP/1.1", "GET livez HTTP/1.1", "GET /#a HTTP/1.1", "GET ftp://a/ HTTP/1.1",
                     "CONNECT a:80 HTTP/1.1", "G" * 33 + " / HTTP/1.1", "GE(T / HTTP/1.1", "GET * HTTP/1.1"):
            self.refused(f"{line}\r\nHost: a\r\n\r\n")

    def test_the_absolute_form_is_served(self):
        for target in ("http://a/livez", "HTTP://a:80/livez?x", "https://a/livez"):
            self.served(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")
        self.refused("GET http:///livez HTTP/1.1\r\nHost: a\r\n\r\n")

    def test_tls_on_the_plain_port_is_refused_at_once(self):
        started = time.monotonic()
        answer, ended = daemon.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)))
        self.assertEqual((answer.status, ended), (400, True))
        self.assertLess(time.monotonic() - started, 5 * SLOW)

    def test_expectations(self):
        self.served("GET /livez HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n")
        self.refused("GET /livez HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n", 417)

    def test_a_refused_client_that_still_sends_reads_why(self):
        """It is not reset: on some systems a reset would take the answer away that it has not read yet."""
        with daemon.connect() as connection:
            connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999\r\n\r\n")
            for _ in range(20):
                connection.send("x" * 10000)
                time.sleep(0.005)
            self.assertEqual(connection.answer().status, 413)
            self.assertEqual(connection.socket.recv(1), b"")  # a reset would raise

    def test_a_refused_client_that_sends_without_end_is_cut_off(self):
        with daemon.connect() as connection:
            connection.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999\r\n\r\n")
            started = time.monotonic()
            with self.assertRaises(OSError):
                while time.monotonic() - started < 20 * SLOW:
                    connection.send("x" * 1000)
                    time.sleep(0.02)
            self.assertLess(time.monotonic() - started, 4 * SLOW)

    def test_nothing_a_client_sends_is_taken_for_our_own_request(self):
        """evhttp is given requests of ours, "GET /number": a client's must not be mistaken for one."""
        for path in ("/0", "/1", "/2", "/4294967295", "/99999999999999999999"):
            self.assertEqual(daemon.get(path).status, 404)

    def test_noise_never_brings_it_down(self):
        import random
        noise = random.Random(4711)
        pieces = [b"GET ", b"/", b" HTTP/1.1", b"\r\n", b"\n", b"\r", b"Host: a", b":", b" ", b"\0", b"\xff", b"%",
                  b"Content-Length: ", b"5", b"chunked", b"Transfer-Encoding: ", b"POST", b"?q=", b"\r\n\r\n"]
        for _ in range(300):
            data = b"".join(noise.choice(pieces) for _ in range(noise.randrange(1, 60)))
            with daemon.connect() as connection:
                try:
                    connection.send(data)
                    connection.socket.shutdown(socket.SHUT_WR)
                    while connection.read_more():
                        pass
                except OSError:
                    pass
                self.assertTrue(connection.buffer == b"" or connection.buffer.startswith(b"HTTP/1.1 "))
        self.assertEqual(daemon.get("/livez").status, 200)
