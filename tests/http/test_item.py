"""The page of one record: every kind, hostile texts, what is gone, the way back, and the form that reports errors."""
import glob
import html.parser
import json
import os
import re
import unittest
from urllib.parse import quote, urlencode

import harness
from harness import Daemon, fresh_dir, indexer

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CORPUS = sorted(glob.glob(os.path.join(harness.HERE, "..", "..", "corpus", "*.jsonl")))
LANGS = ("fi", "sv", "en")
# Ours: two modules, and a block of data that nothing runs.
SCRIPTS = [f'<script type="{kind}"' for kind in ("module", "application/ld+json", "module")]
KINDS = ("organisation", "activity", "event", "place", "volunteer", "project", "experiment", "story", "news")
HOSTILE = {  # tags are taken out of texts when they are indexed; what remains are signs that mean something in HTML
    "id": "paha", "kind": "activity", "origin_url": "https://example.org/?a='b&c=d",
    "texts": {"fi": {"title": "\"lainaus\" & 'heitto' 1 < 2 > 0 {{name}} {{{name}}}", "summary": "\" onload=\"alert(1) <",
                     "body": "a" * 3000 + "\n\n\u202eoikealta vasemmalle &lt; img src=x onerror=alert(1)"}},
    "organisation": [{"name": "\"> < svg onload=alert(1) >"}],
    "place": [{"name": "\"Talo\" & < i", "address": "Katu \"5\"", "municipality": "491"}],
    "contact": [{"name": "Aino \"<\" Esimerkki", "email": "aino@example.org", "phone": "040 000 0001"}],
    "schedule": [{"weekday": ["thu"], "from": "10:00", "to": "12:00", "valid_from": "2026-09-03",
                  "valid_to": "2026-12-17", "except": ["2026-10-22", "2026-12-10"], "text": "sali & \"aula\""}],
    "links": [{"kind": "info", "url": "https://example.org/'onmouseover='x", "text": "' onclick='alert(1)"}],
    "price": {"free": False, "amount": 2.5, "text": "{{{price}}} & \"käteinen\""},
    "modified": "2020-01-01"}
TRUNK = [
    {"id": id, "kind": "activity", "texts": {"fi": {"title": title}}, "area": {"scope": "municipality", "codes": ["491"]}}
    for id, title in (("jaava", "Jäävä kerho"), ("lahteva", "Lähtevä & kerho"))]


def write(path, records):
    with open(path, "w") as out:
        out.writelines(json.dumps(record) + "\n" for record in records)
    return path


def setUpModule():
    global daemon, records
    records = {}
    for path in CORPUS:
        with open(path) as lines:
            records.update((r["id"], r) for r in map(json.loads, lines))
    folder = fresh_dir("item")
    hostile = write(os.path.join(folder, "paha.jsonl"), [HOSTILE])
    index = fresh_dir("item-index")
    indexer("run", "--quiet", "--index", index, "--now", harness.NOW, *CORPUS, hostile)
    daemon = Daemon(index, state=fresh_dir("item-state"))


def tearDownModule():
    daemon.stop()


def page(path, headers=None):
    return daemon.get(path, {**HTML, **(headers or {})})


class Outline(html.parser.HTMLParser):
    """Tags that are not closed, headings without text, and every address."""
    VOID = {"meta", "link", "input", "br", "img"}

    def __init__(self, text):
        super().__init__()
        self.open, self.headings, self.links, self.tags = [], [], [], set()
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]|dt|dd|li|summary|legend", tag):
            self.headings.append([tag, ""])
        self.links += [value for name, value in attributes if name in ("href", "action", "src")]
        for name, value in attributes:
            assert not name.startswith("on"), (tag, name)
            assert name != "style", tag

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open[-3:])
        self.open.pop()

    def handle_data(self, data):
        for heading in self.headings[-4:]:
            heading[1] += data


