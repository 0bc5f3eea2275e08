"""Runs the benchmark programs, collects what they print, and shows medians: called by run.sh.

  run.py BUILD_DIR WORK_DIR

Nothing here judges a time.  It fails when a program fails, when a record is rejected, or when an answer is wrong.
Servers listen on 127.0.0.1 and are ended by their process id.
"""
import contextlib
import glob
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

import pressure
import report

SEED = 1
INDEX_RUNS = {10_000: 3, 110_000: 2}  # other sizes: once
INDEX_REPEAT_S = 150                  # no further run when those before took longer together
ANALYSE_RECORDS = 10_000
QUERIES = 1000
QUERIES_LARGE = 300                   # in-process, from a million records on
LARGE = 1_000_000
SUGGEST_QUERIES = 300                 # each letter of their last words: some 3,000 suggestions
HTTP_RUNS = 3
HTTP_SECONDS = 5
HTTP_REQUESTS = 4000
PROGRAM_LIMIT_S = 4 * 3600


class Bench:
    """One set: its files and all values of each figure."""

    def __init__(self, build, work, size):
        self.build, self.work, self.size = build, work, size
        self.set = f'{work}/set-{size}.jsonl'
        self.queries = f'{work}/queries-{size}.tsv'
        self.index = f'{work}/index-{size}'
        self.runs = {}

    def add(self, name, value):
        self.runs.setdefault(name, []).append(float(value))

    def program(self, name, *args, prefix=''):
        """Runs a benchmark program and takes over its figures; what went wrong it says on stderr itself."""
        command = [f'{self.build}/bench/{name}', *map(str, args)]
        out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=PROGRAM_LIMIT_S).stdout
        for line in out.splitlines():
            figure, value = line.split('\t')
            self.add(prefix + figure, value)

    def medians(self):
        return {name: statistics.median(values) for name, values in self.runs.items()}


def say(text):
    print(f'{time.strftime("%H:%M:%S")} {text}', file=sys.stderr, flush=True)


# ---- the set ---------------------------------------------------------------------------------------------------------

def newest_source():
    """The sets follow from these files alone."""
    files = glob.glob('tests/bench/generate/*') + ['tests/bench/generate.c', 'tests/bench/words.tsv']
    return max(os.path.getmtime(name) for name in files)


def write_by(command, path):
    """The output appears under its name when it is whole."""
    with open(path + '.tmp', 'wb') as out:
        subprocess.run(command, check=True, stdout=out, timeout=PROGRAM_LIMIT_S)
    os.rename(path + '.tmp', path)


def make_set(bench):
    command = [f'{bench.build}/bench/generate', '--seed', str(SEED), '--records', str(bench.size)]
    wanted = newest_source()
    if not os.path.exists(bench.set) or os.path.getmtime(bench.set) < wanted:
        say(f'{bench.size} records: making the set')
        started = time.monotonic()
        write_by(command, bench.set)
        bench.add('generate.records_per_s', bench.size / (time.monotonic() - started))
    if not os.path.exists(bench.queries) or os.path.getmtime(bench.queries) < wanted:
        write_by(command + ['--queries', str(QUERIES)], bench.queries)
    bench.add('set.bytes_per_record', os.path.getsize(bench.set) / bench.size)


# ---- indexing --------------------------------------------------------------------------------------------------------

def index_once(bench, program='opastin-indexer', index=None, name='index'):
    index = index or bench.index
    subprocess.run(['rm', '-rf', index], check=True)
    command = [f'{bench.build}/{program}', 'run', '--index', index, '--json', '--quiet', bench.set]
    with open(f'{bench.work}/indexer.log', 'w') as log:
        started = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        answer = json.loads(child.stdout.read())
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    if child.returncode != 0 or answer['accepted'] != bench.size:
        sys.exit(f'{program}: exit code {child.returncode}, {answer["accepted"]} of {bench.size} records')
    cpu = usage.ru_utime + usage.ru_stime
    bench.add(f'{name}.records_per_s', bench.size / seconds)
    bench.add(f'{name}.cpu_ms_per_record', 1e3 * cpu / bench.size)
    bench.add(f'{name}.peak_mib', usage.ru_maxrss / 1024)
    return seconds


def index_by_stems(bench):
    """The same with Snowball's stems in place of the Finnish analyser; the index is of no use."""
    index = f'{bench.index}.stems'
    say(f'{bench.size} records: indexing by stems alone')
    index_once(bench, 'bench/stems_index', index, 'stems')
    subprocess.run(['rm', '-rf', index], check=True)


def index_parts(bench):
    """Bytes per record of each file of the generation, and altogether."""
    with open(f'{bench.index}/CURRENT') as current:
        generation = f'{bench.index}/{current.read().strip()}'
    whole = 0
    for folder, _, names in os.walk(generation):
        for name in names:
            size = os.path.getsize(f'{folder}/{name}')
            whole += size
            if size > bench.size:  # a byte a record at least
                bench.add(f'index.bytes.{name.split(".")[0]}', size / bench.size)
    bench.add('index.bytes.all', whole / bench.size)


