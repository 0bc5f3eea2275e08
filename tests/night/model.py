"""What must be served after a night, and what its report must say: written from docs/operations.md, docs/report.md and the
headers of indexer/, not from the program.

A night is: each source gives its records of tonight, or is the same, or is left out, or is held back by a guard and then
keeps those of before.  An id belongs to the source that gave it first tonight; what is kept yields to what was read.  Of
two records of different sources that are one thing, that of the source named first is shown."""
import datetime
import hashlib
import json

from records import Bad, fold, line, once_a_record

GUARD_LEAST_RECORDS = 20
DAY = 86400
TOMBSTONE_DAYS = 400


class Source:
    """A source's file tonight. damage: what makes it unreadable; read: how many records can be read of it nevertheless (None:
    nobody knows)."""

    def __init__(self, name, form, records=None, **limits):
        self.name, self.form = name, form
        self.records = list(records or [])
        self.damage = None
        self.configured = True
        self.mtime = None
        self.limits = {"max_deletions": 5, "max_deletions_percent": 20, "max_rejected_percent": 2, "max_age_days": 7,
                       "max_drift_points": 10, "min_records": 1} | limits


class Entry:
    def __init__(self, source, record):
        self.source, self.record = source, record
        self.into = None  # id of the entry that is shown instead


@once_a_record
def meaning(record):
    return json.dumps({k: v for k, v in record.items() if k != "modified"}, sort_keys=True)


@once_a_record
def name_of(record):
    """Two records that are one thing have this in common."""
    return record["kind"], fold(title(record))


def title(record):
    return record["texts"]["fi"]["title"]


@once_a_record
def qualities(record):
    places = record.get("place", [])
    return {
        "phone": any("phone" in c for c in record.get("contact", [])),
        "time": "start" in record or any(s.get("weekday") for s in record.get("schedule", [])),
        "place": any("address" in p for p in places),
        "coordinates": any("lat" in p for p in places),
        "price": "price" in record,
        "accessibility": any(p.get("accessibility") for p in places),
        "language": "languages" in record, "theme": "theme" in record, "audience": "audience" in record,
        "summary": "summary" in record["texts"]["fi"]}


def is_past(record, today):
    return record["kind"] == "event" and record["start"] < today


def place_key(record):
    for place in record.get("place", []):
        if place.get("address") and place.get("municipality"):
            return fold(place["address"]), place["municipality"]
    return None


def owner_key(record):
    if record["kind"] == "organisation" or not record.get("organisation"):
        return None
    return fold(record["organisation"][0]["name"])


def weekdays(record):
    return {d for s in record.get("schedule", []) for d in s.get("weekday", [])}


def contradict(a, b):
    return bool(a) and bool(b) and a != b


def one_thing(a, b):
    """The rule that makes them one, or None. Of one kind and name already."""
    if contradict(a.get("start"), b.get("start")) or contradict(owner_key(a), owner_key(b)):
        return None
    if contradict(a.get("business_id"), b.get("business_id")):
        return None
    if weekdays(a) and weekdays(b) and not weekdays(a) & weekdays(b):
        return None
    if a.get("business_id") and a.get("business_id") == b.get("business_id"):
        return "business-id-name"
    return "name-place" if place_key(a) and place_key(a) == place_key(b) else None


class Expected:
    """Of one source."""

    def __init__(self):
        self.taken = None
        self.read = self.accepted = self.rejected = self.merged = 0
        self.added = self.changed = self.removed = self.unchanged = self.records = 0
        self.known = True     # how many were read is known
        self.guards = set()   # that tripped
        self.rejects = set()  # lines
        self.past = 0
        self.has = {}


class Outcome:
    def __init__(self):
        self.sources = {}
        self.verdict = None
        self.exit = None
        self.removed, self.merged, self.changed, self.added = set(), set(), set(), set()
        self.missing = set()


