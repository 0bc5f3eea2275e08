"""A month of nights as they come: what sources do, what machines do, what people do; after each the index and the report are
held against the model."""
import fcntl
import json
import os
import random
import subprocess
import time

import house as houses
from house import DAY, START, House, a_night, day_of
from model import TOMBSTONE_DAYS, Model, Source
from records import Bad, Maker, can_have_twin, edited, touched

EVENT_KEYS = ("id", "kind", "texts", "start", "modified")


class Month:
    def __init__(self, work, count, seed, jobs=2):
        self.random = random.Random(seed)
        self.maker = Maker(seed)
        self.house, self.model = House(work, "month", jobs=jobs), Model()
        self.now, self.twinned = START, set()
        each = max(60, count // 5)
        self.ptv, self.lista, self.vanha, self.pakattu = (
            Source(name, form, [self.maker.make() for _ in range(each)])
            for name, form in (("ptv", "jsonl"), ("lista", "csv"), ("vanha", "csv1252"), ("pakattu", "jsonl.gz")))
        self.tapahtumat = Source("tapahtumat", "linkedevents", [self.event() for _ in range(each)])
        self.sources = [self.ptv, self.lista, self.vanha, self.pakattu, self.tapahtumat]

    def event(self):
        record = self.maker.make(kind="event")
        return {key: value for key, value in record.items() if key in EVENT_KEYS}

    # ---- what a day brings

    def churn(self, sources=None):
        """New ones, edits, deletions, and another order: too few to trip a guard."""
        for source in sources or self.sources:
            new = self.event if source.form == "linkedevents" else self.maker.make
            least = max(1, len(source.records) // 100)
            for number in self.random.sample(range(len(source.records)), least):
                if not isinstance(source.records[number], Bad):
                    record = edited(source.records[number], self.random)
                    source.records[number] = {k: v for k, v in record.items()
                                              if source.form != "linkedevents" or k in EVENT_KEYS}
            for _ in range(least // 2 + 1):
                source.records.append(new())
            for _ in range(least // 3 + 1):
                source.records.pop(self.random.randrange(len(source.records)))
            if self.random.random() < 0.3:
                self.random.shuffle(source.records)

    def twins(self, source, other, count):
        """Records of `source` that `other` gets too, in its own words.  None twice: which of two alike in one source a third
        one is merged with goes by the hashes of their ids, and this model knows none."""
        originals = self.random.sample([r for r in source.records if can_have_twin(r) and r["id"] not in self.twinned], count)
        self.twinned |= {r["id"] for r in originals}
        other.records += [self.maker.twin(r) for r in originals]
        return originals

    def night(self, days=1, **options):
        self.now += days * DAY
        return a_night(self.house, self.model, self.sources, self.now, **options)

    def held(self, name, guard):
        source = next(s for s in self.house.report().json["sources"] if s["name"] == name)
        assert source["taken"] == "kept" and source["stopped"], source
        assert any(g["guard"] == guard and g["tripped"] and not g["allowed"] for g in source["guards"]), (guard, source["guards"])

    # ---- the nights, in this order

    def first_night(self):
        self.night()

    def a_day_of_work(self):
        self.churn()
        self.night()
        self.churn()
        self.night()

    def nothing_new(self):
        assert self.night().json["verdict"] == "unchanged"

    def another_order_and_new_timestamps(self):
        for source in self.sources:
            source.records = [touched(r, self.random) for r in source.records]
            self.random.shuffle(source.records)
        assert self.night().json["verdict"] == "unchanged"

    def duplicates_come(self):
        self.originals = self.twins(self.ptv, self.lista, 4)
        self.originals_of_lista = self.twins(self.lista, self.pakattu, 3)
        assert self.night().json["totals"]["merged"] == 7

    def only_hidden_records_change(self):
        """What is hidden must be known as it is now when it comes back."""
        hidden = self.hidden()
        number = next(i for i, r in enumerate(self.lista.records) if r["id"] in hidden)
        self.lista.records[number] = edited(self.lista.records[number], random.Random(0)) | {"contact": [
            {"name": "Toinen Esimerkki", "phone": "040 000 7777"}]}
        self.lista.records[number]["texts"]["fi"]["summary"] = "Muuttui, kun ei näkynyt."
        self.twins(self.ptv, self.lista, 1)
        self.night()

    def hidden(self):
        return {id for id, entry in self.model.entries.items() if entry.into}

    def the_shown_one_goes_while_the_other_is_held_back(self):
        gone = {r["id"] for r in self.originals[:2]}
        self.ptv.records = [r for r in self.ptv.records if r["id"] not in gone]
        self.lista.damage = (lambda data: None, 0, False)
        made = self.night().json
        assert next(s for s in made["sources"] if s["name"] == "lista")["added"] == 2, made["sources"]
        self.held("lista", "unreadable")

    def the_missing_file_is_back(self):
        self.lista.damage = None
        self.churn([self.lista])
        self.night()

    def a_shown_one_becomes_hidden(self):
        """A duplicate comes in a source that stands before."""
        record = next(r for r in self.vanha.records if can_have_twin(r))
        self.ptv.records.append(self.maker.twin(record))
        self.night()

    def records_move(self):
        for source, other in ((self.ptv, self.vanha), (self.pakattu, self.ptv)):
            moved = self.random.sample(source.records, 3)
            source.records = [r for r in source.records if r not in moved]
            other.records += moved
        self.night()

    def records_move_into_a_source_that_is_held_back(self):
        """And out of one: what is kept yields to what was read."""
        hidden = self.hidden()
        moved = self.random.sample([r for r in self.vanha.records if r["id"] not in hidden], 3)
        self.vanha.records = [r for r in self.vanha.records if r not in moved]
        self.ptv.records += moved
        kept, self.vanha.records = self.vanha.records, self.vanha.records[:len(self.vanha.records) // 3]
        self.night()
        self.held("vanha", "deletions")
        self.vanha.records = kept
        self.night()

    def three_percent_are_rejected(self):
        self.bad = [Bad(f"bad-{i}") for i in range(3 * len(self.vanha.records) // 100 + 1)]
        self.vanha.records += self.bad
        self.churn([self.ptv])
        self.night()
        self.held("vanha", "rejected")
        self.night(allow={("rejected", "vanha")})

    def one_percent_is_rejected(self):
        self.vanha.records = [r for r in self.vanha.records if not isinstance(r, Bad) or r is self.bad[0]]
        made = self.night().json
        assert made["totals"]["rejected"] == 1 and made["verdict"] in ("published", "unchanged")
        self.vanha.records.remove(self.bad[0])
        self.night()

    def an_id_is_there_twice(self):
        self.pakattu.records.append(self.ptv.records[5])
        self.night()
        self.pakattu.records.pop()
        self.night()

    def a_file_ends_in_the_middle_of_a_record(self):
        whole = len(self.ptv.records) * 9 // 10

        def cut(data):
            lines = data.split(b"\n")
            return b"\n".join(lines[:whole]) + b"\n" + lines[whole][:len(lines[whole]) // 2]
        self.ptv.damage = (cut, whole, True)
        self.night()
        self.held("ptv", "unreadable")
        self.ptv.damage = None

    def a_packed_file_ends_in_its_middle(self):
        self.pakattu.damage = (lambda data: data[:len(data) // 2], None, False)
        self.churn([self.lista])
        self.night()
        self.held("pakattu", "unreadable")
        self.pakattu.damage = (lambda data: data[:-4], None, False)
        self.night()
        self.held("pakattu", "unreadable")
        self.pakattu.damage = None
        self.night()

    def other_encodings(self):
        self.lista.damage = (lambda data: data.decode().encode("utf-16"), None, False)
        self.night()
        self.held("lista", "unreadable")
        self.lista.damage = None
        self.lista.form = "csv1252"  # which is read as what it is
        assert self.night().json["verdict"] == "unchanged"
        self.lista.form = "csv"
        self.ptv.damage = (lambda data: data.decode().encode("latin-1"), None, False)
        self.night_held_somehow("ptv")
        self.ptv.damage = (lambda data: data.decode().encode("utf-16"), None, False)
        self.night_held_somehow("ptv")
        self.ptv.damage = None

    def night_held_somehow(self, name):
        """By which guard is not said anywhere, so the model takes what tripped."""
        self.night(any_guard=True)
        source = next(s for s in self.house.report().json["sources"] if s["name"] == name)
        assert source["taken"] == "kept", source

    def most_records_are_lost(self):
        """72 %, as it was when nobody had guards."""
        self.kept = self.lista.records
        self.lista.records = self.lista.records[:len(self.lista.records) * 28 // 100]
        self.churn([self.ptv])
        self.night()
        self.held("lista", "deletions")
        self.night()
        made = self.night(allow={("deletions", "lista"), ("drift", "lista")}).json  # a few may be of another mixture
        assert made["verdict"] == "published", made["subject"]
        self.lista.records = self.kept
        self.night(allow={("drift", "lista")})

    def coordinates_vanish(self):
        whole = self.vanha.records
        self.vanha.records = [{**r, "place": [{k: v for k, v in p.items() if k not in ("lat", "lon")} for p in r["place"]]}
                              for r in whole]
        self.night()
        self.held("vanha", "drift")
        self.night(allow={("drift", "vanha")})
        self.vanha.records = whole
        self.night()

    def an_old_file(self):
        self.pakattu.mtime = self.now - 7 * DAY
        self.churn([self.lista])
        self.night(days=0)
        self.night()
        self.held("pakattu", "age")
        self.night(allow={("age", "pakattu")})
        self.pakattu.mtime = None

    def an_empty_file(self):
        kept, self.tapahtumat.records = self.tapahtumat.records, []
        self.tapahtumat.damage = (lambda data: data, None, False)
        self.night_held_somehow("tapahtumat")
        self.tapahtumat.records, self.tapahtumat.damage = kept, None
        self.night()

    def one_source_now(self):
        self.churn()
        self.night(days=0, only=["lista", "pakattu"])
        self.night()

    def a_look_at_tonight(self):
        self.churn()
        self.night(days=0, dry_run=True)
        self.vanha.damage = (lambda data: None, 0, False)
        self.night(days=0, dry_run=True)
        self.vanha.damage = None
        self.night()

    def everything_anew(self):
        self.churn()
        self.night(whole=True)
        self.night(whole=True)
        self.vanha.damage = (lambda data: None, 0, False)
        self.night(whole=True)
        self.vanha.damage = None

    def a_source_leaves(self):
        self.sources.remove(self.pakattu)
        self.churn()
        self.night()
        self.held("pakattu", "deletions")
        self.night(allow={("deletions", "pakattu")})
        assert self.night().json["verdict"] == "unchanged", "a source that went is remembered for ever"
        self.sources.append(self.pakattu)
        self.night()

    def a_source_gets_another_name(self):
        old = self.vanha
        self.vanha = Source("uusi-nimi", old.form, old.records)
        self.sources[self.sources.index(old)] = self.vanha
        made = self.night().json
        assert made["totals"]["removed"] == 0, "the same records under another name were told as removed"
        assert self.night().json["verdict"] == "unchanged"

    def another_order_of_sources(self):
        """Which of two is shown changes."""
        self.twins(self.ptv, self.lista, 2)
        self.night()
        self.sources.reverse()
        self.night()
        self.sources.reverse()
        self.night()

    def a_clock_a_year_ahead(self):
        """By 400 days: what went on the day of the last night has been known for long enough."""
        gone = next(r for r in self.vanha.records if r["id"] in self.model.shown())
        self.vanha.records.remove(gone)
        self.night()
        assert gone["id"] in self.model.stones
        for source in self.sources:
            source.mtime = self.now
        before = self.now
        self.churn([self.ptv])
        self.now += TOMBSTONE_DAYS * DAY
        assert self.night(days=0).json["verdict"] == "refused"
        for source in self.sources:
            source.limits["max_age_days"] = 0
        self.churn()
        self.night(days=0)
        assert gone["id"] not in self.model.stones
        self.now = before
        self.churn()
        self.night()
        for source in self.sources:
            source.limits["max_age_days"], source.mtime = 7, None
        self.night()

    def two_runs_at_once(self):
        self.churn()
        snapshot, runs = self.house.snapshot(), self.house.runs()
        with open(os.path.join(self.house.index, "lock"), "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            result = self.house.run(self.sources, self.now)
        assert result.exit == 5 and "toinen ajo" in result.errors, (result.exit, result.errors)
        assert self.house.snapshot() == snapshot and self.house.runs() == runs
        self.night()

    def a_query_loses_its_hit(self):
        """Nothing is published then, whatever else the night brings."""
        shown = self.model.shown()
        record = next(r for r in self.vanha.records if r["id"] in shown and r["kind"] != "event")
        title = record["texts"]["fi"]["title"]
        self.house.extra = f"[golden {record['id']}]\nquery = {title}\nexpect = {record['id']}\n"
        self.model.golden = {record["id"]}
        self.churn([self.ptv])
        made = self.night().json
        place = made["golden"][0]["place"]  # seldom another record of nearly the same title stands before it
        assert made["verdict"] == "published" and place in range(1, 11), made["golden"]
        self.vanha.records.remove(record)
        self.churn([self.ptv])
        made = self.night().json
        assert made["verdict"] == "refused" and not made["golden"][0]["passed"], made["golden"]
        assert made["golden"][0]["placeBefore"] == place, made["golden"]
        self.vanha.records.append(record)
        self.night()
        self.house.extra, self.model.golden = "", set()

    def words_that_found_nothing(self):
        """Each comes with the nearest word of what serves after the night."""
        self.house.state = os.path.join(self.house.folder, "state")
        os.makedirs(self.house.state)
        days = {day_of(self.now - 9 * DAY): 4, day_of(self.now): 5}
        words = [{"word": word, "count": 9, "days": days} for word in ("kahvikehro", "tuolijumpppa", "qqqqqqqqqq")]
        with open(os.path.join(self.house.state, "zero-hits.json"), "w") as file:
            json.dump({"format": 1, "least": 3, "words": words}, file)
        self.churn([self.ptv])
        heard = self.night().json["heard"]
        assert heard["why"] is None and [(w["word"], w["week"], w["weekBefore"], w["nearest"]) for w in heard["topWords"]] == [
            ("kahvikehro", 5, 4, "kahvikerho"), ("tuolijumpppa", 5, 4, "tuolijumppa"), ("qqqqqqqqqq", 5, 4, None)], heard
        self.house.state = None

    def back_to_the_generation_before(self):
        """The next night starts from what serves, and brings the same."""
        before = self.model.entries, self.model.stones.copy(), self.model.clean
        self.churn()
        self.night()
        result = houses.indexer("rollback", "--config", self.house.config)
        assert result.exit == 0, result.errors
        self.model.entries, self.model.stones, self.model.clean = before
        self.model.generation = self.house.current()
        self.night()

    def a_full_disk(self):
        """On a small disk, or with files that must not grow."""
        self.churn()
        self.house.write_config(self.sources)
        small = os.path.join(self.house.folder, "small")
        os.makedirs(small, exist_ok=True)
        size = sum(s for s, _, _ in self.house.snapshot().values())
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={2 * size + (1 << 20)}", "tmpfs", small],
                                 capture_output=True).returncode == 0
        if not mounted:
            print("figure: no tmpfs may be mounted here, so files that must not grow stand for a full disk")
            self.on_a_full_disk(self.house.index, None)
            return
        index = self.house.index
        try:
            subprocess.run(["cp", "-a", index, small], check=True)
            self.house.index = os.path.join(small, "index")
            self.on_a_full_disk(self.house.index, os.path.join(small, "ballast"))
            subprocess.run(["rm", "-rf", index], check=True)
            subprocess.run(["cp", "-a", self.house.index, index], check=True)
        finally:
            self.house.index = index
            subprocess.run(["umount", small], check=False)

    def on_a_full_disk(self, index, ballast):
        """A night on it fails and says which file; what serves goes on; with space again the night brings what it must."""
        if ballast:
            file = os.open(ballast, os.O_WRONLY | os.O_CREAT)
            try:
                while True:
                    os.write(file, b"x" * 4096)
            except OSError:
                os.close(file)
        exported = self.house.export()
        result = self.house.run(self.sources, self.now, limit_bytes=None if ballast else 20000)
        assert result.exit == 1, (result.exit, result.errors)
        assert index in result.errors and ("levyllä ei ole tilaa" in result.errors or "liian suuri" in result.errors), result.errors
        assert self.house.export() == exported
        made = self.house.report().json
        assert made["verdict"] == "failed" and index in made["why"], (made["verdict"], made["why"])
        for told in made["sources"]:
            assert told["read"] == told["accepted"] + told["rejected"] + told["merged"], (told["name"], "read is not the sum")
        assert not [n for n in os.listdir(index) if n.endswith(".tmp")], os.listdir(index)
        if ballast:
            os.remove(ballast)
        self.night()

    def killed_in_each_stage(self):
        """At the first and the last call on each of the files that a night writes."""
        log = os.path.join(self.house.folder, "calls")
        library = os.path.join(houses.BUILD, "tests", "faults.so")
        base = {"LD_PRELOAD": library, "OPASTIN_FAULT_UNDER": f"{self.house.index}:{self.house.reports}",
                "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}
        self.churn()
        self.night(environment=base | {"OPASTIN_FAULT_LOG": log})
        stages, killed = stages_of(log), 0
        for number in stages:
            self.churn([self.ptv])
            exported = self.house.export()
            self.now += DAY
            result = self.house.run(self.sources, self.now, environment=base | {
                "OPASTIN_FAULT_NTH": str(number), "OPASTIN_FAULT_HOW": "KILL"})
            assert result.exit in (-9, 0), f"call {number}: {result.exit} {result.errors}"
            killed += result.exit == -9  # a night that has less to remove ends before the last ones
            served = self.house.export()
            if served != exported:  # it was killed behind the switch
                self.model.night(self.sources, self.now, day_of(self.now))
                self.model.generation = self.house.current()
            for command in ("status", "list"):
                assert houses.indexer(command, "--index", self.house.index).exit == 0
            self.night()
        assert killed >= len(stages) * 3 // 4, f"only {killed} of {len(stages)} calls were reached"
        print(f"figure: killed in {killed} stages of a night")


def stages_of(log):
    """The number of the first and the last call for each file; generations and runs have other numbers each night."""
    first, last = {}, {}
    with open(log) as file:
        for line in file:
            number, call, path = line.split(" ", 2)
            name = path.strip().rsplit("/", 1)[-1]
            first.setdefault((call, name), int(number))
            last[call, name] = int(number)
    chosen = sorted({*first.values(), *last.values()})
    return chosen[::max(1, len(chosen) // STAGES)]


STAGES = 24

NO_NIGHTS = ("event", "churn", "twins", "night", "held", "hidden", "night_held_somehow", "on_a_full_disk")
NIGHTS = [name for name, value in vars(Month).items()
          if callable(value) and name not in NO_NIGHTS and not name.startswith("__")]


# After which the daemon is asked too.
ASKED = ("records_move", "a_source_gets_another_name", "the_shown_one_goes_while_the_other_is_held_back", NIGHTS[-1])


WORTH_TELLING = 10000


def tell(name, nights, seconds):
    """What this kind of night costs; with its checks it takes longer."""
    each = ", ".join(f"{s:.1f} s {m} MB" for s, m in nights[:6]) + (" ..." if len(nights) > 6 else "")
    worst = f"at most {max(s for s, _ in nights):.1f} s and {max(m for _, m in nights)} MB: " if len(nights) > 1 else ""
    print(f"figure: {name.replace('_', ' ')}: {worst}{each} (with its checks {seconds:.0f} s)", flush=True)


def a_month(work, count, seed, only=None):
    """Each kind of night; a failed one ends the month, for the nights behind it stand on it."""
    month = Month(work, count, seed)
    for name in NIGHTS:
        if only and name not in only:
            continue
        before, started = len(month.house.nights), time.monotonic()
        try:
            getattr(month, name)()
            if count >= WORTH_TELLING:
                tell(name, month.house.nights[before:], time.monotonic() - started)
            if name in ASKED:
                houses.check_daemon(month.house, month.model, month.now)
        except AssertionError as error:
            raise AssertionError(f"{name} (seed {seed}, run {len(month.house.runs())}): {error}") from error
    print(f"figure: {len(month.house.runs())} nights over {count} records, {len(month.model.shown())} served at the end")
