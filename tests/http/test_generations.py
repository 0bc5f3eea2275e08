"""New generations are taken up without a failed request; one that cannot be opened leaves the old one serving."""
import glob
import json
import os
import re
import shutil
import threading
import time
import unittest

from harness import RECORDS, SLOW, Daemon, fresh_dir, indexer, publish

SEARCH = "/api/v1/search?past=1&per_page=5&q=kerho"


def point_to(index, name):
    """Makes CURRENT say that name, as publishing does."""
    with open(os.path.join(index, "CURRENT.tmp"), "w") as pointer:
        pointer.write(name + "\n")
    os.rename(os.path.join(index, "CURRENT.tmp"), os.path.join(index, "CURRENT"))


def copy_generation(index, number):
    """A copy of the first generation under that number, not published; its folder."""
    path = os.path.join(index, f"gen-{number}")
    shutil.copytree(os.path.join(index, "gen-1"), path)
    return path


def cut(path):
    os.truncate(path, os.path.getsize(path) // 2)


def spoil_manifest(path, **values):
    name = os.path.join(path, "manifest.json")
    with open(name) as file:
        manifest = json.load(file)
    manifest.update(values)
    with open(name, "w") as file:
        json.dump(manifest, file)


class Generations(unittest.TestCase):
    def test_switching_under_load_fails_no_request(self):
        index = fresh_dir("switch")
        publish(index)
        fewer = os.path.join(index, "fewer.jsonl")
        with open(RECORDS) as records, open(fewer, "w") as out:
            out.writelines(records.readlines()[:5])
        totals = {}  # by generation: what a search of all finds
        failures, answers, stop = [], [], threading.Event()

        def client(daemon, kept):
            connection = daemon.connect() if kept else None
            while not stop.is_set():
                try:
                    if kept:
                        connection.send("GET /api/v1/search?past=1&per_page=0 HTTP/1.1\r\nHost: a\r\n\r\n")
                        answer = connection.answer()
                    else:
                        answer = daemon.get("/api/v1/search?past=1&per_page=0")
                    if answer.status == 200:
                        found = answer.json()
                        answers.append((found["generation"], found["totalHits"]))
                    else:
                        failures.append(answer.body)
                except (OSError, AssertionError, ValueError) as error:
                    failures.append(repr(error))
                    return
            if connection:
                connection.close()

        with Daemon(index) as daemon:
            clients = [threading.Thread(target=client, args=(daemon, n % 2 == 0)) for n in range(4)]
            for thread in clients:
                thread.start()
            for turn in range(6):
                number = publish(index, RECORDS if turn % 2 else fewer)
                totals[number] = 8 if turn % 2 else 5
                daemon.wait_for(lambda: answers and answers[-1][0] == number)
            stop.set()
            for thread in clients:
                thread.join()
            self.assertEqual(failures, [])
            totals[1] = 8
            for generation, total in set(answers):
                self.assertEqual(total, totals[generation], f"generation {generation} mixes with another")
            self.assertEqual(sorted({generation for generation, _ in answers}), sorted(totals))
            self.assertEqual(daemon.get("/readyz").json(), {"status": "ready", "generation": 7})
            self.only_maps(daemon, 7)

    def only_maps(self, daemon, number):
        """The daemon has let go of every other generation: mappings and open files."""
        def generations():
            with open(f"/proc/{daemon.process.pid}/maps") as maps:
                names = set(re.findall(r"/gen-(\d+)/", maps.read()))
            for link in glob.glob(f"/proc/{daemon.process.pid}/fd/*"):
                try:
                    names |= set(re.findall(r"/gen-(\d+)/", os.readlink(link)))
                except OSError:
                    pass
            return names
        daemon.wait_for(lambda: generations() == {str(number)})

    def test_idle_threads_let_the_old_generation_go(self):
        index = fresh_dir("idle")
        publish(index)
        with Daemon(index, threads=4, today=None) as daemon:
            self.only_maps(daemon, 1)
            publish(index)
            self.only_maps(daemon, 2)
            self.assertEqual(daemon.metric("opastin_generation_uptakes_total"), 8)

    def test_a_rollback_is_taken_up_too(self):
        index = fresh_dir("rollback")
        publish(index)
        publish(index)
        with Daemon(index) as daemon:
            self.assertEqual(daemon.get(SEARCH).json()["generation"], 2)
            indexer("rollback", "--index", index)
            daemon.wait_for(lambda: daemon.get(SEARCH).json()["generation"] == 1)
            self.only_maps(daemon, 1)

    def test_a_new_generation_is_taken_up_at_once(self):
        index = fresh_dir("soon")
        publish(index)
        with Daemon(index) as daemon:
            path = copy_generation(index, 2)
            started = time.monotonic()
            point_to(index, os.path.basename(path))
            daemon.wait_for(lambda: daemon.get("/readyz").json()["generation"] == 2)
            self.assertLess(time.monotonic() - started, 0.8 * SLOW)  # the folder tells; the poll is once a second

    def test_a_damaged_generation_leaves_the_old_one_serving(self):
        damages = {
            "columns cut": lambda p: cut(os.path.join(p, "columns")),
            "columns gone": lambda p: os.remove(os.path.join(p, "columns")),
            "lexicon cut": lambda p: cut(os.path.join(p, "lexicon")),
            "lexicon gone": lambda p: os.remove(os.path.join(p, "lexicon")),
            "postings cut": lambda p: cut(os.path.join(p, "postings")),
            "postings gone": lambda p: os.remove(os.path.join(p, "postings")),
            "postings of others": lambda p: shutil.copy(os.path.join(others, "postings"), p),
            "values cut": lambda p: cut(os.path.join(p, "values")),
            "values gone": lambda p: os.remove(os.path.join(p, "values")),
            "values of others": lambda p: shutil.copy(os.path.join(others, "values"), p),
            "records of others": lambda p: shutil.copy(os.path.join(others, "records"), p),
            "database cut": lambda p: cut(os.path.join(p, "xapian", "postlist.glass")),
            "database head cut": lambda p: cut(os.path.join(p, "xapian", "iamglass")),
            "records gone": lambda p: os.truncate(os.path.join(p, "records"), 0),
            "database gone": lambda p: shutil.rmtree(os.path.join(p, "xapian")),
            "manifest gone": lambda p: os.remove(os.path.join(p, "manifest.json")),
            "manifest cut": lambda p: cut(os.path.join(p, "manifest.json")),
            "other count": lambda p: spoil_manifest(p, documents=9),
            "other analyser": lambda p: spoil_manifest(p, analyser=99),
            "all gone": shutil.rmtree,
        }
        index, other = fresh_dir("damage"), fresh_dir("others")
        publish(index)
        few = os.path.join(other, "few.jsonl")
        with open(RECORDS) as records, open(few, "w") as out:
            out.writelines(records.readlines()[:3])
        others = os.path.join(other, f"gen-{publish(other, few)}")
        with Daemon(index) as daemon:
            for number, (damage, spoil) in enumerate(damages.items(), 2):
                with self.subTest(damage):
                    path = copy_generation(index, number)
                    spoil(path)
                    point_to(index, os.path.basename(path))
                    daemon.wait_for(lambda: "failedGeneration" in daemon.get("/readyz").json() and daemon.get(
                        "/readyz").json()["failedGeneration"]["generation"] == number)
                    self.still_on(daemon, number)
                    point_to(index, "gen-1")
                    daemon.wait_for(lambda: "failedGeneration" not in daemon.get("/readyz").json())
            self.assertEqual(daemon.metric("opastin_generation_failed"), 0)
            point_to(index, os.path.basename(copy_generation(index, 99)))
            daemon.wait_for(lambda: daemon.get("/readyz").json() == {"status": "ready", "generation": 99})

    def still_on(self, daemon, number):
        ready = daemon.get("/readyz")
        self.assertEqual((ready.status, ready.json()["generation"]), (200, 1))
        self.assertEqual(daemon.get(SEARCH).json()["generation"], 1)
        self.assertEqual(daemon.get("/api/v1/meta").json()["failedGeneration"]["generation"], number)
        self.assertEqual(daemon.metric("opastin_generation_failed"), 1)
        daemon.wait_for(lambda: f"event=generation-failed generation={number} " in daemon.log)

    def test_a_damaged_generation_is_told_once(self):
        index = fresh_dir("once")
        publish(index)
        with Daemon(index) as daemon:
            path = copy_generation(index, 2)
            os.remove(os.path.join(path, "columns"))
            point_to(index, "gen-2")
            time.sleep(3.5)
            self.assertEqual(daemon.log.count("generation-failed"), 1)

    def test_a_damaged_generation_that_is_mended_is_taken_up(self):
        index = fresh_dir("mended")
        publish(index)
        with Daemon(index) as daemon:
            path = copy_generation(index, 2)
            os.rename(os.path.join(path, "columns"), os.path.join(path, "columns.away"))
            point_to(index, "gen-2")
            daemon.wait_for(lambda: "failedGeneration" in daemon.get("/readyz").json())
            os.rename(os.path.join(path, "columns.away"), os.path.join(path, "columns"))
            daemon.wait_for(lambda: daemon.get("/readyz").json() == {"status": "ready", "generation": 2})

    def test_a_pointer_that_is_gone_or_nonsense_leaves_the_old_one_serving(self):
        index = fresh_dir("pointer")
        publish(index)
        with Daemon(index) as daemon:
            for spoil in (lambda: os.remove(os.path.join(index, "CURRENT")), lambda: point_to(index, "../../etc"),
                          lambda: point_to(index, "")):
                spoil()
                daemon.wait_for(lambda: "failedGeneration" in daemon.get("/readyz").json())
                self.assertEqual(daemon.get(SEARCH).json()["generation"], 1)
                point_to(index, "gen-1")
                daemon.wait_for(lambda: "failedGeneration" not in daemon.get("/readyz").json())

    def test_without_an_index_it_starts_and_says_what_to_do(self):
        parent = fresh_dir("absent")
        index = os.path.join(parent, "index")
        with Daemon(index, ready=False) as daemon:
            self.assertEqual(daemon.get("/livez").status, 200)
            for path in ("/readyz", SEARCH, "/api/v1/items/x", "/api/v1/meta"):
                answer = daemon.get(path)
                self.assertEqual((answer.status, answer["Retry-After"]), (503, "5"), path)
                self.assertEqual(answer.json()["code"], "unavailable")
                self.assertIn("opastin-indexer run", answer.json()["detail"])
            self.assertEqual(daemon.get("/api/v1/vocabularies/theme").status, 200)
            self.assertIn("opastin_ready 0", daemon.get("/metrics").body)
            publish(index)
            daemon.wait_for(lambda: daemon.get("/readyz").status == 200)
            self.assertEqual(daemon.get(SEARCH).json()["generation"], 1)
            self.assertEqual(daemon.metric("opastin_ready"), 1)

    def test_with_a_damaged_index_it_starts_and_takes_up_a_whole_one(self):
        index = fresh_dir("damaged")
        publish(index)
        cut(os.path.join(index, "gen-1", "columns"))
        with Daemon(index, ready=False) as daemon:
            answer = daemon.get("/readyz")
            self.assertEqual((answer.status, answer.json()["code"]), (503, "unavailable"))
            self.assertIn("cannot be opened", answer.json()["detail"])
            self.assertNotIn(index, answer.body)  # no path of the host for everyone to read
            publish(index)
            daemon.wait_for(lambda: daemon.get("/readyz").status == 200)
            self.assertEqual(daemon.get(SEARCH).json()["generation"], 2)

    def test_an_index_of_another_program_ends_the_start_with_6(self):
        index = fresh_dir("version")
        publish(index)
        spoil_manifest(os.path.join(index, "gen-1"), analyser=99)
        with self.assertRaises(AssertionError) as raised:
            Daemon(index)
        self.assertIn("status=version", str(raised.exception))
        import subprocess
        from harness import BUILD
        result = subprocess.run([os.path.join(BUILD, "opastin-searchd"), "--index", index, "--port", "0"],
                                capture_output=True, text=True)
        self.assertEqual(result.returncode, 6)