class Items(unittest.TestCase):
    def whole(self, path):
        answer = page(path)
        self.assertEqual(answer.status, 200, path)
        outline = Outline(answer.body)
        for tag, text in outline.headings:
            self.assertTrue(text.strip(), (path, tag))
        self.assertIsNone(re.search(r">(item|card|report|foot)\.[a-z_.]+<", answer.body), path)  # a text that is missing
        self.assertEqual(answer.body.count("<h1"), 1, path)
        return answer

    def test_every_record_of_every_kind_has_its_page(self):
        seen = set()
        for number, (id, record) in enumerate(sorted(records.items())):
            if daemon.get("/api/v1/items/" + id).status != 200:
                continue  # not shown on this day
            for lang in LANGS if record["kind"] not in seen or number % 20 == 0 else LANGS[:1]:
                answer = self.whole(f"/{lang}/item/{id}")
                self.assertIn(f'<html lang="{lang}">', answer.body)
                self.assertEqual(answer["Content-Language"], lang)
            seen.add(record["kind"])
        self.assertEqual(seen, set(KINDS))

    def test_hostile_texts_stay_texts(self):
        for lang in LANGS:
            answer = self.whole(f"/{lang}/item/paha")
            body = answer.body
            self.assertEqual(set(Outline(body).tags) & {"img", "svg", "i", "b", "u", "em"}, set())
            self.assertEqual(re.findall("<script[^>]*type=[^ >]*", body), SCRIPTS)
            self.assertIn("&quot;lainaus&quot; &amp; &apos;heitto&apos; 1 &lt; 2 &gt; 0", body.replace("&#39;", "&apos;"))
            self.assertNotRegex(body, r'href="[^"]*<')

    def test_when_is_said_with_season_and_exceptions(self):
        body = page("/fi/item/paha").body
        self.assertIn("torstaisin klo 10–12, 3.9.–17.12., ei 10.12.", body)
        self.assertIn("torstaina 3.12.2026 klo 10–12", body)
        self.assertIn("Thursdays 10:00–12:00, 3 September–17 December, not on 10 December", page("/en/item/paha").body)

    def test_what_is_not_known_is_said(self):
        body = page("/fi/item/paha").body
        self.assertIn("Esteettömyydestä ei ole tietoa", body)
        self.assertIn("Ei tiedossa, kysy järjestäjältä", body)  # sign-up
        self.assertIn("Tiedot ovat yli vuoden vanhat", body)
        self.assertIn("Ei tietoa tarkistuksesta", body)

    def test_a_text_in_another_language_says_so(self):
        body = page("/sv/item/paha").body
        self.assertIn("Texten finns bara på finska", body)
        self.assertRegex(body, r'<h1 lang="fi">')
        self.assertNotIn("Texten finns bara", page("/fi/item/paha").body)

    def test_headers_and_caching_are_those_of_pages(self):
        answer = page("/fi/item/paha")
        self.assertIn("default-src 'none'", answer["Content-Security-Policy"])
        self.assertEqual(answer["Referrer-Policy"], "no-referrer")
        self.assertIn("stale-while-revalidate", answer["Cache-Control"])
        self.assertEqual(page("/fi/item/paha", {"If-None-Match": answer["ETag"]}).status, 304)
        self.assertEqual(page("/sv/item/paha", {"If-None-Match": answer["ETag"]}).status, 200)
        self.assertEqual(page("/fi/item/paha?from=q=x", {"If-None-Match": answer["ETag"]}).status, 200)

    def test_what_only_these_pages_need_is_loaded_by_them_alone(self):
        names = {path: re.findall(r'"/assets/[^"]+/([a-z]+\.(?:css|js))"', page(path).body)
                 for path in ("/fi/item/mikkeli-erokahvila", "/fi/item/mikkeli-erokahvila/report", "/fi/list")}
        self.assertEqual(list(names.values()), [["site.css", "item.css", "app.js", "item.js"],
                                                ["site.css", "item.css", "app.js"], ["site.css", "app.js"]])

    def test_how_to_get_in_touch_comes_before_the_facts(self):
        body = page("/fi/item/mikkeli-erokahvila").body
        places = [body.index(f'id="{part}"') for part in ("when", "where", "contact", "facts", "fresh")]
        self.assertEqual(places, sorted(places))

    def test_what_is_no_record_is_404(self):
        for id in ("ei-ole", "%3Cscript%3E", "a%2Freport", "x" * 300):
            answer = page("/fi/item/" + id)
            self.assertEqual(answer.status, 404, id)
            self.assertIn("Sivua ei löydy", answer.body)
        self.assertEqual(page("/fi/item/paha?x=1").status, 400)
        self.assertEqual(page("/de/item/paha").status, 404)
        self.assertEqual(page("/fi/item/ei-ole/report").status, 404)

    # ---- the way back

    def back(self, query):
        return re.search(r'class="item-back"><a href="([^"]*)"', page("/fi/item/paha?" + query).body).group(1)

    def test_the_way_back_is_the_search(self):
        search = "q=kerho&area=491&page=2"
        self.assertEqual(self.back("from=" + quote(search, safe="")), "/fi/search?q=kerho&amp;area=491&amp;page=2")
        self.assertEqual(self.back("from=" + quote("area=Mikkeli&q=", safe="")), "/fi/search?area=491")
        self.assertEqual(self.back(""), "/fi/search")

    def test_the_way_back_never_leaves_the_service(self):
        for value in ("https://paha.example.org/", "//paha.example.org", "javascript:alert(1)", "/fi/../../x", "q=%zz",
                      "\\\\paha", "q=x&evil=https://paha.example.org", "%0d%0aLocation:x", "q=x#//paha", "http:x=1",
                      "area=ei-ole", "%00", "%ff"):
            for sent in (value, quote(value, safe="")):
                answer = page("/fi/item/paha?from=" + sent.replace("#", "%23"))
                if answer.status == 400:
                    continue
                self.assertEqual(answer.status, 200, sent)
                link = re.search(r'class="item-back"><a href="([^"]*)"', answer.body).group(1)
                self.assertRegex(link, r"^/fi/search(\?[a-z]|$)", sent)
                self.assertNotIn("paha.example", link.replace("%2F", "/") if "?q=" not in link else "")

    def test_every_address_of_the_page_is_ours_or_marked(self):
        search = "from=" + quote("q=\"><script>alert(1)</script>&area=491", safe="")
        for id in ("paha", "keski-suomi-lesken-rinnalla"):
            body = self.whole(f"/fi/item/{id}?{search}").body
            self.assertEqual(re.findall("<script[^>]*type=[^ >]*", body), SCRIPTS)
            self.assertEqual(body.count("<script"), len(SCRIPTS))
            for tag in re.findall(r"<a [^>]*>", body):
                if "http" in tag.split('"')[1] or 'href="http' in tag:
                    self.assertRegex(tag, r'target="_blank" rel="noopener external"', tag)
            self.assertIn("avautuu uuteen välilehteen", body)

    def test_cards_lead_to_pages_and_back(self):
        body = page("/fi/search?q=leski&near=40100").body
        link = re.search(r'href="(/fi/item/[^"]+)"', body).group(1).replace("&amp;", "&")
        answer = page(link)
        self.assertEqual(answer.status, 200)
        self.assertIn('class="item-back"><a href="/fi/search?q=leski&amp;near=40100"', answer.body)
        self.assertIn("Etäisyys (Jyväskylä", page("/fi/item/keski-suomi-lesken-rinnalla?from=q=leski%26near=40100").body)


    def test_a_shortlist_that_the_address_carries_goes_along(self):
        listed = "mikkeli-sydankerho-kerhoilta"
        body = page(f"/fi/search?q=leski&list={listed}").body
        link = re.search(r'href="(/fi/item/[^"]+)"', body).group(1).replace("&amp;", "&")
        answer = page(link)
        self.assertEqual(answer.status, 200)
        self.assertIn(f'class="item-back"><a href="/fi/search?q=leski&amp;list={listed}"', answer.body)
        self.assertIn(f"/fi/list?id={listed}", answer.body)
        self.assertNotRegex(answer.body, r'href="[^"]*list=[^"]*list=', "once is enough")
        answer = page(f"/fi/item/keski-suomi-lesken-rinnalla?list={listed}")
        self.assertEqual(answer.status, 200)
        self.assertIn(f'href="/sv/item/keski-suomi-lesken-rinnalla?list={listed}"', answer.body)


