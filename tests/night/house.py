"""A house to run nights in: folders, a configuration, the programs, and what they left, held against the model."""
import collections
import csv
import datetime
import json
import os
import re
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "report"), os.path.join(HERE, "..", "http")]

import renderings  # noqa: E402  (their folders are on the path only now)
from records import rendered  # noqa: E402

DAY = 86400
START = 1796083200  # 2026-12-01
INDEXER = SEARCHD = None
BUILD = None


def set_up(build):
    """Copies of the programs: a build that goes on beside the tests does not change what is tested."""
    global INDEXER, SEARCHD, BUILD
    BUILD = os.path.abspath(build)
    work = tempfile.mkdtemp(prefix="opastin-night.")
    for program in ("opastin-indexer", "opastin-searchd"):
        shutil.copy(os.path.join(build, program), work)
    INDEXER, SEARCHD = (os.path.join(work, p) for p in ("opastin-indexer", "opastin-searchd"))
    return work


def day_of(now):
    """The Finnish day, which in winter is two hours ahead."""
    import datetime
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=now + 7200)).strftime("%Y-%m-%d")


class Run:
    def __init__(self, exit, out, errors, seconds, megabytes):
        self.exit, self.out, self.errors = exit, out, errors
        self.seconds, self.megabytes = seconds, megabytes


def indexer(*arguments, environment=None, limit_bytes=None):
    def limits():
        if limit_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        process = subprocess.Popen([INDEXER, *map(str, arguments)], stdout=out, stderr=errors,
                                   env=os.environ | (environment or {}), preexec_fn=limits)
        megabytes = peak_until_its_end(process)
        seconds = time.monotonic() - started
        texts = []
        for file in (out, errors):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    for word in ("Sanitizer", "runtime error:"):
        assert word not in texts[1], f"a sanitizer found something:\n{texts[1][-6000:]}"
    return Run(process.returncode, *texts, seconds, megabytes)


