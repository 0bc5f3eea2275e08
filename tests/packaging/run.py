#!/usr/bin/env python3
"""What an operator installs: units, manual pages, the example, the script that sends reports.

usage: run.py BUILD_DIR
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = {"opastin-indexer": "docs/man/opastin-indexer.1", "opastin-searchd": "docs/man/opastin-searchd.8"}
WORST = {"opastin-searchd.service": 1.2, "opastin-indexer.service": 0.3}  # what packaging/README.md says
build = ROOT / "build/release"


def command(*words, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True, "cwd": ROOT, **options}
    return subprocess.run([str(word) for word in words], check=False, **options)


def needs(program):
    if not shutil.which(program):
        raise unittest.SkipTest(f"no {program} here")


class Units(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.destination = pathlib.Path(cls.folder.name)
        cls.made = command("make", "install", "--old-file=build", f"B={build.relative_to(ROOT)}", "PREFIX=/opt/o",
                           f"DESTDIR={cls.destination}")
        cls.units = cls.destination / "opt/o/lib/systemd/system"

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_install(self):
        self.assertEqual(self.made.returncode, 0, self.made.stdout)
        for path in ("bin/opastin-indexer", "sbin/opastin-searchd", "lib/opastin/opastin-mail",
                     "share/opastin/opastin.conf.example", "share/opastin/synonyms.txt", "share/opastin/nginx.conf", "share/opastin/Caddyfile", "lib/sysusers.d/opastin.conf",
                     "lib/tmpfiles.d/opastin.conf", "share/man/man1/opastin-indexer.1", "share/man/man5/opastin.conf.5",
                     "share/man/man8/opastin-searchd.8"):
            self.assertTrue((self.destination / "opt/o" / path).is_file(), path)
        for unit in self.units.iterdir():
            for path in re.findall(r"^ExecStart=(\S+)", unit.read_text(), re.M):
                self.assertTrue(os.access(f"{self.destination}{path}", os.X_OK), f"{unit.name}: {path}")
        self.assertEqual(len(list(self.units.iterdir())), 4)

    def test_verify(self):
        """The units as they are installed, but for the folder of the programs and the manual pages, which this machine lacks."""
        needs("systemd-analyze")
        with tempfile.TemporaryDirectory() as folder:
            copies = []
            for unit in self.units.iterdir():
                text = unit.read_text().replace("=/opt/o/", f"={self.destination}/opt/o/")
                copies.append(pathlib.Path(folder) / unit.name)
                copies[-1].write_text(re.sub(r"^Documentation=.*\n", "", text, flags=re.M))
            said = command("systemd-analyze", "verify", *copies)
            self.assertEqual((said.returncode, said.stdout), (0, ""))
        when = command("systemd-analyze", "calendar", re.search(r"OnCalendar=(.*)", (
            self.units / "opastin-indexer.timer").read_text())[1])
        self.assertEqual(when.returncode, 0, when.stdout)

    def test_exposure(self):
        """systemd's own score; no unit may get worse than the README says."""
        needs("systemd-analyze")
        readme = (ROOT / "packaging/README.md").read_text()
        for name, worst in WORST.items():
            said = command("systemd-analyze", "security", "--no-pager", "--offline=true", self.units / name)
            level = re.search(r"exposure level for \S+: ([0-9.]+)", said.stdout)
            self.assertIsNotNone(level, said.stdout)
            self.assertLessEqual(float(level[1]), worst, name)
            self.assertIn(f" {worst}", readme)

    def test_system_calls(self):
        """What the programs call, while they build, serve and take up a new index, is what the units allow."""
        needs("systemd-analyze")
        needs("strace")
        if build.name != "release":
            raise unittest.SkipTest("a sanitizer calls what the program does not")
        with tempfile.TemporaryDirectory() as folder:
            trace = ["strace", "-f", "-qq", "-o"]
            run = [build / "opastin-indexer", "run", "--index", f"{folder}/index", "--quiet", "corpus/seeds.jsonl"]
            if command(*trace, f"{folder}/opastin-indexer", *run).returncode != 0:
                raise unittest.SkipTest("strace may not trace here")
            with open(f"{folder}/log", "wb") as log:
                daemon = subprocess.Popen(trace + [f"{folder}/opastin-searchd", build / "opastin-searchd", "--index",
                                                   f"{folder}/index", "--port", "0"], stderr=log, cwd=ROOT)
            try:
                self.ask(folder, run)
            finally:
                children = pathlib.Path(f"/proc/{daemon.pid}/task/{daemon.pid}/children").read_text().split()
                for child in children:
                    os.kill(int(child), signal.SIGTERM)
                daemon.wait()
            for name in PROGRAMS:
                self.check_calls(name, pathlib.Path(f"{folder}/{name}").read_text())

    @staticmethod
    def ask(folder, run):
        for _ in range(200):
            port = re.search(r"event=started .*port=(\d+)", pathlib.Path(f"{folder}/log").read_text())
            if port:
                break
            time.sleep(0.1)
        for path in ("search?q=kahvila", "suggest?q=kah", "meta"):
            urllib.request.urlopen(f"http://127.0.0.1:{port[1]}/api/v1/{path}", timeout=20).read()
        command(*run)
        time.sleep(2)
        urllib.request.urlopen(f"http://127.0.0.1:{port[1]}/api/v1/search?q=jooga", timeout=20).read()

    def check_calls(self, name, text):
        allowed = set()
        unit = (self.units / f"{name}.service").read_text()
        for line in re.findall(r"^SystemCallFilter=(.*)", unit, re.M):
            for group in line.lstrip("~").split():
                allowed = allowed - self.calls(group) if line[0] == "~" else allowed | self.calls(group)
        allowed |= self.calls("@default")
        used = set(re.findall(r"^\d+ +(\w+)\(", text, re.M))
        self.assertGreater(len(used), 20)
        self.assertEqual(used - allowed, set(), name)
        for line in text.splitlines():
            self.assertFalse("PROT_WRITE" in line and "PROT_EXEC" in line, line)  # MemoryDenyWriteExecute

    def calls(self, group):
        if group[0] != "@":
            return {group}
        found = set()
        for line in command("systemd-analyze", "syscall-filter", group).stdout.splitlines()[1:]:
            line = line.strip()
            if line and line[0] != "#":
                found |= self.calls(line)
        return found