class Gone(unittest.TestCase):
    def test_a_record_that_went_is_named_and_one_that_was_merged_leads_on(self):
        folder = fresh_dir("gone")
        index, conf = os.path.join(folder, "index"), os.path.join(folder, "opastin.conf")
        same = {"kind": "organisation", "business_id": "0201256-6", "area": TRUNK[0]["area"],
                "texts": {"fi": {"title": "Sama Yhdistys ry"}}}
        with open(conf, "w") as out:
            out.write(f"[index]\npath = {index}\n\n[report]\nfolder = {folder}/reports\n")
            for name in ("eka", "toka"):
                out.write(f"\n[source {name}]\npath = {folder}/{name}.jsonl\nmax_deletions = 100\n"
                          "max_deletions_percent = 100\n")
        write(os.path.join(folder, "eka.jsonl"), TRUNK)
        write(os.path.join(folder, "toka.jsonl"), [{**same, "id": "yhdistys-b"}])
        indexer("run", "--quiet", "--config", conf)
        write(os.path.join(folder, "eka.jsonl"), TRUNK[:1] + [{**same, "id": "yhdistys-a"}])
        indexer("run", "--quiet", "--config", conf)
        with Daemon(index, today=None) as daemon:
            answer = daemon.get("/fi/item/lahteva", HTML)
            self.assertEqual(answer.status, 410)
            self.assertIn("Lähtevä &amp; kerho", answer.body)
            self.assertIn('href="/fi/search?q=L%C3%A4htev%C3%A4', answer.body)
            Outline(answer.body)
            self.assertEqual(daemon.get("/sv/item/lahteva", HTML)["Content-Language"], "sv")
            self.assertEqual(daemon.get("/fi/item/lahteva").status, 410)
            self.assertEqual(daemon.get("/fi/item/jaava", HTML).status, 200)
            answer = daemon.get("/en/item/yhdistys-b?from=q=sama", HTML)
            self.assertEqual((answer.status, answer["Location"]), (308, "/en/item/yhdistys-a?from=q=sama"))


