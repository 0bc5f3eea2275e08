#!/usr/bin/env python3
"""kill -9 and full disks: the index that was serving still serves, whole.

usage: run.py BUILD_DIR     OPASTIN_KILLS: how many kills (default 100), OPASTIN_SEED: of their moments
"""
import glob
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

BUILD = sys.argv[1]
INDEXER = os.path.join(BUILD, "opastin-indexer")
SEARCHD = os.path.join(BUILD, "opastin-searchd")
KILLS = int(os.environ.get("OPASTIN_KILLS", "100"))
SEED = int(os.environ.get("OPASTIN_SEED", str(random.SystemRandom().randrange(1 << 32))))
OLD, NEW = ["corpus/seeds.jsonl"], ["corpus/seeds.jsonl", "corpus/ita.jsonl"]


def indexer(*arguments, **options):
    return subprocess.run([INDEXER, *arguments], capture_output=True, text=True, **options)


def exported(index):
    """Ids of what is live; fails unless every line is a whole record."""
    result = indexer("export", "--index", index)
    assert result.returncode == 0, f"export after a kill: {result.stderr}"
    return sorted(json.loads(line)["id"] for line in result.stdout.splitlines())


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Daemon:
    def __init__(self, index):
        self.port = free_port()
        self.process = subprocess.Popen(
            [SEARCHD, "--index", index, "--address", "127.0.0.1", "--port", str(self.port), "--threads", "1"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError("the daemon does not get ready")

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def total(self):
        status, body = self.get("/api/v1/search?past=1&per_page=0")
        assert status == 200, f"search answers {status}: {body[:300]}"
        return json.loads(body)["totalHits"]

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def kill_runs(index, daemon, duration, old, new):
    """Kills KILLS runs at random moments; after each, what serves is the old index or the new one, whole."""
    moments = random.Random(SEED)
    killed = attempt = 0
    while killed < KILLS:
        assert attempt < 5 * KILLS, f"only {killed} of {attempt} runs could be killed"
        files = NEW if attempt % 2 == 0 else OLD
        process = subprocess.Popen([INDEXER, "run", "--index", index, "--quiet", "--keep", "2", *files],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(moments.uniform(0, duration))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += process.wait() == -signal.SIGKILL
        attempt += 1
        live = exported(index)
        assert live in (old, new), f"run {attempt}, seed {SEED}: {len(live)} records, expected {len(old)} or {len(new)}"
        assert indexer("status", "--index", index).returncode == 0
        total = daemon.total()
        assert total in (len(old), len(new)), f"run {attempt}, seed {SEED}: the daemon finds {total}"
    return killed, attempt


def killed_runs_leave_the_serving_index_whole(work):
    index = os.path.join(work, "index")
    assert indexer("run", "--index", index, "--quiet", *OLD).returncode in (0, 3)
    old = exported(index)
    started = time.monotonic()
    assert indexer("run", "--index", os.path.join(work, "other"), "--quiet", *NEW).returncode in (0, 3)
    duration = time.monotonic() - started
    new = exported(os.path.join(work, "other"))
    assert len(new) > len(old) > 0
    daemon = Daemon(index)
    try:
        killed, attempt = kill_runs(index, daemon, duration, old, new)
    finally:
        daemon.stop()
    assert indexer("run", "--index", index, "--quiet", "--keep", "2", *NEW).returncode in (0, 3), "no run after the kills"
    assert exported(index) == new
    left = glob.glob(os.path.join(index, "*.tmp"))
    assert not left, f"left over: {left}"
    print(f"figure: {killed} of {attempt} runs killed at random moments (seed {SEED}), every index whole")


def a_full_disk_is_said_and_the_old_index_serves(work):
    mount = os.path.join(work, "small")
    os.mkdir(mount)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", mount], capture_output=True)
    if mounted.returncode != 0:
        print("skipped: a full disk needs the right to mount a tmpfs")
        return
    try:
        index = os.path.join(mount, "index")
        result = indexer("run", "--index", index, "--quiet", *OLD)
        assert result.returncode in (0, 3), result.stderr
        old = exported(index)
        ballast = os.open(os.path.join(mount, "ballast"), os.O_WRONLY | os.O_CREAT)
        try:
            while True:
                os.write(ballast, b"x" * 4096)
        except OSError:
            os.close(ballast)
        result = indexer("run", "--index", index, "--quiet", *NEW)
        assert result.returncode == 1, f"exit {result.returncode}: {result.stderr}"
        assert "No space left" in result.stderr or "ENOSPC" in result.stderr or "space" in result.stderr, result.stderr
        assert exported(index) == old
        os.unlink(os.path.join(mount, "ballast"))
        assert not glob.glob(os.path.join(index, "*.tmp"))
        assert indexer("run", "--index", index, "--quiet", *OLD).returncode in (0, 3), "no run after space was made"
    finally:
        subprocess.run(["umount", mount], check=False)


def a_second_run_at_the_same_time_is_refused(work):
    import fcntl
    index = os.path.join(work, "locked")
    assert indexer("run", "--index", index, "--quiet", *OLD).returncode in (0, 3)
    with open(os.path.join(index, "lock"), "r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = indexer("run", "--index", index, "--quiet", *OLD)
        assert result.returncode == 5 and "another run" in result.stderr, (result.returncode, result.stderr)
    assert indexer("run", "--index", index, "--quiet", *OLD).returncode in (0, 3)


def nothing_read_publishes_nothing(work):
    index = os.path.join(work, "nothing")
    assert indexer("run", "--index", index, "--quiet", *OLD).returncode in (0, 3)
    before = exported(index)
    empty = os.path.join(work, "empty.jsonl")
    open(empty, "w").close()
    bad = os.path.join(work, "bad.jsonl")
    with open(bad, "w") as file:
        file.write('{"id":"x","kind":"activity"}\nnot json\n')
    for path in (empty, bad, os.path.join(work, "missing.jsonl")):
        result = indexer("run", "--index", index, "--quiet", path)
        assert result.returncode == 1, (path, result.returncode, result.stderr)
        assert exported(index) == before


def a_broken_record_is_told_and_the_rest_is_indexed(work):
    index = os.path.join(work, "partly")
    path = os.path.join(work, "partly.jsonl")
    with open("corpus/seeds.jsonl") as corpus, open(path, "w") as file:
        lines = corpus.read().splitlines()
        lines.insert(2, '{"id":"broken-age","kind":"activity","texts":{"fi":{"title":"Kerho"}},"age_max":720}')
        lines.append(lines[0])
        file.write("\n".join(lines) + "\n")
    result = indexer("run", "--index", index, "--quiet", path)
    assert result.returncode == 3, (result.returncode, result.stderr)
    assert "partly.jsonl:3" in result.stderr and "broken-age" in result.stderr and "720" in result.stderr, result.stderr
    assert f"partly.jsonl:{len(lines)}" in result.stderr, "the duplicate id is not told: " + result.stderr
    assert len(exported(index)) == len(lines) - 2


def rollback_prune_and_publish_move_between_whole_generations(work):
    index = os.path.join(work, "moves")
    for files in (OLD, NEW, OLD, NEW):
        assert indexer("run", "--index", index, "--quiet", *files).returncode in (0, 3)
    new = len(exported(index))
    assert indexer("rollback", "--index", index).returncode == 0
    assert len(exported(index)) < new
    assert indexer("publish", "--index", index, "4").returncode == 0
    assert len(exported(index)) == new
    assert indexer("publish", "--index", index, "99").returncode == 1
    assert indexer("prune", "--index", index, "--keep", "2", "--dry-run").returncode == 0
    assert len(json.loads(indexer("list", "--index", index, "--json").stdout)) == 4
    assert indexer("prune", "--index", index, "--keep", "2").returncode == 0
    generations = json.loads(indexer("list", "--index", index, "--json").stdout)
    assert [g["generation"] for g in generations] == [3, 4] and generations[1]["current"], generations


def main():
    tests = [test for name, test in sorted(globals().items())
             if callable(test) and getattr(test, "__code__", None) and test.__code__.co_varnames[:1] == ("work",)]
    failed = 0
    for test in tests:
        work = tempfile.mkdtemp(prefix="opastin-crash-")
        try:
            test(work)
            print(f"ok {test.__name__}")
        except AssertionError as error:
            failed += 1
            print(f"not ok {test.__name__}: {error}")
        finally:
            shutil.rmtree(work, ignore_errors=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
