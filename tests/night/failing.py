"""Nights that are killed, and nights in which a call fails: what serves is whole, and the next night brings what it must."""
import json
import os
import random
import re
import subprocess
import time

import house as houses
from house import DAY, START, House, a_night, day_of, indexer
from model import Model, Source
from records import Bad, Maker, edited


class World:
    """Three small sources that change each night, with a rejected record and a duplicate so that every list has rows."""

    def __init__(self, work, name, seed, count=60, jobs=1):
        self.random, self.maker = random.Random(seed), Maker(seed)
        self.house, self.model, self.now = House(work, name, keep=2, jobs=jobs), Model(), START
        self.sources = [Source(n, form, [self.maker.make() for _ in range(count)], max_rejected_percent=50)
                        for n, form in (("a", "jsonl"), ("b", "csv"), ("c", "jsonl.gz"))]
        self.sources[1].records.append(self.maker.twin(self.sources[0].records[0]))
        self.sources[2].records.append(Bad("bad-1"))

    def change(self):
        for source in self.sources:
            number = self.random.randrange(1, len(source.records) - 1)
            source.records[number] = edited(source.records[number], self.random)
            source.records.insert(1, self.maker.make())
            source.records.pop(2)

    def night(self):
        self.now += DAY
        return a_night(self.house, self.model, self.sources, self.now)

    def check_serving(self, exported):
        """What serves is whole: that of before, or that of the night. True when the night's serves."""
        for command in ("status", "list"):
            result = indexer(command, "--index", self.house.index, "--json")
            assert result.exit == 0, f"{command}: {result.exit} {result.errors}"
        served = self.house.export()
        if served == exported:
            return False
        self.model.night(self.sources, self.now, day_of(self.now))
        self.model.generation = self.house.current()
        houses.check_export(self.house, self.model)
        houses.check_stones(self.house, self.model)
        return True

    def next_night(self):
        """Finishes, and leaves nothing of the failed one; unless nothing has changed behind the switch, it publishes."""
        return self.night()


# ---- kills ----------------------------------------------------------------------------------------------------------

def killed_at_random(work, kills, seed, count=60):
    world = World(work, "killed", seed, count, jobs=2)
    world.night()
    world.change()
    started = time.monotonic()
    world.night()
    duration = time.monotonic() - started
    killed = attempts = 0
    while killed < kills:
        assert attempts < 6 * kills, f"only {killed} of {attempts} runs could be killed"
        attempts += 1
        world.change()
        exported = world.house.export()
        world.now += DAY
        world.house.write_config(world.sources)
        for source in world.sources:
            world.house.write(source, world.now)
        started = time.monotonic()
        process = subprocess.Popen([houses.INDEXER, *map(str, world.house.arguments(world.now))], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            process.wait(world.random.uniform(0, 1.1 * duration))
        except subprocess.TimeoutExpired:
            process.kill()
        if process.wait() == -9:
            killed += 1
        else:  # the machine has become faster, or slower
            duration += (time.monotonic() - started - duration) / 4
        world.check_serving(exported)
        if attempts % 3 == 0:  # otherwise the next kill comes upon what this one left
            world.night()
    world.night()
    print(f"figure: {killed} of {attempts} nights killed at random moments, every index whole")


# ---- calls that fail --------------------------------------------------------------------------------------------------

def environment_of(house, **settings):
    return {"LD_PRELOAD": os.path.join(houses.BUILD, "tests", "faults.so"),
            "OPASTIN_FAULT_UNDER": f"{house.index}:{house.reports}",
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "detect_leaks=1") + ":verify_asan_link_order=0"} | settings


def calls_of_a_night(world, log):
    if os.path.exists(log):
        os.remove(log)
    world.change()
    world.now += DAY
    result = world.house.run(world.sources, world.now, environment=environment_of(world.house, OPASTIN_FAULT_LOG=log))
    assert result.exit == 3, (result.exit, result.errors)
    world.model.night(world.sources, world.now, day_of(world.now))
    world.model.generation = world.house.current()
    with open(log) as file:
        return [line.rstrip("\n").split(" ", 2)[1:] for line in file]


