"""A night that indexes only what has changed makes the same index as one that indexes everything anew.

Two houses with the same files and the same clock: one takes over what is the same, the other has --whole each night.  After
each night both export the same, and their daemons answer the same to random questions, byte for byte but for the time
they took and the generation, which stands in cursors too."""
import json
import os
import random
import urllib.parse
import urllib.request

import house as houses
from house import DAY, START, House, day_of
from model import Model, Source
from records import AUDIENCES, OWNERS, PLACES, SENTENCES, THEMES, WHAT, WHERE, WHO, Maker, can_have_twin, edited

SORTS = ["relevance", "distance", "next", "newest", "name"]
KINDS = ["activity", "event", "organisation", "volunteer"]


# ---- questions ------------------------------------------------------------------------------------------------------

def word(r):
    text = r.choice([WHAT, WHO, WHERE, OWNERS, SENTENCES])
    chosen = r.choice(r.choice(text).split())
    what = r.random()
    if what < 0.1:
        return chosen[:max(3, len(chosen) - 2)]
    if what < 0.2:  # a slip of the finger
        at = r.randrange(len(chosen))
        return chosen[:at] + chosen[at + 1:]
    return chosen


def question(r):
    """The path of a random request."""
    if r.random() < 0.1:
        begun = " ".join(word(r) for _ in range(r.randint(1, 2)))
        return "/api/v1/suggest?" + urllib.parse.urlencode({"q": begun[:r.randint(2, 20)]})
    ask = []
    if r.random() < 0.8:
        ask.append(("q", " ".join(word(r) for _ in range(r.randint(1, 3)))))
    for name, values in (("audience", AUDIENCES), ("theme", THEMES), ("kind", KINDS), ("area", [p[0] for p in PLACES]),
                         ("weekday", ["mon", "thu", "sat"]), ("time", ["morning", "evening"]), ("language", ["fi", "sv"]),
                         ("free", ["0", "1"]), ("accessible", ["wheelchair", "lift"])):
        if r.random() < 0.15:
            ask += [(name, v) for v in (r.sample(values, r.randint(1, 2)) if name != "free" else [r.choice(values)])]
    if r.random() < 0.1:
        ask.append(("age", r.randint(0, 120)))
    sort = r.choice(SORTS)
    if sort == "distance" or r.random() < 0.15:
        ask.append(("near", r.choice(PLACES)[r.randint(0, 1)] if r.random() < 0.7 else r.choice(PLACES)[4]))
        if r.random() < 0.5:
            ask.append(("radius", r.choice([5, 50, 200])))
        ask[-1:] = [(n, v if n != "near" or v.isalpha() or len(str(v)) == 5 else "50100") for n, v in ask[-1:]]
    if r.random() < 0.6:
        ask.append(("sort", sort))
    if r.random() < 0.2:
        ask.append(("include_unknown", "1"))
    if r.random() < 0.2:
        ask.append(("past", "1"))
    if r.random() < 0.2:
        ask.append(("lang", r.choice(["sv", "en"])))
    if r.random() < 0.1:
        ask.append(("explain", "1"))
    ask.append(("per_page", r.choice([0, 3, 10, 20, 100])))
    if r.random() < 0.2:
        ask.append(("page", r.randint(1, 4)))
    return "/api/v1/search?" + urllib.parse.urlencode(ask)


UNLIKE = {"generation", "row", "processingTimeMs", "cursor", "nextCursor", "requestId"}


def alike(value):
    """An answer without what differs of two indexes."""
    if isinstance(value, dict):
        return {key: alike(v) for key, v in value.items() if key not in UNLIKE and not key.endswith("Us")}
    return [alike(v) for v in value] if isinstance(value, list) else value


# ---- two daemons ----------------------------------------------------------------------------------------------------


def told(answer):
    """What was answered; a record that another stands for is only a way there, without a body."""
    if answer.body.startswith("{"):
        return json.loads(answer.body)
    return {"status": answer.status, "location": answer["Location"], "body": answer.body}


