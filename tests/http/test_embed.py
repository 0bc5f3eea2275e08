"""What other sites load of the search: the part, the frame's page, the loader, the builder.  In their pages:
tests/browser/embed.mjs."""
import base64
import hashlib
import html
import re
import subprocess
import unittest
from urllib.parse import parse_qs, urlsplit

import harness
from harness import Daemon

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def setUpModule():
    global daemon
    daemon = Daemon()


def tearDownModule():
    daemon.stop()


def links(body):
    """The query of every link to another search."""
    return [parse_qs(urlsplit(html.unescape(url)).query) for url in re.findall(r'href="(/embed[^"]*)"', body)]


class Part(unittest.TestCase):
    def test_any_site_may_ask_for_it_and_keep_it(self):
        first = daemon.get("/embed/fragment?q=kerho&area=491")
        self.assertEqual((first.status, first["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertEqual(first["Access-Control-Allow-Origin"], "*")
        self.assertIsNone(first["Content-Security-Policy"])
        self.assertIn("stale-while-revalidate", first["Cache-Control"])
        again = daemon.get("/embed/fragment?area=491&q=kerho&near=&radius=30", {"If-None-Match": first["ETag"]})
        self.assertEqual((again.status, again.body), (304, ""), "whatever way it is written, without a redirect")
        self.assertEqual(again["Access-Control-Allow-Origin"], "*")
        tags = {daemon.get("/embed/fragment?q=kerho&area=491" + more)["ETag"] for more in
                ("", "&lang=sv", "&lock=area", "&heading-level=3", "&view=list", "&target=_blank", "&look=blue")}
        self.assertEqual(len(tags), 7)
        self.assertNotIn(first["ETag"], {daemon.get(path + "?q=kerho&area=491", HTML)["ETag"]
                                         for path in ("/embed", "/fi/search")})

    def test_it_has_the_pages_records_and_no_page_around_them(self):
        part, page = (daemon.get(path + "?q=kerho&per_page=5", HTML).body for path in ("/embed/fragment", "/fi/search"))
        titles = [re.findall(r'<h3[^>]*><a href="(/fi/item/[^"?]+)', body) for body in (part, page)]
        self.assertEqual(titles[0], titles[1])
        self.assertGreater(len(titles[0]), 0)
        self.assertNotRegex(part, r"<html|<head|<body|<header|<footer|<nav|<main|<h1|data-add|\sstyle=|<script")
        self.assertNotRegex(part, r'href="/fi/search[^"]*"[^>]*class="chip')

    def test_headings_fit_to_the_site(self):
        for level, found in (("1", {"h1", "h2"}), ("2", {"h2", "h3"}), ("5", {"h5", "h6"})):
            body = daemon.get("/embed/fragment?q=kerho&heading-level=" + level).body
            self.assertEqual(set(re.findall(r"<(h[1-6])", body)), found)

    def test_views(self):
        listed = daemon.get("/embed/fragment?q=kerho&view=list").body
        self.assertNotRegex(listed, "<form|<input")
        self.assertIn("<article", listed)
        count = daemon.get("/embed/fragment?q=kerho&view=count&lang=en").body
        self.assertNotIn("<article", count)
        self.assertRegex(count, r'href="/en/search\?q=kerho" target="_top">\d+ activit')

    def test_what_is_locked_is_in_every_link_and_in_no_choice(self):
        for query in ("area=491", "area=491&q=kerho", "area=491&q=qqqq", "area=491&q=kerho+kuopio&weekday=mon&age=7"):
            body = daemon.get(f"/embed/fragment?{query}&lock=area").body
            asked = links(body)
            self.assertTrue(all(one.get("area") == ["491"] and one.get("lock") == ["area"] for one in asked), query)
            self.assertTrue(all("area" not in one.get("include_unknown", []) for one in asked), query)
            self.assertEqual(re.findall(r'<input type="(\w+)"[^>]*name="area"', body), ["hidden"])
            self.assertRegex(body, r'<span class="chip is-fixed"[^>]*>[^<]*Mikkeli')
        self.assertRegex(daemon.get("/embed/fragment?area=491").body, r'<a class="chip"[^>]*>')
        many = daemon.get("/embed/fragment?q=kerho&near=50100&radius=30&age=7&weekday=mon&time=morning"
                          "&lock=q,near&lock=age,weekday%2Ctime").body
        self.assertNotRegex(many, r'<input id="(q|near|age)"|name="(weekday|time)" value="[^"]*"(?: checked)?><span')
        for name, value in (("q", "kerho"), ("near", "50100"), ("radius", "30"), ("age", "7"), ("weekday", "mon"),
                            ("time", "morning")):
            self.assertIn(f'<input type="hidden" name="{name}" value="{value}">', many)

    def test_every_kind_of_lock_holds_in_every_link(self):
        searches = ("q=kerho", "q=qqqq", "q=kerho+kuopio", "q=jumppa&theme=vertaistuki", "area=491&kind=event&q=kerho")
        for chosen in ("weekday=mon", "time=morning", "age=7", "near=50100&radius=30", "near=50100&radius=5",
                       "date=2026-12-07&until=2026-12-08", "theme=jumppa", "q=kerhoo"):
            wanted, changed = parse_qs(chosen), 0
            name = next(iter(wanted))
            for search in searches:
                query = "&".join([part for part in search.split("&") if part.split("=")[0] != name] + [chosen])

                def differ(one):
                    return {key: one.get(key) for key in wanted} != wanted or name in one.get("include_unknown", [])
                changed += sum(differ(one) for one in links(daemon.get("/embed/fragment?" + query).body))
                for one in links(daemon.get(f"/embed/fragment?{query}&lock={name}").body):
                    self.assertFalse(differ(one), (query, one))
                    self.assertEqual(one.get("lock"), [name], query)
            self.assertGreater(changed, 0, f"without the lock links change {chosen}")

    def test_taking_all_filters_away_leaves_what_is_locked_and_nothing_else(self):
        asked = "q=kerho&area=491&theme=jumppa&weekday=mon&age=7&include_unknown=weekday&include_unknown=age"
        for lock, left in (("area", {"area": ["491"]}), ("weekday", {"weekday": ["mon"], "include_unknown": ["weekday"]}),
                           ("age", {"age": ["7"], "include_unknown": ["age"]})):
            found = links(daemon.get(f"/embed/fragment?{asked}&lock={lock}").body)
            self.assertIn({"q": ["kerho"], "lock": [lock], **left}, found)

    def test_mistakes_are_told(self):
        for query, name in (("lock=colour", "lock"), ("view=x", "view"), ("heading-level=6", "heading-level"),
                            ("heading-level=22", "heading-level"), ("target=x", "target"), ("look=pink", "look"),
                            ("lang=de", "lang"), ("colour=red", "colour"), ("view=list&age=old", "")):
            answer = daemon.get("/embed/fragment?" + query)
            self.assertEqual((answer.status, answer["Cache-Control"]), (400, "no-store"), query)
            self.assertIn('class="wrong"', answer.body)
            self.assertIn(name, re.search(r'id="wrong".*?</div>', answer.body)[0])
            self.assertEqual(answer["Access-Control-Allow-Origin"], "*")
        self.assertEqual(daemon.get("/embed/fragment?lock=&view=&lang=&target=").status, 200, "empty is not given")


class Framed(unittest.TestCase):
    def test_other_sites_may_frame_it_and_no_other_page(self):
        self.assertTrue(daemon.get("/embed", HTML)["Content-Security-Policy"].endswith("frame-ancestors 'self' *"))
        wrong = daemon.get("/embed?age=old", HTML)
        self.assertEqual(wrong.status, 400)
        self.assertTrue(wrong["Content-Security-Policy"].endswith("frame-ancestors 'self' *"))
        for path in ("/fi/search", "/fi/embed", "/fi/help"):
            self.assertTrue(daemon.get(path, HTML)["Content-Security-Policy"].endswith("frame-ancestors 'self'"), path)

    def test_the_operator_says_which_sites(self):
        own = Daemon(frame_ancestors="https://a.example https://*.b.example")
        try:
            policy = own.get("/embed", HTML)["Content-Security-Policy"]
            self.assertTrue(policy.endswith("frame-ancestors 'self' https://a.example https://*.b.example"), policy)
        finally:
            own.stop()
        for wrong in ("https://a.example; script-src *", "a\r\nb", "x" * 3000, "a, b"):
            said = subprocess.run([harness.BUILD + "/opastin-searchd", "--frame-ancestors", wrong],
                                  capture_output=True, text=True)
            self.assertEqual(said.returncode, 2, wrong)
            self.assertIn("--frame-ancestors", said.stderr)

    def test_it_has_one_address_and_works_without_script(self):
        moved = daemon.get("/embed?area=Mikkeli&q=kerho&near=&radius=30&lock=area&lang=sv&view=", HTML)
        self.assertEqual((moved.status, moved["Location"]), (303, "/embed?q=kerho&area=491&lang=sv&lock=area"))
        body = daemon.get(moved["Location"], HTML).body
        self.assertIn('<html lang="sv">', body)
        for name, value in (("lang", "sv"), ("lock", "area"), ("area", "491")):
            self.assertIn(f'<input type="hidden" name="{name}" value="{value}">', body)
        self.assertRegex(body, r'<form id="s"[^>]* action="/embed#count"')
        self.assertRegex(body, r'<a href="/sv/item/[^"?]+" target="_top"')

    def test_open_counties_lead_to_themselves(self):
        for query in ("open=wellbeing-10", "q=kerho&open=wellbeing-10&lang=sv", "view=list", "lang=en"):
            self.assertEqual(daemon.get("/embed?" + query.replace("open=wellbeing-10&lang=sv",
                                                                  "lang=sv&open=wellbeing-10"), HTML).status, 200)


class Loader(unittest.TestCase):
    def test_its_first_answer_brings_the_style(self):
        plain, styled = (daemon.get("/embed/fragment?area=491" + more) for more in ("", "&style=inline"))
        path = re.search(r'href="(/assets/[0-9a-f]+/embed\.css)"', plain.body).group(1)
        style = re.search(r"<template>(.*?)</template>", styled.body, re.S)
        self.assertEqual(html.unescape(style.group(1)), daemon.get(path).body)
        self.assertEqual(styled.body.replace(style.group(0), "", 1), plain.body)
        self.assertNotEqual(styled["ETag"], plain["ETag"])
        asked = daemon.get("/embed/fragment?area=491&style=inline", {"If-None-Match": plain["ETag"]})
        self.assertEqual(asked.status, 200)
        self.assertEqual(daemon.get("/embed/fragment?area=491&style=x").status, 400)

    def test_it_has_a_lasting_name_and_a_fixed_one(self):
        script = daemon.get("/embed.js")
        self.assertEqual((script.status, script["Content-Type"]), (200, "text/javascript; charset=utf-8"))
        self.assertEqual(script["Access-Control-Allow-Origin"], "*")
        self.assertIn("max-age=600", script["Cache-Control"])
        self.assertIn("stale-while-revalidate=", script["Cache-Control"])
        self.assertEqual(daemon.get("/embed.js", {"If-None-Match": script["ETag"]}).status, 304)
        packed = daemon.get("/embed.js", {"Accept-Encoding": "gzip"})
        self.assertEqual((packed["Content-Encoding"], packed["ETag"] == script["ETag"]), ("gzip", False))
        self.assertEqual(daemon.get("/embed.js", {"If-None-Match": packed["ETag"]}).status, 304)
        builder = html.unescape(daemon.get("/fi/embed", HTML).body)
        path, sum384 = re.search(r'src="[^"]*(/assets/[0-9a-f]+/embed\.js)"\s+integrity="([^"]+)"', builder).groups()
        fixed = daemon.get(path)
        self.assertEqual(fixed.body, script.body)
        self.assertIn("immutable", fixed["Cache-Control"])
        self.assertEqual(fixed["Access-Control-Allow-Origin"], "*")
        made = base64.b64encode(hashlib.sha384(fixed.body.encode()).digest()).decode()
        self.assertEqual(sum384, "sha384-" + made)


class Builder(unittest.TestCase):
    def test_it_gives_lines_in_three_languages(self):
        for lang in ("fi", "sv", "en"):
            answer = daemon.get(f"/{lang}/embed", HTML)
            self.assertEqual(answer.status, 200)
            self.assertIn(f"&lt;opastin-search lang=&quot;{lang}&quot;\n  style=&quot;display:block;min-height:100vh&quot;&gt;",
                          answer.body)
            self.assertRegex(answer.body, r"script-src https://test; style-src https://test; connect-src https://test<")
            self.assertIn("&lt;iframe src=", answer.body)

    def test_what_is_asked_stands_in_the_lines(self):
        body = html.unescape(daemon.get('/fi/embed?area=Mikkeli&theme=liikunta&q=a"<b>%26c&lock=area&lock=theme'
                                        "&view=list&per_page=5&heading-level=3&look=blue&target=_blank&lang=sv"
                                        "&url-prefix=1".replace('"<b>', "%22%3Cb%3E"), HTML).body)
        self.assertIn('<opastin-search lang="sv" q="a&quot;&lt;b&gt;&amp;c" area="491" theme="liikunta" lock="area,theme"'
                      ' view="list" limit="5" heading-level="3" look="blue" target="_blank" url-prefix="haku-"'
                      '\n  style="display:block;min-height:min(100vh,650px)">', body)
        frame = re.search(r'<iframe src="https://test(/embed\?[^"]*)"', body)[1]
        self.assertEqual(parse_qs(urlsplit(html.unescape(frame)).query)["lock"], ["area", "theme"], "in the frame too")

    def test_an_area_that_is_none_is_told(self):
        answer = daemon.get("/fi/embed?area=Nowhere", HTML)
        self.assertEqual(answer.status, 400)
        self.assertIn('class="wrong"', answer.body)
