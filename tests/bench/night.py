"""Searches while a night runs beside them: called apart from run.py.

  night.py BUILD_DIR WORK_DIR RECORDS [REPEATS]

The night is the indexer's `run --config` as cron starts it: it steps back by itself.  Each changes one record in a hundred,
and one follows the other for as long as the questions come, so every run has its work, its copies and its switches.  Runs
without and with nights take turns, in the same minutes; the ratio of each pair is what counts.  An open loop asks at a rate
that the daemon can bear, so that what is slow is not asked less.
"""
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
import run  # noqa: E402

REPEATS = 5
SECONDS = 20         # of each run
LOAD = 0.5           # of what 8 clients get in a closed loop
OPEN_CLIENTS = 64
CLIENTS = 8
REQUESTS = 100_000_000
CHANGED = 100        # one in so many
NIGHT_LIMIT_S = 1800


def change(path, changed):
    """The set with one record in a hundred changed, aside."""
    chosen = random.Random(run.SEED)
    with open(path, encoding='utf-8') as lines, open(changed, 'w', encoding='utf-8') as out:
        for line in lines:
            if chosen.randrange(CHANGED) == 0:
                record = json.loads(line)
                text = next(iter(record['texts'].values()))
                text['summary'] = 'Uusi aika on torstaina. ' + text.get('summary', '')[:400]
                line = json.dumps(record, ensure_ascii=False) + '\n'
            out.write(line)


class House:
    """An index that is made by nights, and the two states of its only source."""

    def __init__(self, bench):
        self.folder = f'{os.path.abspath(bench.work)}/night-{bench.size}'
        self.index, self.config = f'{self.folder}/index', f'{self.folder}/opastin.conf'
        self.indexer = f'{os.path.abspath(bench.build)}/opastin-indexer'
        self.states = [f'{self.folder}/before.jsonl', f'{self.folder}/after.jsonl']
        self.source, self.at = f'{self.folder}/source.jsonl', 0
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        os.link(bench.set, self.states[0])
        change(bench.set, self.states[1])
        with open(self.config, 'w') as out:
            out.write(f'[index]\npath = {self.index}\nkeep = 2\n[report]\nfolder = {self.folder}/reports\nkeep = 2\n'
                      f'[source set]\npath = {self.source}\nmax_age_days = 0\n')

    def night(self):
        """Seconds on the wall and of processor time."""
        os.link(self.states[self.at], self.source + '.tmp')
        os.rename(self.source + '.tmp', self.source)
        self.at = 1 - self.at
        if os.path.exists(self.source + '.tmp'):  # the same file already: a rename of two links does nothing
            os.remove(self.source + '.tmp')
        started = time.monotonic()
        child = subprocess.run([self.indexer, 'run', '--config', self.config, '--quiet', '--json'], capture_output=True,
                               text=True, timeout=NIGHT_LIMIT_S)
        if child.returncode != 0:
            sys.exit(f'the night ended with {child.returncode}: {child.stderr}')
        report = json.loads(child.stdout)
        return time.monotonic() - started, report['cpuSeconds'], report['totals']


class Nights(threading.Thread):
    """One after the other until it is told to stop."""

    def __init__(self, house):
        super().__init__()
        self.house, self.stop, self.done = house, threading.Event(), []

    def run(self):
        while not self.stop.is_set():
            self.done.append(self.house.night())


def ask(bench, port, rate, prefix):
    bench.program('http_load', '--port', port, '--queries', bench.queries, '--seconds', SECONDS, '--clients', OPEN_CLIENTS,
                  '--rate', rate, prefix=prefix)


def pair(bench, house, port, rate):
    ask(bench, port, rate, 'still.')
    nights = Nights(house)
    nights.start()
    try:
        ask(bench, port, rate, 'beside.')
    finally:
        nights.stop.set()
        nights.join()
    for seconds, cpu, totals in nights.done:
        if totals['changed'] == 0 or totals['added'] or totals['removed']:
            sys.exit(f'not the night that was meant: {totals}')
        bench.add('night.seconds', seconds)
        bench.add('night.cpu_seconds', cpu)
    for percentile in ('p50', 'p95', 'p99'):
        still, beside = (bench.runs[f'{which}.http.ms.{percentile}'][-1] for which in ('still', 'beside'))
        bench.add(f'ratio.{percentile}', beside / still)
    run.say(f'load {os.getloadavg()[0]:.1f}: {len(nights.done)} nights; p99 {bench.runs["still.http.ms.p99"][-1]:.1f} and '
            f'{bench.runs["beside.http.ms.p99"][-1]:.1f} ms, {bench.runs["ratio.p99"][-1]:.2f} times; '
            f'refused a second {bench.runs["still.http.refused_per_s"][-1]:.1f} and '
            f'{bench.runs["beside.http.refused_per_s"][-1]:.1f}')


def main():
    build, work, size = sys.argv[1:4]
    bench = run.Bench(build, work, int(size))
    run.make_set(bench)
    house = House(bench)
    run.say(f'{size} records: the first night')
    first, cpu, totals = house.night()
    run.say(f'{first:.0f} s, {cpu:.0f} s of processor time, {totals["added"]} records')
    bench.index = house.index
    with run.server(bench) as (_, port):
        for prefix in ('warming.', 'closed.'):
            bench.program('http_load', '--port', port, '--queries', bench.queries, '--seconds', SECONDS // 2, '--clients',
                          CLIENTS, '--requests', REQUESTS, prefix=prefix)
        rate = max(1, round(LOAD * bench.runs['closed.http.per_s'][-1]))
        for _ in range(int(sys.argv[4]) if len(sys.argv) > 4 else REPEATS):
            pair(bench, house, port, rate)
    medians = bench.medians()
    print(f'a night: {medians["night.seconds"]:.1f} s, {medians["night.cpu_seconds"]:.1f} s of processor time; '
          f'{rate} questions a second')
    for percentile in ('p50', 'p95', 'p99'):
        print(f'{percentile}: {medians[f"still.http.ms.{percentile}"]:.1f} ms without, '
              f'{medians[f"beside.http.ms.{percentile}"]:.1f} ms beside a night, median of the ratios '
              f'{statistics.median(bench.runs[f"ratio.{percentile}"]):.2f} '
              f'({", ".join(f"{r:.2f}" for r in bench.runs[f"ratio.{percentile}"])})')


if __name__ == '__main__':
    main()