def a_call_fails(world, number, how, calls):
    world.change()
    exported, before = world.house.export(), world.house.current()
    world.now += DAY
    log = os.path.join(world.house.folder, "calls")
    if os.path.exists(log):
        os.remove(log)
    result = world.house.run(world.sources, world.now, environment=environment_of(
        world.house, OPASTIN_FAULT_NTH=str(number), OPASTIN_FAULT_HOW=how, OPASTIN_FAULT_LOG=log))
    with open(log) as file:
        failed = [line.split(" ", 2)[1:] for line in file if line.startswith(f"{number} ")]
    if not failed:
        assert result.exit == 3, (result.exit, result.errors)
    call, path = failed[0] if failed else ("none", "")
    where = f"call {number} of {calls} ({call} {path.strip()}, {how})"
    assert result.exit in (1, 3), f"{where}: exit {result.exit}: {result.errors}"
    if result.exit == 1:
        message = re.search(r'message="?(.*)', result.errors)
        assert message and (world.house.index in message[1] or world.house.reports in message[1]), \
            f"{where}: the message names no path: {result.errors}"
    try:
        new = world.check_serving(exported)
        assert result.exit == 1 or new, "a run that succeeded brought nothing"
        assert new or world.house.current() == before, "CURRENT was changed"
        world.night()
    except AssertionError as error:
        raise AssertionError(f"{where}, exit {result.exit}: {error}") from error
    return bool(failed), result.exit == 1


def each_call_fails(work, most, seed):
    world = World(work, "failing", seed, count=40)
    world.night()
    calls = calls_of_a_night(world, os.path.join(work, "log"))
    numbers = range(1, len(calls) + 1)
    if most:
        r = random.Random(seed)
        each = {}  # of each call on each file at least one
        for number, (call, path) in zip(numbers, calls):
            each.setdefault((call, path.rsplit("/", 1)[-1]), []).append(number)
        numbers = sorted(r.choice(group) for group in each.values())
        numbers = sorted(r.sample(numbers, min(most, len(numbers))))
    reached = failed = 0
    for number in numbers:
        hit, ended = a_call_fails(world, number, "EIO" if number % 2 else "ENOSPC", len(calls))
        reached += hit
        failed += ended
    assert reached > 0.9 * len(numbers), f"only {reached} of {len(numbers)} calls were reached"
    print(f"figure: {reached} of {len(calls)} calls of a night failed in turn, {failed} ended the run, every index whole")


# ---- memory -----------------------------------------------------------------------------------------------------------

def cost(house, now):
    """Megabytes at most and seconds of processor time of a run."""
    result = indexer(*house.arguments(now))
    assert result.exit in (0, 3), (result.exit, result.errors)
    return result.megabytes, house.report().json["cpuSeconds"]


def memory_of_a_night(work, count, seed):
    """Figures only: what a machine needs, and whether it grows with what is the same."""
    maker, r = Maker(seed), random.Random(seed)
    records = [maker.make() for _ in range(count)]
    for size in (count // 10, count):
        house, source = House(work, f"memory{size}"), Source("a", "jsonl", records[:size])
        first_now = START
        house.write_config([source])
        house.write(source, first_now)
        first, first_cpu = cost(house, first_now)
        for number in r.sample(range(size), size // 100):
            source.records[number] = edited(source.records[number], r)
        house.write(source, first_now + DAY)
        second, cpu = cost(house, first_now + DAY)
        print(f"figure: {size} records: first night {first} MB, {first_cpu:.1f} s of processor time; "
              f"1 % changed {second} MB, {cpu:.1f} s")
        made = house.report().json
        assert made["totals"]["changed"] == size // 100 and not made["wholeRebuild"], json.dumps(made["totals"])