class Model:
    def __init__(self):
        self.entries = {}    # by id: what the index knows, hidden ones too
        self.generation = 0
        self.clean = {}      # source: what its files were when a generation was last made of them, with nothing to tell
        self.stones = {}     # id: (title, into, day)
        self.golden = set()  # ids that a query must find
        self.first = True

    # ---- reading

    def read(self, source, taken_ids, outcome):
        told, found = outcome.sources[source.name], {}
        told.taken = "new"
        if source.damage and source.damage[1] is None:
            told.known = False
            return found
        count = source.damage[1] if source.damage else len(source.records)
        for number, record in enumerate(source.records[:count]):
            told.read += 1
            known = taken_ids.get(record.id if isinstance(record, Bad) else record["id"])
            if isinstance(record, Bad) or known:
                told.rejected += 1
                told.rejects.add(number)
                continue
            found[record["id"]] = Entry(source.name, record)
            taken_ids[record["id"]] = source.name
        if source.damage and source.damage[2]:
            told.read += 1  # what is left of the record in which the file ends
            told.rejected += 1
            told.rejects.add(count)
        return found

    def before(self, name):
        return {id: e for id, e in self.entries.items() if e.source == name}

    # ---- guards

    def guards(self, source, told, found, now):
        limits, before, tripped = source.limits, self.before(source.name), set()
        missing = sum(1 for id in before if id not in found)
        if source.damage:
            tripped.add("unreadable")
        if told.read < limits["min_records"]:
            tripped.add("empty")
        if limits["max_age_days"] and source.mtime is not None and (now - source.mtime) // DAY > limits["max_age_days"]:
            tripped.add("age")
        if told.read and 100 * told.rejected / told.read > limits["max_rejected_percent"]:
            tripped.add("rejected")
        if missing > limits["max_deletions"] and 100 * missing / len(before) > limits["max_deletions_percent"]:
            tripped.add("deletions")
        if len(before) >= GUARD_LEAST_RECORDS and len(found) >= GUARD_LEAST_RECORDS:
            was, now_ = self.shares(before), self.shares(found)
            if any(was[q] - now_[q] > limits["max_drift_points"] for q in was):
                tripped.add("drift")
        return tripped

    @staticmethod
    def shares(entries):
        sums = {}
        for entry in entries.values():
            for key, has in qualities(entry.record).items():
                sums[key] = sums.get(key, 0) + has
        return {key: 100 * count / len(entries) for key, count in sums.items()}

    # ---- duplicates

    @staticmethod
    def hide(entries, order):
        groups = {}
        for id, entry in sorted(entries.items(), key=lambda item: order[item[1].source]):
            entry.into = None
            groups.setdefault(name_of(entry.record), []).append((id, entry))
        rules = {}
        for group in groups.values():
            if len(group) == 1:
                continue
            shown = []
            for id, entry in group:
                for other_id, other in shown:
                    rule = entry.source != other.source and one_thing(other.record, entry.record)
                    if rule:
                        entry.into, rules[id] = other_id, rule
                        break
                else:
                    shown.append((id, entry))
        return rules

    # ---- the night

    def night(self, sources, now, today, only=(), allow=(), dry_run=False, whole=False, any_guard=False):
        """sources: those configured, in order. allow: {(guard, source)}. any_guard: which guards trip is not looked at."""
        outcome = Outcome()
        names = [s.name for s in sources]
        gone = sorted({e.source for e in self.entries.values()} - set(names))
        outcome.sources = {name: Expected() for name in names + gone}
        order = {name: i for i, name in enumerate(names + gone)}
        tonight, held, ids = {}, set(), {}
        prints = {s.name: self.fingerprint(s) for s in sources}
        read = [s for s in sources if not only or s.name in only]
        same = {s.name for s in read if not whole and self.clean.get(s.name) == prints[s.name]}
        if len(same) < len(read):  # foreign objects refer to those of other files
            same -= {s.name for s in read if s.form == "linkedevents"}
        for source in sources:
            told = outcome.sources[source.name]
            if only and source.name not in only:
                told.taken = "left"
                found = {id: e for id, e in self.before(source.name).items() if id not in ids}
            else:
                found = self.read(source, ids, outcome)
                told.taken = "same" if source.name in same else "new"
            tonight[source.name] = found
            ids |= {id: source.name for id in found}
        for source in sources:
            told = outcome.sources[source.name]
            if told.taken == "left":
                continue
            told.guards = self.guards(source, told, tonight[source.name], now)
            if any(g == "unreadable" or (g, source.name) not in allow for g in told.guards):
                held.add(source.name)
        given = {id for found in tonight.values() for id in found}
        for name in held:
            tonight[name] = {}
        for name in gone:
            told = outcome.sources[name]
            told.taken = "left"
            tonight[name] = {}
            left = [id for id in self.before(name) if not any(id in found for found in tonight.values())]
            if left:
                told.guards = {"deletions"}
                if ("deletions", name) not in allow:
                    held.add(name)
        for name in sorted(held, key=order.get):
            outcome.sources[name].taken = "kept"
            outcome.missing |= {(name, id, title(e.record)) for id, e in self.before(name).items() if id not in given}
            live = {id for found in tonight.values() for id in found}
            tonight[name] = {id: e for id, e in self.before(name).items() if id not in live}
        after = {id: Entry(e.source, e.record) for found in tonight.values() for id, e in found.items()}
        rules = self.hide(after, order)
        dirty = self.count(outcome, after, rules, held, today)
        self.decide(outcome, names, held, dirty or whole, dry_run,
                    {id for id, entry in after.items() if entry.into is None})
        if outcome.verdict in ("published", "held") and dirty | whole and not dry_run and outcome.generation:
            self.publish(after, outcome, prints, held, today)
        return outcome

    @staticmethod
    def fingerprint(source):
        lines = hashlib.blake2b()
        for record in source.records:
            lines.update(line(record).encode() + b"\n")
        return lines.hexdigest() + f"{source.damage}{source.form}"

    def count(self, outcome, after, rules, held, today):
        dirty = False
        for id, entry in after.items():
            told, was = outcome.sources[entry.source], self.entries.get(id)
            changed = was is None or was.source != entry.source or (
                was.record is not entry.record and meaning(was.record) != meaning(entry.record))
            dirty |= changed or (was.into or None) != entry.into
            if entry.into:
                told.merged += told.taken in ("new", "same")
                outcome.merged.add((entry.source, id, after[entry.into].source, entry.into, rules[id]))
                continue
            told.records += 1
            told.past += is_past(entry.record, today)
            for key, has in qualities(entry.record).items():
                told.has[key] = told.has.get(key, 0) + has
            shown_before = was is not None and was.into is None
            if shown_before and not changed:
                told.unchanged += 1
            elif shown_before:
                told.changed += 1
                outcome.changed.add((entry.source, id, title(entry.record)))
            else:
                told.added += 1
                outcome.added.add((entry.source, id, title(entry.record)))
        for id, was in self.entries.items():
            if id in after:
                continue
            dirty = True
            if was.into is None:
                outcome.sources[was.source].removed += 1
                outcome.removed.add((was.source, id, title(was.record)))
        for told in outcome.sources.values():
            told.accepted = told.read - told.rejected - told.merged
        return dirty

    def decide(self, outcome, names, held, dirty, dry_run, shown):
        rejected = any(t.rejected for t in outcome.sources.values())
        outcome.generation = 0
        if all(name in held for name in names):
            outcome.verdict = "refused"
        elif held:
            outcome.verdict = "held"
        else:
            outcome.verdict = "published" if dirty else "unchanged"
        if outcome.verdict != "unchanged" and dirty and not dry_run and not self.golden <= shown:
            outcome.verdict = "refused"
        outcome.exit = 4 if outcome.verdict in ("held", "refused") else 3 if rejected else 0
        if dirty and outcome.verdict != "refused" and not dry_run:
            outcome.generation = 1

    def publish(self, after, outcome, prints, held, today):
        day = datetime.date.fromisoformat(today).toordinal()
        # A day to come is one that a clock said that has been put right since.
        stones = {id: (*stone[:2], min(stone[2], day)) for id, stone in self.stones.items()}
        self.stones = {id: stone for id, stone in stones.items() if day - stone[2] < TOMBSTONE_DAYS}
        for id, was in self.entries.items():
            if was.into is None and id not in after:
                self.stones[id] = (title(was.record), "", day)
        for id, entry in after.items():
            if entry.into:
                self.stones[id] = (title(entry.record), entry.into, day)
            else:
                self.stones.pop(id, None)
        self.entries = after
        self.first = False
        self.clean = {name: prints[name] for name, told in outcome.sources.items()
                      if told.taken in ("new", "same") and not told.rejected and name in prints}

    def shown(self):
        return {id: e for id, e in self.entries.items() if e.into is None}
