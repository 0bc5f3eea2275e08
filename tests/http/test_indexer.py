"""The indexer's own command line, where no daemon is needed."""
import os
import subprocess
import unittest

import harness

CASES = "tests/cases/import"


def check(*arguments):
    program = os.path.join(harness.BUILD, "opastin-indexer")
    return subprocess.run([program, "check", *arguments], capture_output=True, text=True)


class Formats(unittest.TestCase):
    def test_a_format_that_is_not_known_is_a_usage_error_with_the_known_ones(self):
        done = check("--format", "xml", f"{CASES}/hsds/locations.json")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--format xml: is no format that is known", done.stderr)
        self.assertIn("jsonl, csv, linkedevents, lahella, ptv, hsds, outpost", done.stderr)

    def test_a_format_that_is_said_is_taken(self):
        self.assertEqual(check("--format", "hsds", f"{CASES}/hsds/locations.json").returncode, 0)
        done = check("--format", "lahella", f"{CASES}/hsds/locations.json")
        self.assertEqual(done.returncode, 3)
        self.assertIn("is no object of Lähellä.fi, but one of HSDS", done.stderr)

    def test_a_folder_of_tables_is_read_by_its_name(self):
        done = check(f"{CASES}/hsds-tables/")
        self.assertEqual(done.returncode, 3)  # one row is broken
        self.assertIn(f"{CASES}/hsds-tables/services.csv:5: the row has 16 cells", done.stderr)
        self.assertRegex(done.stdout, r"hsds-tables +read +6 +rejected +1 ")

    def test_a_folder_of_other_things_is_refused(self):
        done = check("docs")
        self.assertEqual(done.returncode, 1)
        self.assertIn("docs: is a folder", done.stderr)
