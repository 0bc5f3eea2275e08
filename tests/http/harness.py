"""What the HTTP tests share: an index from the fixture, a daemon on a free port, raw sockets and plain requests."""
import atexit
import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDS = os.path.join(HERE, "records.jsonl")
TODAY = "2026-12-01"
NOW = "1796083200"  # of builds: 2026-12-01, so that answers are the same every time
SLOW = 1            # how much longer everything may take: more under a sanitizer
BUILD = None
WORK = None


def set_up(build):
    """Once, before any test."""
    global BUILD, WORK, SLOW
    WORK = tempfile.mkdtemp(prefix="opastin-http.")
    atexit.register(shutil.rmtree, WORK, ignore_errors=True)
    if os.path.basename(os.path.abspath(build)) != "release":
        SLOW = 5
    BUILD = os.path.join(WORK, "bin")  # copies: a build that goes on beside the tests does not change what is tested
    os.mkdir(BUILD)
    for program in ("opastin-indexer", "opastin-searchd"):
        try:
            shutil.copy(os.path.join(build, program), BUILD)
        except OSError as error:
            sys.exit(f"{error}: `make build` makes it")


def fresh_dir(name):
    return tempfile.mkdtemp(prefix=name + ".", dir=WORK)


def indexer(*arguments):
    result = subprocess.run([os.path.join(BUILD, "opastin-indexer"), *arguments], capture_output=True, text=True)
    if result.returncode not in (0, 3):
        raise AssertionError(f"opastin-indexer {' '.join(arguments)}: {result.returncode}\n{result.stderr}")
    return result.stdout


def publish(index, records=RECORDS):
    """A new generation, published; returns its number."""
    indexer("run", "--quiet", "--index", index, "--now", NOW, records)
    return current(index)


def current(index):
    with open(os.path.join(index, "CURRENT")) as pointer:
        return int(pointer.read().strip().removeprefix("gen-"))


def many_records(path, count):
    """A file of `count` records beside those of the fixture, to search in."""
    words = "kerho kahvila jumppa retki kuoro lukupiiri vertaistuki ystävä keittiö kävely tanssi neulonta".split()
    with open(path, "w") as out, open(RECORDS) as fixture:
        out.write(fixture.read())
        for i in range(count):
            text = " ".join(words[(i * 7 + k * (1 + i % 5)) % len(words)] for k in range(40))
            out.write(json.dumps({"id": f"many-{i}", "kind": "activity", "audience": ["kaikille-avoin"],
                                  "theme": ["vertaistuki"], "area": {"scope": "municipality", "codes": ["491"]},
                                  "texts": {"fi": {"title": f"Toiminta {i} {words[i % 12]}", "summary": text}},
                                  "modified": "2026-05-01"}) + "\n")
    return path


_shared_index = None


def shared_index():
    """An index of the fixture that no test changes."""
    global _shared_index
    if _shared_index is None:
        _shared_index = fresh_dir("index")
        publish(_shared_index)
    return _shared_index


class Answer:
    def __init__(self, status, headers, body, raw_body):
        self.status, self.headers, self.body, self.raw_body = status, headers, body, raw_body

    def __getitem__(self, name):
        return self.headers.get(name.lower())

    def json(self):
        return json.loads(self.body)


class Connection:
    """A raw socket that can read answers one by one."""

    def __init__(self, port, timeout=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=(timeout or 10) * SLOW)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())
        return self

    def read_more(self):
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.buffer += data
        return bool(data)

    def answer(self, head=False, decode=True):
        """The next answer; head: of a HEAD request; decode: its body is text, or gzip of it."""
        while b"\r\n\r\n" not in self.buffer:
            if not self.read_more():
                raise AssertionError(f"the connection ended before a whole answer: {self.buffer!r}")
        top, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        lines = top.decode("latin-1").split("\r\n")
        status = int(lines[0].split(" ")[1])
        headers = {}
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            assert name.lower() not in headers, f"two {name} headers"
            headers[name.lower()] = value
        length = 0 if head or status in (204, 304) else int(headers["content-length"])
        while len(self.buffer) < length:
            if not self.read_more():
                raise AssertionError(f"the connection ended after {len(self.buffer)} of {length} bytes of a body")
        raw, self.buffer = self.buffer[:length], self.buffer[length:]
        body = gzip.decompress(raw) if headers.get("content-encoding") == "gzip" else raw
        return Answer(status, headers, body.decode() if decode else None, raw)

    def ended(self):
        """True when the server has closed and sent nothing more."""
        while self.read_more():
            pass
        return self.buffer == b""

    def close(self):
        self.socket.close()


