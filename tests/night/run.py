#!/usr/bin/env python3
"""Nights: run --config against a model of what must be served and told, killed, failed, and compared with a whole rebuild.

usage: run.py BUILD_DIR [TEST...]
OPASTIN_NIGHT_RECORDS: of the month (300); OPASTIN_NIGHT_KILLS: at random moments (20); OPASTIN_NIGHT_NIGHTS: small ones that
are compared with whole rebuilds (12); OPASTIN_NIGHT_FAULTS: calls that fail, chosen (30; 0: each);
OPASTIN_NIGHT_MEMORY: records of the memory figures (0: none); OPASTIN_SEED: of all that is random."""
import os
import random
import shutil
import sys
import tempfile
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import house  # noqa: E402  (its folder is on the path only now)
from failing import each_call_fails, killed_at_random, memory_of_a_night  # noqa: E402
from messages import ten_faults_can_be_mended_from_the_text  # noqa: E402
from month import a_month  # noqa: E402
from whole import nights_alike  # noqa: E402

SEED = int(os.environ.get("OPASTIN_SEED", str(random.SystemRandom().randrange(1 << 32))))


def setting(name, default):
    return int(os.environ.get("OPASTIN_NIGHT_" + name, default))


def month(work):
    a_month(work, setting("RECORDS", 300), SEED)


def taken_over_is_as_made_anew(work):
    nights_alike(os.path.join(work, "small"), setting("NIGHTS", 12), 50, 30, SEED)
    nights_alike(os.path.join(work, "larger"), 3, 300, 200, SEED + 1)


def killed(work):
    killed_at_random(work, setting("KILLS", 20), SEED)


def calls_that_fail(work):
    each_call_fails(work, setting("FAULTS", 30), SEED)


def memory(work):
    if setting("MEMORY", 0):
        memory_of_a_night(work, setting("MEMORY", 0), SEED)


TESTS = [month, taken_over_is_as_made_anew, killed, calls_that_fail, ten_faults_can_be_mended_from_the_text, memory]


def main():
    programs = house.set_up(sys.argv[1])
    failed = 0
    chosen = [test for test in TESTS if not sys.argv[2:] or test.__name__ in sys.argv[2:]]
    for test in chosen:
        work = tempfile.mkdtemp(prefix="opastin-night.")
        try:
            test(work)
            print(f"ok {test.__name__}", flush=True)
        except Exception as error:  # a test that breaks has failed, the others go on
            failed += 1
            print(f"not ok {test.__name__} (OPASTIN_SEED={SEED}): {error}", flush=True)
            if not isinstance(error, AssertionError):
                traceback.print_exc(file=sys.stdout)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(programs, ignore_errors=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not chosen else 0)


main()
