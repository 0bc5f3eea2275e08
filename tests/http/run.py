#!/usr/bin/env python3
"""The daemon over HTTP, as clients and attackers see it.

usage: run.py BUILD_DIR [NAME...]     NAME: only the tests whose name has it
       run.py BUILD_DIR --record      writes the expected answers of cases/ anew
"""
import os
import pathlib
import sys
import time
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness  # noqa: E402

MODULES = sorted(path.stem for path in pathlib.Path(__file__).resolve().parent.glob("test_*.py"))


class Result(unittest.TextTestResult):
    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def addSuccess(self, test):
        super().addSuccess(test)
        self.succeeded = getattr(self, "succeeded", 0) + 1
        took = time.monotonic() - self.began
        if took > 5:
            self.stream.writeln(f"    ({took:.1f} s)")


def tests_of(suite, names):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_of(test, names)
        elif not names or any(name in test.id() for name in names):
            yield test


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    harness.set_up(sys.argv[1])
    if "--record" in sys.argv:
        import test_cases
        return test_cases.record()
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(tests_of(loader.loadTestsFromNames(MODULES), sys.argv[2:]))
    result = unittest.TextTestRunner(resultclass=Result, verbosity=2, stream=sys.stdout).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    print(f"{getattr(result, 'succeeded', 0)} passed, {failed} failed")
    return 0 if failed == 0 and result.testsRun else 1


if __name__ == "__main__":
    sys.exit(main())