class Pair:
    def __init__(self, first, second, today):
        self.answered, self.with_hits = {}, 0  # by status
        self.daemons = [houses.daemon_of(index, today, threads=1) for index in (first, second)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for daemon in self.daemons:
            code = daemon.stop()
            assert code == 0, f"a daemon ends with {code}"

    def wait(self, generations):
        for daemon, number in zip(self.daemons, generations):
            daemon.wait_for(lambda: json.loads(daemon.get("/api/v1/search?per_page=0&facets=").body)["generation"] == number)

    def both(self, path):
        got = [daemon.get(path) for daemon in self.daemons]
        assert got[0].status == got[1].status, (path, [g.status for g in got])
        self.answered[got[0].status] = self.answered.get(got[0].status, 0) + 1
        return [told(g) for g in got]

    def ask(self, path):
        answers = self.both(path)
        one, other = (json.dumps(alike(a), ensure_ascii=False, indent=1) for a in answers)
        self.with_hits += answers[0].get("totalHits", 0) > 0
        assert one == other, f"{path}: taken over and made anew differ:\n" + first_difference(one, other)
        return answers

    def follow(self, path, most=5):
        """Goes on by the cursors, each within its own index."""
        path = path.split("&page=")[0]  # which a cursor stands for
        answers = self.ask(path)
        for _ in range(most):
            cursors = [a.get("nextCursor") for a in answers]
            assert bool(cursors[0]) == bool(cursors[1]), path
            if not cursors[0]:
                return
            got = [daemon.get(path + "&cursor=" + urllib.parse.quote(cursor)) for daemon, cursor in zip(self.daemons, cursors)]
            assert [g.status for g in got] == [200, 200], [g.body[:300] for g in got]
            answers = [told(g) for g in got]
            one, other = (json.dumps(alike(a), ensure_ascii=False, indent=1) for a in answers)
            assert one == other, f"{path} with cursors:\n" + first_difference(one, other)


def first_difference(one, other):
    lines = list(zip(one.splitlines(), other.splitlines()))
    at = next((i for i, (a, b) in enumerate(lines) if a != b), len(lines))
    return "\n".join(f"  {a}\n  {b}" for a, b in lines[max(0, at - 3):at + 4])


# ---- nights ---------------------------------------------------------------------------------------------------------

class Small:
    """A few sources in which everything may happen each night."""

    def __init__(self, seed, count):
        self.random, self.maker = random.Random(seed), Maker(seed)
        each = max(4, count // 3)
        self.sources = [Source(name, form, [self.maker.make() for _ in range(each)])
                        for name, form in (("a", "jsonl"), ("b", "csv"), ("c", "jsonl.gz"))]

    def change(self):
        r = self.random
        for source in self.sources:
            if r.random() < 0.25:
                continue
            for _ in range(r.randint(0, 3)):
                source.records.append(self.maker.make())
            for number in range(len(source.records)):
                if r.random() < 0.05:
                    source.records[number] = edited(source.records[number], r)
            for _ in range(r.randint(0, 3)):
                if len(source.records) > 2:
                    source.records.pop(r.randrange(len(source.records)))
            if r.random() < 0.2:
                r.shuffle(source.records)
            source.damage = (lambda data: None, 0, False) if r.random() < 0.07 else None
        if r.random() < 0.4:
            one, other = r.sample(self.sources, 2)
            originals = [x for x in one.records if can_have_twin(x)]
            if originals:
                other.records.append(self.maker.twin(r.choice(originals)))
        if r.random() < 0.3:
            one, other = r.sample(self.sources, 2)
            if len(one.records) > 2:
                other.records.append(one.records.pop(r.randrange(len(one.records))))
        if r.random() < 0.05:
            r.shuffle(self.sources)


def exported(house):
    return sorted(house.export().splitlines())


def change_and_compare(small, houses_, model, now, pair, questions, r):
    kept, anew = houses_
    options = {"allow": {("deletions", s.name) for s in small.sources} | {("drift", s.name) for s in small.sources}}
    results = [kept.run(small.sources, now, **options), anew.run(small.sources, now, whole=True, **options)]
    model.night(small.sources, now, day_of(now), **options)
    for result in results:
        assert result.exit in (0, 3, 4), (result.exit, result.errors)
    assert set(json.loads(line)["id"] for line in exported(kept)) == set(model.shown()), "not what the model has"
    assert exported(kept) == exported(anew), "the exports differ"
    if questions == 0:
        return 0
    pair.wait([h.current() for h in houses_])
    asked = 0
    for _ in range(questions):
        (pair.follow if r.random() < 0.1 else pair.ask)(question(r))
        asked += 1
    for id in r.sample(sorted(model.entries), min(5, len(model.entries))):
        for path in ("items", "similar"):
            pair.ask(f"/api/v1/{path}/{id}")
            asked += 1
    return asked


def nights_alike(work, nights, count, questions, seed):
    r, small = random.Random(seed), Small(seed, count)
    pair_of = House(work, "kept", keep=2), House(work, "anew", keep=2)
    model, now, asked = Model(), START, 0
    options = {"allow": set()}
    for house, whole in zip(pair_of, (False, True)):
        result = house.run(small.sources, now, whole=whole, **options)
        assert result.exit == 0, result.errors
    model.night(small.sources, now, day_of(now))
    with Pair(*(h.index for h in pair_of), today=day_of(now)) as pair:
        for night in range(nights):
            small.change()
            now += r.choice([0, 0, 0, DAY // 2])  # the daemons' day stays, the records' does not
            try:
                asked += change_and_compare(small, pair_of, model, now, pair, questions, r)
            except AssertionError as error:
                raise AssertionError(f"night {night}, seed {seed}: {error}") from error
    assert pair.answered[200] > 0.9 * asked and pair.with_hits > 0.25 * asked, (pair.answered, pair.with_hits, asked)
    print(f"figure: {nights} nights of {count} records taken over and made anew: {asked} answers alike")