def index(bench):
    spent = 0.0
    wanted = INDEX_RUNS.get(bench.size, 1)
    for run in range(wanted):
        if run and spent > INDEX_REPEAT_S:
            say(f'{bench.size} records: {run} run(s) took {spent:.0f} s, no more')
            break
        say(f'{bench.size} records: indexing, run {run + 1}')
        spent += index_once(bench)
    index_parts(bench)
    index_by_stems(bench)
    say(f'{bench.size} records: analysis alone')
    bench.program('analyse_bench', '--records', ANALYSE_RECORDS, bench.set)


# ---- serving ---------------------------------------------------------------------------------------------------------

def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def server_command(bench, port):
    return [f'{bench.build}/opastin-searchd', '--index', bench.index, '--rate', '0', '--address', '127.0.0.1', '--port', str(port),
            '--threads', str(os.cpu_count())]


@contextlib.contextmanager
def server(bench):
    port = free_port()
    with open(f'{bench.work}/searchd.log', 'w') as log:
        child = subprocess.Popen(server_command(bench, port), stdout=log, stderr=log)
        try:
            wait_ready(child, port)
            yield child.pid, port
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(30)


def wait_ready(child, port):
    for _ in range(600):
        if child.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f'http://127.0.0.1:{port}/readyz', timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    sys.exit('opastin-searchd does not get ready; see searchd.log')


def add_memory(bench, pid, when):
    with open(f'/proc/{pid}/smaps_rollup') as lines:
        kib = {name.rstrip(':'): int(rest[0]) for name, *rest in map(str.split, lines) if name in ('Rss:', 'Pss:')}
    bench.add(f'memory.{when}.rss_mib', kib['Rss'] / 1024)
    bench.add(f'memory.{when}.pss_mib', kib['Pss'] / 1024)


def cpu_seconds(pid):
    with open(f'/proc/{pid}/stat') as line:
        fields = line.read().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def load(bench, port, clients, prefix):
    bench.program('http_load', '--port', port, '--queries', bench.queries, '--clients', clients, '--requests',
                  HTTP_REQUESTS, '--seconds', HTTP_SECONDS, prefix=prefix)


def serve(bench):
    say(f'{bench.size} records: start-up, HTTP')
    port = free_port()
    bench.program('startup', '--port', port, '--times', 5, '--', *server_command(bench, port))
    with server(bench) as (pid, port):
        add_memory(bench, pid, 'rest')
        load(bench, port, 1, 'first.')
        load(bench, port, 8, 'warming.')
        for _ in range(HTTP_RUNS):
            for clients in (1, 8):
                before = cpu_seconds(pid)
                load(bench, port, clients, f'clients{clients}.')
                answered = bench.runs[f'clients{clients}.http.requests'][-1]
                bench.add(f'clients{clients}.http.cpu_ms', 1e3 * (cpu_seconds(pid) - before) / max(answered, 1))
        add_memory(bench, pid, 'load')


def press(bench):
    say(f'{bench.size} records: overload, switching generations')
    with server(bench) as (pid, port):
        pressure.overload(bench, pid, port)
    with server(bench) as (pid, port):
        load(bench, port, 8, 'warming.')
        pressure.switching(bench, port, os.cpu_count())


def mirror_of(bench):
    """Where a Xapian database of the index's present postings is to be made."""
    path = bench.index.rstrip('/') + '-mirror'
    shutil.rmtree(path, ignore_errors=True)
    return path


def search(bench):
    say(f'{bench.size} records: searches in one thread')
    large = bench.size >= LARGE
    bench.program('search_bench', '--index', bench.index, '--queries', bench.queries, '--mirror', mirror_of(bench),
                  '--rounds', 1 if large else 2, '--most', QUERIES_LARGE if large else QUERIES)


def suggest(bench):
    say(f'{bench.size} records: suggestions in one thread')
    bench.program('suggest_bench', '--index', bench.index, '--queries', bench.queries, '--rounds', 1, '--most',
                  SUGGEST_QUERIES)


# ---- all of it -------------------------------------------------------------------------------------------------------

def machine():
    model = 'unknown'
    with open('/proc/cpuinfo') as lines:
        for line in lines:
            if line.startswith('model name'):
                model = line.split(':', 1)[1].strip()
                break
    revision = subprocess.run(['git', 'describe', '--always', '--dirty'], capture_output=True, text=True).stdout.strip()
    return {'cpu': model, 'cores': os.cpu_count(), 'revision': revision, 'date': time.strftime('%Y-%m-%d %H:%M')}


def main():
    build, work = sys.argv[1:3]
    sizes = [int(size) for size in os.environ.get('OPASTIN_BENCH_SIZES', '10000 110000').split()]
    facts = machine() | {'load_before': os.getloadavg()[0]}
    started = time.monotonic()
    results = {}
    for size in sizes:
        bench = Bench(build, work, size)
        make_set(bench)
        index(bench)
        search(bench)
        suggest(bench)
        serve(bench)
        press(bench)
        results[size] = bench
    facts |= {'load_after': os.getloadavg()[0], 'minutes': (time.monotonic() - started) / 60}
    with open(f'{work}/bench.json', 'w') as out:
        json.dump({'machine': facts, 'sizes': {size: {'medians': b.medians(), 'runs': b.runs}
                                               for size, b in results.items()}}, out, indent=1)
        out.write('\n')
    print(report.table(facts, {size: b.medians() for size, b in results.items()}))


if __name__ == '__main__':
    main()
