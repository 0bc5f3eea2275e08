"""The phone desks that a search with few hits names."""
import os
import unittest

from harness import Daemon, fresh_dir

HTML = {"Accept": "text/html"}


class Desks(unittest.TestCase):
    def page(self, text, path):
        file = os.path.join(fresh_dir("desks"), "desks.txt")
        with open(file, "w", encoding="utf-8") as out:
            out.write(text)
        daemon = Daemon(desks=file)
        self.addCleanup(daemon.stop)
        answer = daemon.get(path, HTML)
        self.assertEqual(answer.status, 200)
        return answer.body

    def test_a_search_without_hits_names_the_desk_of_its_area(self):
        text = "nationwide | Maan neuvonta | 09 000 000\nMikkeli | Mikkelin <info> | 015 000 001 | arkisin 9–15\n"
        body = self.page(text, "/fi/search?q=zzyzxqqwv&area=491")
        self.assertIn('Mikkelin &lt;info&gt;, <a class="phone" href="tel:015000001">015 000 001</a> (arkisin 9–15)', body)
        self.assertNotIn("Maan neuvonta", body)
        self.assertIn("Kysy puhelimitse", body)

    def test_a_search_with_many_hits_names_none(self):
        body = self.page("nationwide | Maan neuvonta | 09 000 000\n", "/fi/search?q=kerho")
        self.assertIn("<article", body)
        self.assertNotIn("Maan neuvonta", body)

    def test_without_a_desk_for_the_area_there_is_no_heading(self):
        body = self.page("Kuopio | Kuopion info | 017 000 000\n", "/fi/search?q=zzyzxqqwv&area=491")
        self.assertNotIn("Kysy puhelimitse", body)

    def test_a_file_that_cannot_be_read_stops_the_start(self):
        file = os.path.join(fresh_dir("desks"), "desks.txt")
        with open(file, "w", encoding="utf-8") as out:
            out.write("# desks\nAtlantis | x | 1\n")
        with self.assertRaisesRegex(AssertionError, "desks.txt:2"):
            Daemon(desks=file).stop()  # where it starts all the same, it is not left behind