class Daemon:
    """The daemon on an index. With options as for the command line: Daemon(index, threads=1, access_log=True)."""

    def __init__(self, index=None, ready=True, today=TODAY, **options):
        self.index = index or shared_index()
        command = [os.path.join(BUILD, "opastin-searchd"), "--index", self.index, "--port", "0"]
        if today:
            command += ["--today", today]
        options.setdefault("threads", 2)
        options.setdefault("rate", 0)  # of the tests on limits alone: all come from one address
        for name, value in options.items():
            command.append("--" + name.replace("_", "-"))
            if value is not True:
                command.append(str(value))
        self.log = ""
        self.signalled = False
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, errors="replace")
        self.started = threading.Event()
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()
        if not self.started.wait(30 * SLOW):
            raise AssertionError(f"the daemon does not start: {self.log}")
        found = re.search(r"event=started .*\bport=(\d+)", self.log)
        if not found:
            raise AssertionError(f"the daemon did not start: {self.log}")
        self.port = int(found.group(1))
        health = re.search(r"health_port=(\d+)", self.log)
        self.health_port = int(health.group(1)) if health else None
        if ready:
            self.wait_for(lambda: self.get("/readyz").status == 200)

    def read_log(self):
        for line in self.process.stderr:
            self.log += line
            if "event=started" in line:
                self.started.set()
        self.started.set()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def kill(self, number=signal.SIGTERM):
        self.signalled = True
        self.process.send_signal(number)

    def stop(self, number=signal.SIGTERM):
        """Ends it; the exit code. A sanitizer's finding is a failure."""
        if self.process.poll() is None and not self.signalled:  # a second signal would end it at once
            self.kill(number)
        code = self.process.wait(30 * SLOW)
        self.reader.join(10)
        self.process.stderr.close()
        if "Sanitizer" in self.log or "runtime error" in self.log:
            raise AssertionError(f"a sanitizer found something:\n{self.log[-6000:]}")
        return code

    def connect(self, timeout=None):
        return Connection(self.port, timeout)

    def request(self, method, path, headers=None, port=None, decode=True):
        lines = [f"{method} {path} HTTP/1.1", "Host: test", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        with Connection(port or self.port) as connection:
            connection.send("\r\n".join(lines) + "\r\n\r\n")
            answer = connection.answer(head=method == "HEAD", decode=decode)
            if not connection.ended():
                raise AssertionError(f"{method} {path}: bytes after the answer: {connection.buffer[:200]!r}")
            return answer

    def get(self, path, headers=None, port=None, decode=True):
        return self.request("GET", path, headers, port, decode)

    def raw(self, data):
        """Sends bytes; the first answer, and whether the connection ended with it."""
        with self.connect() as connection:
            connection.send(data)
            answer = connection.answer()
            return answer, connection.ended()

    def metric(self, name):
        found = re.search(r"^%s (\S+)$" % re.escape(name), self.get("/metrics").body, re.M)
        if not found:
            raise AssertionError(f"no metric {name}")
        return float(found.group(1))

    def wait_for(self, condition, seconds=15):
        end = time.monotonic() + seconds * SLOW
        while time.monotonic() < end:
            try:
                if condition():
                    return
            except (OSError, AssertionError):
                pass
            time.sleep(0.02)
        raise AssertionError(f"waited {seconds} s in vain; the log says:\n{self.log[-3000:]}")