def peak_until_its_end(process):
    """The system's account of a child that has ended counts what this process had when it forked, so it is asked before."""
    peak, pause = 0, 0.002
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status") as file:
                peak = max(peak, *(int(line.split()[1]) // 1024 for line in file if line.startswith("VmHWM")), 0)
        except OSError:
            pass
        time.sleep(pause)
        pause = min(0.03, pause * 1.2)
    return peak


class House:
    def __init__(self, work, name="house", keep=3, index=None, jobs=2):
        self.folder = os.path.join(work, name)
        os.makedirs(os.path.join(self.folder, "in"), exist_ok=True)
        self.index = index or os.path.join(self.folder, "index")
        self.reports = os.path.join(self.folder, "reports")
        self.config = os.path.join(self.folder, "opastin.conf")
        self.keep, self.jobs = keep, jobs
        self.written = {}
        self.nights = []  # of each: seconds, megabytes
        self.checked = {}  # by exported line: what it was held against
        self.language = "fi"
        self.extra = ""
        self.state = None  # a folder as the daemon leaves it

    # ---- files

    def path(self, source):
        ends = {"jsonl": ".jsonl", "jsonl.gz": ".jsonl.gz", "csv": ".csv", "csv1252": ".csv", "linkedevents": ".json"}
        return os.path.join(self.folder, "in", source.name + ends[source.form])

    def write_config(self, sources):
        text = f"[index]\npath = {self.index}\nkeep = {self.keep}\n[report]\nfolder = {self.reports}\n" \
               f"mail_to = m@example.org\nmail_from = o@example.org\nlanguage = {self.language}\n"
        text += f"state = {self.state}\n" if self.state else ""
        for source in sources:
            text += f"[source {source.name}]\npath = {self.path(source)}\nowner = Omistaja\n"
            text += "".join(f"{key} = {value}\n" for key, value in source.limits.items())
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text + self.extra)

    def write(self, source, now):
        """The source's file as it is tonight; lines by number of the record."""
        data, lines = rendered(source.form, source.records)
        if source.damage:
            data = source.damage[0](data)
        if data is None:
            if os.path.exists(self.path(source)):
                os.remove(self.path(source))
        else:
            with open(self.path(source), "wb") as file:
                file.write(data)
            mtime = now if source.mtime is None else source.mtime
            os.utime(self.path(source), (mtime, mtime))
        self.written[source.name] = lines

    # ---- a night

    def arguments(self, now, only=(), allow=(), dry_run=False, whole=False, any_guard=False):
        return ["run", "--config", self.config, "--quiet", "--jobs", self.jobs, "--now", now,
                *[f"--source={name}" for name in only], *[f"--allow-{guard}={name}" for guard, name in sorted(allow)],
                *["--dry-run"] * dry_run, *["--whole"] * whole]

    def run(self, sources, now, environment=None, limit_bytes=None, **options):
        self.write_config(sources)
        for source in sources:
            self.write(source, now)
        result = indexer(*self.arguments(now, **options), environment=environment, limit_bytes=limit_bytes)
        self.nights.append((result.seconds, result.megabytes))
        return result

    def current(self):
        with open(os.path.join(self.index, "CURRENT")) as file:
            return int(re.fullmatch(r"gen-(\d+)\n", file.read())[1])

    def export(self):
        result = indexer("export", "--index", self.index)
        assert result.exit == 0, f"export: {result.exit} {result.errors}"
        return result.out

    def runs(self):
        return sorted(n for n in os.listdir(self.reports) if re.fullmatch(r"run-\d{6}", n)) \
            if os.path.isdir(self.reports) else []

    def report(self):
        return renderings.Folder(os.path.join(self.reports, self.runs()[-1]))

    def snapshot(self):
        """Everything in the index's folder but the lock, how the last run ended and what killed runs left, with its
        bytes' time and size."""
        found = {}
        for folder, _, names in os.walk(self.index):
            for name in names:
                if name not in ("lock", "status.json") and ".tmp" not in os.path.join(folder, name):
                    path = os.path.join(folder, name)
                    found[path] = (os.stat(path).st_size, os.stat(path).st_mtime_ns, os.stat(path).st_ino)
        return found


# ---- what is served -----------------------------------------------------------------------------------------------

def check_export(house, model):
    """Each record once, with what the model knows of its meaning. A line that was held against this record already is not
    looked at again."""
    shown, served, checked = model.shown(), {}, {}
    for line in house.export().splitlines():
        id, record, partial = house.checked.get(line, (None, None, None))
        if id not in shown or record is not shown[id].record or partial != house.partial(shown[id]):
            record = json.loads(line)
            id = record["id"]
        else:
            record = None
        assert id not in served, f"{id} is served twice"
        served[id] = record
        if id in shown:
            checked[line] = id, shown[id].record, house.partial(shown[id])
    assert set(served) == set(shown), f"served but not expected: {sorted(set(served) - set(shown))[:9]}, " \
                                      f"expected but not served: {sorted(set(shown) - set(served))[:9]}"
    for id, entry in shown.items():
        if served[id] is None:
            continue
        for key in ("kind", "start", "audience", "theme", "languages", "verified_at", "business_id"):
            mine, theirs = entry.record.get(key), served[id].get(key)
            mine, theirs = (sorted(v) if isinstance(v, list) else v for v in (mine, theirs))
            assert house.partial(entry) and key not in ("kind", "start") or mine == theirs, (id, key, mine, theirs)
        mine, theirs = entry.record["texts"]["fi"], served[id]["texts"]["fi"]
        assert (mine["title"], mine.get("summary")) == (theirs["title"], theirs.get("summary")), (id, mine, theirs)
    house.checked = checked


def partial(house, entry):
    """Linked Events say less of a record."""
    return entry.source in house.foreign


House.partial = partial
House.foreign = frozenset()


def check_stones(house, model):
    """The file of those that went, read as its header says: sections of rows and of texts."""
    path = os.path.join(house.index, f"gen-{house.current()}", "tombstones")
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == b"OPASTTOM"
    (rows_at, rows_bytes, _), (texts_at, _, _) = (struct.unpack_from("<QQI", data, 24 + 24 * i) for i in range(2))
    found = {}
    for i in range(rows_bytes // 16):
        at, day, _ = struct.unpack_from("<QiI", data, rows_at + 16 * i)
        parts = data[texts_at + at:texts_at + at + 4000].split(b"\0", 3)[:3]
        found[parts[0].decode()] = (*(p.decode() for p in parts[1:]), day)
    since = datetime.date(1970, 1, 1).toordinal()
    expected = {id: (*stone[:2], stone[2] - since) for id, stone in model.stones.items()}
    assert found == expected, [(id, found.get(id), expected.get(id)) for id in set(found) | set(expected)
                               if found.get(id) != expected.get(id)][:9]


# ---- what is told ---------------------------------------------------------------------------------------------------

def rows_of(report, name):
    with open(os.path.join(report.path, name), encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


COUNTS = ["read", "accepted", "rejected", "merged", "added", "changed", "removed", "unchanged", "records"]


def check_source(told, expected, foreign, any_guard):
    name = told["name"]
    assert told["read"] == told["accepted"] + told["rejected"] + told["merged"], (name, "read is not the sum", told)
    kept = told["records"] if told["taken"] in ("kept", "left") else told["accepted"]
    assert kept == told["added"] + told["changed"] + told["unchanged"], (name, "accepted is not the sum", told)
    if foreign and expected.taken in ("same", "new"):
        assert told["taken"] in ("same", "new"), (name, told["taken"])
    else:
        assert told["taken"] == expected.taken, (name, told["taken"], expected.taken)
    unknown = () if expected.known else ("read", "accepted", "rejected")
    for key in COUNTS:
        assert key in unknown or told[key] == getattr(expected, key), \
            f"{name}: {key} is {told[key]}, expected {getattr(expected, key)}"
    tripped = {g["guard"] for g in told["guards"] if g["tripped"]}
    if any_guard:
        assert bool(tripped) == bool(expected.guards), (name, tripped, expected.guards)
    elif expected.known:
        assert tripped == expected.guards, (name, tripped, expected.guards)
    else:
        assert expected.guards & {"unreadable"} <= tripped, (name, tripped, expected.guards)
    assert told["quality"]["past"] == expected.past, (name, "past", told["quality"]["past"], expected.past)
    for key, count in told["quality"]["has"].items():
        assert foreign or count == expected.has.get(key, 0), (name, key, count, expected.has.get(key, 0))


def check_lists(house, report, sources, outcome, first):
    rejected = {}
    for row in rows_of(report, "rejects.csv"):
        rejected.setdefault(row["source"], set()).add(int(row["line"] or 0))
    for source in sources:
        expected = outcome.sources[source.name]
        if expected.known and expected.taken != "left":
            lines = house.written[source.name]
            numbers = {lines[n] if n < len(lines) else 0 for n in expected.rejects}
            assert rejected.get(source.name, set()) - {0} == numbers - {0}, \
                (source.name, "rejects.csv", rejected.get(source.name), numbers)
        told = next(s for s in report.json["sources"] if s["name"] == source.name)
        assert len(rejected.get(source.name, ())) >= (told["rejected"] > 0), source.name
    removed = {(r["source"], r["id"], r["title"]) for r in rows_of(report, "removed.csv")}
    assert removed == outcome.removed, ("removed.csv", sorted(removed ^ outcome.removed)[:9])
    missing = {(r["source"], r["id"], r["title"]) for r in rows_of(report, "missing.csv")}
    unknown = {name for name, expected in outcome.sources.items() if not expected.known}
    differ = {row for row in missing ^ outcome.missing if row[0] not in unknown}
    assert not differ, ("missing.csv", sorted(differ)[:9])
    merged = {(r["source"], r["id"], r["kept_source"], r["kept_id"], r["rule"]) for r in rows_of(report, "merged.csv")}
    assert merged == outcome.merged, ("merged.csv", sorted(merged ^ outcome.merged)[:9])
    if not first:  # the first run adds everything, which is no list to read
        changes = {(r["change"], r["source"], r["id"], r["title"]) for r in rows_of(report, "changed.csv")}
        expected = {("added", *row) for row in outcome.added} | {("changed", *row) for row in outcome.changed}
        assert changes == expected, ("changed.csv", sorted(changes ^ expected)[:9])


def check_night(house, sources, first, outcome, result, dry_run=False, any_guard=False):
    """The report's numbers in all three renderings, its lists, the exit code."""
    assert result.exit == outcome.exit, f"exit {result.exit}, expected {outcome.exit} ({outcome.verdict}): {result.errors}"
    report = house.report()
    made = report.json
    assert made["verdict"] == outcome.verdict, (made["verdict"], outcome.verdict, made["why"], made["subject"])
    assert made["dryRun"] == dry_run
    assert {s["name"] for s in made["sources"]} == set(outcome.sources), (
        [s["name"] for s in made["sources"]], list(outcome.sources))
    foreign = {s.name for s in sources if s.form == "linkedevents"}
    for told in made["sources"]:
        check_source(told, outcome.sources[told["name"]], told["name"] in foreign, any_guard)
    check_lists(house, report, sources, outcome, first)
    renderings.check_same_numbers(report, "fi")
    return report


def a_night(house, model, sources, now, environment=None, limit_bytes=None, **options):
    """Runs it and holds everything against the model."""
    dry_run, first = options.get("dry_run", False), model.first
    before, snapshot = house.current() if model.generation else 0, house.snapshot() if model.generation else None
    result = house.run(sources, now, environment=environment, limit_bytes=limit_bytes, **options)
    outcome = model.night(sources, now, day_of(now), **options)
    house.foreign = frozenset(s.name for s in sources if s.form == "linkedevents")
    report = check_night(house, sources, first, outcome, result, dry_run, options.get("any_guard", False))
    made = report.json
    if outcome.generation:
        model.generation = house.current()
        assert model.generation > before and made["generation"] == {"before": before, "now": model.generation}, made["generation"]
    else:
        assert house.current() == before, "something was published"
        changed = dict(snapshot.items() ^ house.snapshot().items())
        assert not changed, f"changed in the index's folder: {sorted(changed)[:9]}"
    assert made["records"]["now"] == len(model.shown()), made["records"]
    check_export(house, model)
    check_stones(house, model)
    left = [n for n in os.listdir(house.index) + os.listdir(house.reports) if n.endswith(".tmp")]
    assert not left, f"left over: {left}"
    return report



# ---- what is found ----------------------------------------------------------------------------------------------------

def daemon_of(index, today, **options):
    import harness
    harness.BUILD = os.path.dirname(SEARCHD)
    if os.path.basename(BUILD) != "release":
        harness.SLOW = 5
    return harness.Daemon(index, today=today, **options)


def check_daemon(house, model, now):
    """All hits by the cursors, their sources, totals by source's kind, and pages of records that are there and that went."""
    shown, found, cursor = model.shown(), {}, ""
    with daemon_of(house.index, day_of(now), threads=1) as daemon:
        base = "/api/v1/search?past=1&sort=name&per_page=100&facets=kind&fields=id,title,source"
        while cursor is not None:
            answer = daemon.get(base + ("&cursor=" + urllib.parse.quote(cursor) if cursor else "")).json()
            assert answer["totalHits"] == len(shown), (answer["totalHits"], len(shown))
            for hit in answer["hits"]:
                assert hit["id"] not in found, f"{hit['id']} is found twice"
                found[hit["id"]] = hit["source"], hit["title"]
            cursor = answer.get("nextCursor")
        expected = {id: (e.source, e.record["texts"]["fi"]["title"]) for id, e in shown.items()}
        assert found == expected, sorted(set(found.items()) ^ set(expected.items()))[:9]
        kinds = {b["value"]: b["count"] for b in answer["facets"]["kind"]["buckets"] if b["count"]}
        assert kinds == dict(collections.Counter(e.record["kind"] for e in shown.values())), kinds
        for id in sorted(shown)[:5]:
            page = daemon.get(f"/api/v1/items/{id}")
            assert page.status == 200 and page.json()["source"] == shown[id].source, (id, page.status)
        for id in sorted(model.stones)[:5]:
            page = daemon.get(f"/api/v1/items/{id}")
            assert page.status in (301, 308, 404, 410), (id, page.status, page.body[:200])
