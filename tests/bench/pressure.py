"""More requests than can be answered, and another generation while all are being answered: called by run.py.

Ratios are of figures of the same minute; the machine's other work is in them all the same.
"""
import os
import re
import shutil
import threading
import time
import urllib.request

CLIENTS = 8            # of a closed loop: what they get is the sustainable load
OPEN_CLIENTS = 256     # connections that an open loop may use
LOADS = (0.7, 1, 3)    # times the sustainable load
SECONDS = 10           # of each run
REQUESTS = 100_000_000 # no end by number
SWITCH_PAUSE_S = 1     # between two switches
SWITCH_LIMIT_S = 60    # for one


def resident_mib(pid):
    with open(f'/proc/{pid}/status') as status:
        return next(int(line.split()[1]) for line in status if line.startswith('VmRSS')) / 1024


def http_load(bench, port, prefix, *args):
    bench.program('http_load', '--port', port, '--queries', bench.queries, '--seconds', SECONDS, *args, prefix=prefix)


def closed_loop(bench, port, prefix):
    http_load(bench, port, prefix, '--clients', CLIENTS, '--requests', REQUESTS)


def overload(bench, pid, port):
    """Open loops below, at and above what a closed loop has just got."""
    closed_loop(bench, port, 'pressure.warming.')
    closed_loop(bench, port, 'pressure.closed.')
    sustainable = bench.runs['pressure.closed.http.per_s'][-1]
    for load in LOADS:
        prefix = f'pressure.x{load}.'
        bench.add(prefix + 'rss_before_mib', resident_mib(pid))
        http_load(bench, port, prefix, '--clients', OPEN_CLIENTS, '--rate', max(1, round(load * sustainable)))
        bench.add(prefix + 'rss_after_mib', resident_mib(pid))


# ---- another generation ----------------------------------------------------------------------------------------------

def point_to(index, number):
    """Publishes that generation, as the indexer's rollback does."""
    with open(f'{index}/CURRENT.tmp', 'w') as pointer:
        pointer.write(f'gen-{number}\n')
    os.rename(f'{index}/CURRENT.tmp', f'{index}/CURRENT')


def uptakes(port):
    with urllib.request.urlopen(f'http://127.0.0.1:{port}/metrics', timeout=30) as answer:
        return int(re.search(r'^opastin_generation_uptakes_total (\d+)', answer.read().decode(), re.M).group(1))


class Switcher(threading.Thread):
    """Publishes one of two generations after the other, each when every thread of the daemon has taken up the last."""

    def __init__(self, index, port, numbers, threads):
        super().__init__()
        self.index, self.port, self.numbers, self.threads = index, port, numbers, threads
        self.stop = threading.Event()
        self.switches = 0

    def run(self):
        while not self.stop.wait(SWITCH_PAUSE_S):
            wanted = uptakes(self.port) + self.threads
            point_to(self.index, self.numbers[(self.switches + 1) % 2])
            end = time.monotonic() + SWITCH_LIMIT_S
            while uptakes(self.port) < wanted:
                if time.monotonic() > end:
                    raise TimeoutError(f'the daemon does not take up a generation in {SWITCH_LIMIT_S} s')
                time.sleep(0.05)
            self.switches += 1


def switching(bench, port, threads):
    """The same load without and with switches; any answer that is not 200 ends the benchmark."""
    with open(f'{bench.index}/CURRENT') as current:
        number = int(current.read().strip().removeprefix('gen-'))
    copy = f'{bench.index}/gen-{number + 1}'
    if not os.path.isdir(copy):
        shutil.copytree(f'{bench.index}/gen-{number}', copy)
    try:
        closed_loop(bench, port, 'switch.still.')
        switcher = Switcher(bench.index, port, (number, number + 1), threads)
        switcher.start()
        try:
            closed_loop(bench, port, 'switch.under.')
        finally:
            switcher.stop.set()
            switcher.join()
        bench.add('switch.count', switcher.switches)
        bench.add('switch.slowest_to_p99', bench.runs['switch.under.http.ms.max'][-1] /
                  bench.runs['switch.still.http.ms.p99'][-1])
    finally:
        point_to(bench.index, number)
        shutil.rmtree(copy)