class Pages(unittest.TestCase):
    def test_options(self):
        """Every command and option that --help tells is in the page; of the daemon's, no other either."""
        for program, page in PROGRAMS.items():
            text = (ROOT / page).read_text()
            helped = command(build / program, "--help").stdout
            options = set(re.findall(r"^  --([a-z-]+)", helped, re.M))
            told = set(re.findall(r"^\.It Fl -([a-z-]+)", text, re.M))
            self.assertGreater(len(options), 5)
            self.assertEqual(options - told, set(), page)
            if program == "opastin-searchd":
                self.assertEqual(told - options, set(), page)
            part = re.search(r"^commands:\n((?:  .*\n)+)", helped, re.M)
            commands = set(re.findall(r"^  ([a-z-]+) ", part[1], re.M)) if part else set()
            self.assertEqual(commands - set(re.findall(r"^\.It Ic ([a-z-]+)", text, re.M)), set(), page)

    def test_defaults(self):
        """What stands in parentheses in the daemon's help, (8080), stands in the page."""
        text = (ROOT / PROGRAMS["opastin-searchd"]).read_text()
        for name, default in re.findall(r"^  --([a-z-]+) .*\((\S+)\)$",
                                        command(build / "opastin-searchd", "--help").stdout, re.M):
            item = re.search(rf"^\.It Fl -{name}\b.*\n(.*)", text, re.M)
            self.assertIn(f"({default})", item[1])

    def test_mandoc(self):
        needs("mandoc")
        for page in sorted((ROOT / "docs/man").iterdir()):
            said = command("mandoc", "-Tlint", "-Wwarning", page)
            self.assertEqual(said.stdout, "")

    def test_man(self):
        needs("man")
        for page in sorted((ROOT / "docs/man").iterdir()):
            said = command("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page, stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE)
            self.assertEqual((said.returncode, said.stderr), (0, ""))


class Mail(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.sendmail = self.folder / "sendmail"
        self.sendmail.write_text(f'#!/bin/sh\n[ ! -e {folder.name}/broken ] && cat >>{folder.name}/sent\n')
        self.sendmail.chmod(0o755)

    def night(self, name, mail=True):
        (self.folder / name).mkdir()
        if mail:
            (self.folder / name / "report.eml").write_text(f"{name}\n")

    def send(self):
        code = command(ROOT / "packaging/opastin-mail", self.folder, self.sendmail).returncode
        sent = self.folder / "sent"
        text = sent.read_text().split() if sent.exists() else []
        sent.unlink(missing_ok=True)
        return code, text

    def test_each_once(self):
        self.assertEqual(self.send(), (0, []))
        for name in ("run-000008", "run-000009", "run-000010.tmp"):
            self.night(name)
        self.assertEqual(self.send(), (0, ["run-000009"]))  # not the whole past
        self.assertEqual(self.send(), (0, []))
        self.night("run-000010", mail=False)
        self.night("run-000012")
        self.night("run-000011")
        (self.folder / "broken").touch()
        self.assertEqual(self.send(), (1, []))
        (self.folder / "broken").unlink()
        self.assertEqual(self.send(), (0, ["run-000011", "run-000012"]))


if __name__ == "__main__":
    build = pathlib.Path(sys.argv.pop(1)).resolve()
    os.environ["LC_ALL"] = "C.UTF-8"
    result = unittest.TextTestRunner(verbosity=1).run(unittest.defaultTestLoader.loadTestsFromModule(
        sys.modules[__name__]))
    for test, why in result.skipped:
        print(f"skipped {test.id()}: {why}")
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed")
    sys.exit(1 if bad else 0)
