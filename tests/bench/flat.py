#!/usr/bin/env python3
"""Whether the daemon's memory stays flat: drives it with a query log and looks at its memory every 10 seconds.

  tests/bench/flat.py BUILD_DIR INDEX QUERIES [MINUTES]

Starts opastin-searchd on the index, lets 8 clients of http_load ask the log in a closed loop, over and over, and prints
resident and own (anonymous) memory, then the slopes of their least-squares lines in kB a minute.  The first fifth of the
time, in which caches fill, is left out of the slopes.  At most 60 minutes.  It judges nothing.
"""
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

CLIENTS = 8
EVERY_S = 10
FILLING = 0.2          # of the time
REQUESTS = 100_000_000 # no end by number
READY_LIMIT_S = 60


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def wait_ready(port):
    end = time.monotonic() + READY_LIMIT_S
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f'http://127.0.0.1:{port}/readyz', timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    sys.exit('flat: the daemon did not become ready')


def memory_kb(pid):
    """Resident, and of it anonymous."""
    with open(f'/proc/{pid}/status') as status:
        fields = {line.split(':')[0]: line.split()[1] for line in status if line.startswith(('VmRSS:', 'RssAnon:'))}
    return int(fields['VmRSS']), int(fields['RssAnon'])


def slope(points):
    """Of the line with the least squares through (x, y)."""
    n = len(points)
    mean_x, mean_y = (sum(p[i] for p in points) / n for i in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0


def watch(pid, load, minutes):
    """Looks until the load ends; (minutes since the start, resident, own)."""
    began, seen = time.monotonic(), []
    while load.poll() is None:
        passed = (time.monotonic() - began) / 60
        seen.append((passed, *memory_kb(pid)))
        print(f'{passed * 60:6.0f} s  resident {seen[-1][1]:8d} kB  own {seen[-1][2]:8d} kB', flush=True)
        try:
            load.wait(EVERY_S)
        except subprocess.TimeoutExpired:
            pass
    if load.returncode != 0:
        sys.exit('flat: the load failed')
    steady = [s for s in seen if s[0] >= FILLING * minutes]
    if len(steady) < 3:
        sys.exit('flat: too short to say anything')
    for name, at in (('resident', 1), ('own', 2)):
        print(f'{name}: {slope([(s[0], s[at]) for s in steady]):.0f} kB a minute over {len(steady)} looks, '
              f'most {max(s[at] for s in seen)} kB')


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    build, index, queries = sys.argv[1:4]
    minutes = float(sys.argv[4]) if len(sys.argv) == 5 else 30
    port = free_port()
    server = subprocess.Popen([f'{build}/opastin-searchd', '--index', index, '--rate', '0', '--port', str(port),
                               '--connections-per-address', '0'], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        wait_ready(port)
        print(f'load of the machine: {os.getloadavg()[0]:.1f}')
        load = subprocess.Popen([f'{build}/bench/http_load', '--port', str(port), '--queries', queries, '--clients',
                                 str(CLIENTS), '--requests', str(REQUESTS), '--seconds', str(round(minutes * 60))])
        try:
            watch(server.pid, load, minutes)
        finally:
            load.kill()
            load.wait()
    finally:
        server.terminate()
        server.wait()


if __name__ == '__main__':
    main()