class Reports(unittest.TestCase):
    FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}

    def setUp(self):  # each with senders of its own: five reports at once are taken of one
        self.state = fresh_dir("reports")
        self.daemon = Daemon(daemon.index, state=self.state)

    def tearDown(self):
        self.daemon.stop()

    def post(self, body, headers=None, path="/fi/item/paha/report", length=None):
        body = urlencode(body) if isinstance(body, dict) else body
        lines = [f"POST {path} HTTP/1.1", "Host: test", "Accept: text/html"]
        lines += [f"{n}: {v}" for n, v in (self.FORM if headers is None else headers).items()]
        if length is not False:
            lines.append(f"Content-Length: {len(body.encode()) if length is None else length}")
        with self.daemon.connect() as connection:
            connection.send("\r\n".join(lines) + "\r\n\r\n" + body)
            answer = connection.answer()
            self.ended = connection.ended() if answer["Connection"] == "close" else None
            return answer

    def kept(self):
        try:
            with open(os.path.join(self.state, "error-reports.jsonl")) as lines:
                return [json.loads(line) for line in lines]
        except FileNotFoundError:
            return []

    def test_a_report_is_kept_and_thanked_for(self):
        before = len(self.kept())
        answer = self.post({"kind": "wrong-time", "text": "Alkaa jo klo 9.\r\nKysyin <b>itse</b> & \"kuulin\""},
                           path="/sv/item/paha/report?from=q=kerho")
        self.assertEqual((answer.status, answer["Location"]), (303, "/sv/item/paha?from=q=kerho&reported=1#thanks"))
        self.assertEqual(answer["Cache-Control"], "no-store")
        self.assertTrue(self.ended)
        self.assertIn("Tack!", page("/sv/item/paha?from=q=kerho&reported=1").body)
        self.assertNotIn("Tack!", page("/sv/item/paha?from=q=kerho").body)
        report = self.kept()[before]
        self.assertEqual((report["id"], report["kind"], report["text"]),
                         ("paha", "wrong-time", "Alkaa jo klo 9. Kysyin <b>itse</b> & \"kuulin\""))
        self.assertEqual(self.post({"kind": "closed", "text": ""}).status, 303)
        self.assertEqual(self.post({"kind": "closed"}).status, 303)

    def test_the_form_says_what_is_missing_and_keeps_what_was_written(self):
        for sent, said in (({"text": "x"}, "Valitse, mikä on väärin"), ({"kind": "other"}, "Kirjoita, mikä on väärin"),
                           ({"kind": "other", "text": " \r\n "}, "Kirjoita, mikä on väärin"),
                           ({"kind": "other", "text": "\u00a0\u200b"}, "Kirjoita, mikä on väärin"),
                           ({"kind": "wrong-time", "text": "ä" * 501}, "liian pitkä")):
            answer = self.post(sent)
            self.assertEqual(answer.status, 400, sent)
            self.assertIn(said, answer.body)
            Outline(answer.body)
            self.assertIn(sent.get("text", "").strip(), answer.body)
        self.assertEqual(self.post({"kind": "wrong-time", "text": "ä" * 500}).status, 303)
        self.assertIn("&lt;/textarea&gt;&lt;script", self.post({"text": "</textarea><script>"}).body)
        self.assertEqual(self.post("", length=False).status, 400)  # no body at all
        self.assertEqual(self.post("").status, 400)

    def test_what_the_form_does_not_send_is_refused(self):
        before = len(self.kept())
        for body in ("kind=wrong-time&kind=closed", "kind=none", "kind=wrong-time&name=Aino", "kind=wrong-time&text=%zz", "kind=wrong-time&text=%ff",
                     "kind=wrong-time&text=%00", "kind=wrong-time&text=a%07", "kind", "kind=wrong-time&text=a&text=b", "=", "kind=wrong-time\0"):
            self.assertEqual(self.post(body).status, 400, body)
        self.assertEqual(len(self.kept()), before)

    def test_only_a_form_of_this_service_may_send(self):
        plain = {"Content-Type": "application/x-www-form-urlencoded"}
        for headers, status in (({}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
                                ({"Sec-Fetch-Site": "none"}, 403), ({"Origin": "https://paha.example.org"}, 403),
                                ({"Origin": "http://test.example.org"}, 403), ({"Origin": "http://test:81"}, 403),
                                ({"Origin": "ftp://test"}, 403), ({"Sec-Fetch-Site": "cross-site", "Origin": "http://test"}, 403),
                                ({"Origin": "http://test"}, 303), ({"Origin": "https://TEST"}, 303),
                                ({"Origin": "null"}, 303), ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303)):
            self.assertEqual(self.post({"kind": "closed"}, {**plain, **headers}).status, status, headers)

    def test_only_a_form_is_read(self):
        for kind in ("application/json", "multipart/form-data; boundary=x", "text/plain",
                     "application/x-www-form-urlencoded-x", ""):
            self.assertEqual(self.post({"kind": "closed"}, {**self.FORM, "Content-Type": kind}).status, 415, kind)
        self.assertEqual(self.post({"kind": "closed"}, {**self.FORM, "Content-Type":
                                                        "Application/X-WWW-Form-Urlencoded; charset=UTF-8"}).status, 303)

    def test_a_form_may_have_4096_bytes(self):
        room = 4096 - len("kind=closed&text=")
        self.assertEqual(self.post("kind=closed&text=" + "a" * room).status, 400)  # read, and too long a text
        answer = self.post("kind=closed&text=" + "a" * (room + 1))
        self.assertEqual((answer.status, answer["Connection"], self.ended), (413, "close", True))

    def test_bodies_that_two_readers_could_take_differently_are_refused(self):
        form = "".join(f"{n}: {v}\r\n" for n, v in self.FORM.items())
        head = f"POST /fi/item/paha/report HTTP/1.1\r\nHost: test\r\n{form}"
        smuggled = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
        for lines in ("Content-Length: 11\r\nContent-Length: 11\r\n", "Content-Length: 11\r\nContent-Length: 5\r\n",
                      "Content-Length: 11\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\n"):
            answer, ended = self.daemon.raw(f"{head}{lines}\r\nkind=closed{smuggled}")
            self.assertEqual((answer.status, ended), (400, True), lines)
        answer, ended = self.daemon.raw(f"{head}Content-Length: 11\r\n\r\nkind=closed{smuggled}")
        self.assertEqual((answer.status, answer["Connection"], ended), (303, "close", True))

    def test_a_body_that_comes_in_pieces_is_read_and_one_that_never_comes_is_408(self):
        form = "".join(f"{n}: {v}\r\n" for n, v in self.FORM.items())
        head = f"POST /fi/item/paha/report HTTP/1.1\r\nHost: test\r\n{form}Content-Length: 11\r\n\r\n"
        with self.daemon.connect() as connection:
            for piece in (head[:40], head[40:], "\r\n"[:0] or "kind", "=clo", "sed"):
                connection.send(piece)
            self.assertEqual(connection.answer().status, 303)
        with Daemon(daemon.index, state=fresh_dir("reports"), sender_timeout_ms=300) as impatient:
            answer, ended = impatient.raw(head + "kind")
            self.assertEqual((answer.status, ended), (408, True))
            self.assertEqual(impatient.get("/livez").status, 200)

    def test_other_methods_and_other_paths_take_no_form(self):
        self.assertEqual(self.post({"kind": "closed"}, path="/fi/item/paha").status, 405)
        self.assertEqual(self.post({"kind": "closed"}, path="/fi/item/ei-ole/report").status, 404)
        answer = self.daemon.request("DELETE", "/fi/item/paha/report")
        self.assertEqual((answer.status, answer["Allow"]), (405, "GET, HEAD, POST, OPTIONS"))
        self.assertEqual(page("/en/item/paha/report").status, 200)
        self.assertIsNone(page("/en/item/paha/report")["Access-Control-Allow-Origin"])

    def test_of_one_sender_five_at_once_are_taken(self):
        for _ in range(5):
            self.assertEqual(self.post({"kind": "closed"}).status, 303)
        answer = self.post({"kind": "closed"})
        self.assertEqual(answer.status, 429)
        self.assertIn("paljon", answer.body)
        self.assertEqual(len(self.kept()), 5)

    def test_what_looks_personal_is_not_kept(self):
        text = "Soitin aino.esimerkki@example.org ja 040 000 1234, tunnus 131052-308T, alkaa klo 9."
        self.assertEqual(self.post({"kind": "other", "text": text}).status, 303)
        kept = self.kept()[0]
        self.assertEqual(set(kept), {"day", "id", "kind", "text"})
        for part in ("aino", "040", "131052"):
            self.assertNotIn(part, kept["text"])
        self.assertIn("alkaa klo 9.", kept["text"])

    def test_where_nothing_is_kept_no_form_is_shown(self):
        with Daemon(daemon.index) as other:
            self.assertNotIn("<form class=\"report-form\"", other.get("/fi/item/paha", HTML).body)
            self.assertEqual(other.get("/fi/item/paha/report", HTML).status, 404)
            self.assertIn("ei kirjata mihinkään", other.get("/fi/privacy", HTML).body)
        self.assertIn("<form class=\"report-form\"", self.daemon.get("/fi/item/paha", HTML).body)
        self.assertIn("90 päivän kuluttua", self.daemon.get("/fi/privacy", HTML).body)


if __name__ == "__main__":
    unittest.main()
