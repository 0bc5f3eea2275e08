"""The shortlist: ids in the address and nowhere else; what it hands to a client; and what is said about it."""
import html
import json
import os
import re
import unittest
from urllib.parse import parse_qs, quote, unquote

import harness
from harness import Daemon, fresh_dir, indexer

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
THREE = "kerho-jumppa,kerho-verkko,kerho-joulujuhla"
LANGS = ("fi", "sv", "en")
FOR_PROGRAMS = ("/feed.", "/calendar.ics", "/opensearch.xml")  # named in the head; they have no list


def records():
    with open(harness.RECORDS) as fixture:
        return [json.loads(line) for line in fixture]


def setUpModule():
    global daemon
    folder = fresh_dir("list")
    path = os.path.join(folder, "many.jsonl")
    with open(path, "w") as out:
        for record in records():
            if record["id"] == "kerho-kuopio":
                record["texts"]["fi"]["title"] = 'Lukupiiri "A & B" 1 < 2'
            if record["id"] == "kerho-jumppa":
                record["channel"] = [{"type": "phone", "phone": "040 000 0002"}]
            out.write(json.dumps(record) + "\n")
        for i in range(60):
            out.write(json.dumps({"id": f"many-{i}", "kind": "activity", "theme": ["vertaistuki"],
                                  "area": {"scope": "nationwide"}, "texts": {"fi": {"title": f"Ryhmä {i}"}},
                                  "modified": "2026-05-01"}) + "\n")
    indexer("run", "--quiet", "--index", os.path.join(folder, "index"), "--now", harness.NOW, path)
    daemon = Daemon(os.path.join(folder, "index"))


def tearDownModule():
    daemon.stop()


def page(path, headers=None, server=None):
    return (server or daemon).get(path, {**HTML, **(headers or {})})


def titles(body):
    """Names of the cards, in their order."""
    found = re.findall(r'class="whole">.*?<h3[^>]*>(.*?)</h3>', body, re.S)
    return [html.unescape(re.sub("<[^>]*>", "", title)) for title in found]


def shown(body):
    return html.unescape(re.search(r'data-ids="([^"]*)"', body)[1])


def link(body, text):
    """The address of the link that begins with the text."""
    return html.unescape(re.search(r'<a [^>]*href="([^"]*)"[^>]*>(?:<[^>]*>)*' + re.escape(text), body)[1])


class Addresses(unittest.TestCase):
    def test_order_is_the_address_s(self):
        for query in (f"id={THREE}", "id=kerho-jumppa&id=kerho-verkko&id=kerho-joulujuhla",
                      "id=kerho-jumppa%2Ckerho-verkko,,+kerho-joulujuhla,&id=&id=kerho-jumppa&utm_source=mail"):
            answer = page("/fi/list?" + query)
            self.assertEqual(answer.status, 200)
            self.assertEqual(titles(answer.body), ["Tuolijumppa", "Vertaistukea verkossa", "Kerhon joulujuhla"], query)
        self.assertEqual(titles(page("/fi/list?id=kerho-verkko,kerho-jumppa").body),
                         ["Vertaistukea verkossa", "Tuolijumppa"])

    def test_moves_and_removals_are_links(self):
        body = page(f"/fi/list?id={THREE}").body
        ups = re.findall(r'href="([^"]*)" rel="nofollow">Siirrä ylemmäs', body)
        downs = re.findall(r'href="([^"]*)" rel="nofollow">Siirrä alemmas', body)
        removals = re.findall(r'href="([^"]*)" rel="nofollow">Poista listalta', body)
        self.assertEqual(ups, ["/fi/list?id=kerho-verkko,kerho-jumppa,kerho-joulujuhla#i-1",
                               "/fi/list?id=kerho-jumppa,kerho-joulujuhla,kerho-verkko#i-2"])
        self.assertEqual(downs, ["/fi/list?id=kerho-verkko,kerho-jumppa,kerho-joulujuhla#i-2",
                                 "/fi/list?id=kerho-jumppa,kerho-joulujuhla,kerho-verkko#i-3"])
        self.assertEqual(removals, ["/fi/list?id=kerho-verkko,kerho-joulujuhla",
                                    "/fi/list?id=kerho-jumppa,kerho-joulujuhla", "/fi/list?id=kerho-jumppa,kerho-verkko"])
        self.assertIn('href="/fi/list" rel="nofollow">Poista listalta', page("/fi/list?id=kerho-jumppa").body)

    def test_fifty_fit_and_the_limit_is_said(self):
        fifty = [f"many-{i}" for i in range(50)]
        body = page("/fi/list?id=" + ",".join(fifty)).body
        self.assertEqual(len(titles(body)), 50)
        self.assertIn("Listalla 50 toimintaa, sille mahtuu 50", body)
        self.assertNotIn("jäi pois", body)
        more = page("/fi/list?id=" + ",".join(fifty + ["many-50"])).body
        self.assertEqual(shown(more), ",".join(fifty))
        self.assertIn("Viimeinen jäi pois", more)
        self.assertIn("The last 2 were left out", page("/en/list?id=" + ",".join(fifty + ["many-50", "many-51"])).body)

    def test_three_languages(self):
        for lang, name, count in (("fi", "Muistilista", "Listalla 3 toimintaa"), ("sv", "Minneslista", "3 verksamheter"),
                                  ("en", "Shortlist", "3 activities on the list")):
            body = page(f"/{lang}/list?id={THREE}").body
            self.assertIn(f'<html lang="{lang}">', body)
            self.assertIn(f"<h1>{name}</h1>", body)
            self.assertIn(count, body)
            for other in LANGS:
                self.assertIn(f'href="/{other}/list?id={THREE}"', body)
        self.assertIn("Peer support online", page("/en/list?id=kerho-verkko").body)
        self.assertIn('<h3 lang="fi">', page("/sv/list?id=kerho-jumppa").body)

    def test_hostile_ids_are_no_ids_and_are_not_repeated(self):
        for bad in ("<script>alert(1)</script>", '"onmouseover="x', "../../etc/passwd", "a b", "kerhoä", "%00", "%zz", "KERHO",
                    "x" * 101, "{{t.name}}", "javascript:alert(1)//", "\u2028"):
            sent = bad if bad[0] == "%" else quote(bad, safe="")
            answer = page(f"/fi/list?id=kerho-jumppa,{sent}")
            self.assertEqual(answer.status, 200, bad)
            self.assertEqual(shown(answer.body), "kerho-jumppa")
            self.assertNotIn(bad, answer.body)
            self.assertRegex(answer.body, "ei voi lukea")
        self.assertIn("<code>no-such.thing:1_x</code>", page("/fi/list?id=no-such.thing:1_x").body)
        self.assertEqual(page("/fi/list?" + "id=a,&" * 1000).status, 200)
        self.assertEqual(page("/fi/list?id=" + "," * 8000).status, 200)

    def test_texts_are_escaped(self):
        body = page("/fi/list?id=kerho-kuopio").body
        self.assertIn("Lukupiiri &quot;A &amp; B&quot; 1 &lt; 2", body)
        self.assertNotIn('"A & B"', body)


class Carried(unittest.TestCase):
    def test_without_script_every_link_of_a_page_carries_the_list(self):
        body = page("/fi/search?q=kerho&list=kerho-jumppa,kerho-verkko").body
        self.assertIn('id="mylist" href="/fi/list?id=kerho-jumppa,kerho-verkko"', body)
        self.assertIn('(2)</span>', body)
        self.assertIn('<input type="hidden" name="list" value="kerho-jumppa,kerho-verkko">', body)
        for address in re.findall(r'href="(/[^"]*)"', body):
            if not address.startswith(("/assets/", "/fi/new", "/fi/list", *FOR_PROGRAMS)):
                self.assertEqual(address.count("list="), 1, address)
                self.assertIn("list=kerho-", address)

    def test_a_card_s_link_adds_and_removes_on_the_spot(self):
        body = page("/fi/search?q=tuolijumppa").body
        self.assertIn('href="/fi/search?q=tuolijumppa&amp;list=kerho-jumppa#c-kerho-jumppa"', body)
        self.assertIn('id="c-kerho-jumppa"', body)
        body = page("/fi/search?q=tuolijumppa&list=kerho-verkko,kerho-jumppa").body
        self.assertIn('href="/fi/search?q=tuolijumppa&amp;list=kerho-verkko#c-kerho-jumppa"', body)
        self.assertIn("Poista listalta", body)
        full = ",".join(f"many-{i}" for i in range(50))
        self.assertIn(f'href="/fi/list?id={full},kerho-jumppa"', page("/fi/search?q=tuolijumppa&list=" + full).body)

    def test_a_list_changes_no_search_and_is_kept_out_of_caches(self):
        answer = page("/fi/search?list=kerho-jumppa")
        self.assertEqual((answer.status, answer["Cache-Control"]), (200, "no-store"))
        self.assertIn("Selaa yleisimpiä aiheita", answer.body)
        moved = page("/fi/search?area=Mikkeli&list=kerho-jumppa,,%3Cb%3E&q=x")
        self.assertEqual((moved.status, moved["Location"]), (303, "/fi/search?q=x&area=491&list=kerho-jumppa"))
        self.assertEqual(page("/fi/search?list=").status, 303)
        self.assertEqual(page("/fi/search?age=old&list=kerho-jumppa").status, 400)
        self.assertEqual(daemon.get("/api/v1/search?list=a").status, 400, "the interface for programs has no list")

    def test_other_pages_carry_it_too(self):
        for path in ("status", "privacy", "accessibility", "help"):
            body = page(f"/sv/{path}?list=kerho-jumppa").body
            self.assertIn('href="/sv/search?list=kerho-jumppa"', body)
            self.assertIn(f'href="/en/{path}?list=kerho-jumppa"', body)


class Gone(unittest.TestCase):
    def test_gone_merged_and_unknown_are_named(self):
        folder = fresh_dir("gone")
        index, conf = os.path.join(folder, "index"), os.path.join(folder, "opastin.conf")
        with open(conf, "w") as out:
            out.write(f"[index]\npath = {index}\n")
            for source in ("own", "other"):
                out.write(f"\n[source {source}]\npath = {folder}/{source}.jsonl\nmax_deletions = 100\n"
                          "max_deletions_percent = 100\n")
        all_of_them = records()
        twin = json.loads(json.dumps(next(r for r in all_of_them if r["id"] == "kerho-keskiviikko")))
        twin["id"] = "toinen-keskiviikko"
        alone = json.loads(json.dumps(twin))
        alone["texts"]["fi"]["title"] = "Keskiviikon kahvit"
        alone["origin_url"] = "https://example.org/kahvit"

        def night(own, other):
            for name, which in (("own", own), ("other", other)):
                with open(os.path.join(folder, name + ".jsonl"), "w") as out:
                    out.writelines(json.dumps(record) + "\n" for record in which)
            indexer("run", "--quiet", "--config", conf)

        night(all_of_them, [alone])
        night([r for r in all_of_them if r["id"] != "kerho-kuopio"], [twin])
        with Daemon(index) as server:
            body = page("/fi/list?id=kerho-kuopio,toinen-keskiviikko,kerho-jumppa,kerho-keskiviikko,never-was",
                        server=server).body
        kept = shown(body).split(",")
        self.assertEqual(len(kept), 2)
        self.assertIn("kerho-jumppa", kept)
        self.assertRegex(body, r"<strong>Kuopion lukupiiri</strong> – ei ole enää tarjolla\. Tieto poistui \d+\.\d+\.\d{4}\.")
        self.assertIn('href="/fi/search?q=Kuopion%20lukupiiri"', body)
        self.assertIn("<code>never-was</code>", body)
        self.assertNotIn("kerho-kuopio", body)
        self.assertRegex(body, r"</strong> – on nyt osa toista tietoa, joka on listalla sen tilalla: "
                               r'<a href="#i-1">Yksinäisten keskiviikkokerho</a>')


class HandedOver(unittest.TestCase):
    def test_headers(self):
        for lang in LANGS:
            answer = page(f"/{lang}/list?id={THREE}")
            self.assertEqual(answer["Cache-Control"], "no-store")
            self.assertEqual(answer["Referrer-Policy"], "no-referrer")
            self.assertIn("default-src 'none'", answer["Content-Security-Policy"])
            self.assertIsNone(answer["Set-Cookie"])
            self.assertIsNone(answer["ETag"])
            self.assertNotRegex(answer.body, r"<form|style=|\son[a-z]+=")
            for field in re.findall(r"<(?:input|textarea)[^>]*>", answer.body):
                self.assertIn("readonly", field, "nothing of a client can be written here")
                self.assertIn('autocomplete="off"', field)

    def test_mail_as_rfc_6068_says(self):
        address = link(page("/fi/list?id=kerho-jumppa").body, "Lähetä sähköpostilla")
        self.assertRegex(address, r"^mailto:\?subject=(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+&body=(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+$")
        fields = parse_qs(address.split("?", 1)[1], strict_parsing=True)
        self.assertEqual(fields["subject"], ["Sinulle koottua toimintaa ja tukea"])
        self.assertEqual(fields["body"][0].replace("\r\n", "\n").count("\r"), 0)
        self.assertIn("1. Tuolijumppa\r\nMikkelin Kohtaamiskerho ry\r\nMilloin: maanantaisin klo 10–11", fields["body"][0])
        self.assertIn("https://test/fi/list?id=kerho-jumppa", fields["body"][0])

    def test_message_as_rfc_5724_says(self):
        address = link(page("/sv/list?id=kerho-kuopio").body, "Skicka som textmeddelande")
        self.assertRegex(address, r"^sms:\?&body=(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+$")
        self.assertIn('Lukupiiri "A & B" 1 < 2\n', unquote(address))

    def test_a_long_mail_is_only_the_link(self):
        for count, alone in ((2, False), (30, True)):
            ids = ",".join(f"many-{i}" for i in range(count))
            body = page(f"/fi/list?id={ids}").body
            text = parse_qs(link(body, "Lähetä sähköpostilla").split("?", 1)[1])["body"][0]
            self.assertEqual(text == f"https://test/fi/list?id={ids}", alone, text)
            self.assertEqual("viestiin" in body or "sähköpostiin tulee vain linkki" in body, alone)
            self.assertIn(f"{count}. Ryhmä {count - 1}\n", html.unescape(re.search(r"<textarea.*?</textarea>", body, re.S)[0]))

    def test_the_link_for_others_is_the_one_that_was_configured(self):
        self.assertIn('value="https://test/fi/list?id=kerho-jumppa"', page("/fi/list?id=kerho-jumppa").body)
        with Daemon(public_url="https://haku.example.org/o") as server:
            body = page("/fi/list?id=kerho-jumppa", server=server).body
        self.assertIn('value="https://haku.example.org/o/fi/list?id=kerho-jumppa"', body)

    def test_a_code_for_telephones_while_it_can_be_read(self):
        self.assertRegex(page("/fi/list?id=kerho-jumppa").body, r'<svg[^>]*class="qr"')
        long = page("/fi/list?id=" + ",".join(["y" * 90 + str(i) for i in range(10)] + [f"many-{i}" for i in range(50)]))
        self.assertEqual(long.status, 200)

    def test_paper(self):
        css = page(re.search(r'href="(/assets/[0-9a-f]+/site\.css)"', page("/fi/list").body)[1]).body
        self.assertRegex(css, r"\.paper\.large \.items \{[^}]*font-size: 18pt")
        self.assertRegex(css, r"@media print \{\s*\.screen")
        large = page("/fi/list?id=kerho-jumppa,kerho-verkko&print=large").body
        self.assertIn('class="wide shortlist paper large"', large)
        self.assertEqual(large.count('class="hand"'), 2)
        answers = re.findall(r"<dt>([^<]*)</dt><dd[^>]*>(?:<a [^>]*>)?([^<]*)", re.search(r'class="plain">.*?</dl>', large, re.S)[0])
        self.assertEqual(answers, [("Mitä?", "Tuolijumppa. Järjestäjä: Mikkelin Kohtaamiskerho ry."),
                                   ("Milloin?", "Maanantaisin klo 10–11, seuraavan kerran maanantaina 7.12."),
                                   ("Missä?", "Sali, Mikkeli."), ("Puhelin?", "040 000 0002")])
        self.assertNotIn("paper", re.search(r"<main[^>]*>", page("/fi/list?id=kerho-jumppa&print=other").body)[0])

    def test_the_next_client(self):
        for lang in LANGS:
            answer = page(f"/{lang}/new")
            self.assertEqual((answer.status, answer["Location"]), (303, f"/{lang}/search"))
            self.assertEqual(answer["Clear-Site-Data"], '"cache", "storage"')
            self.assertEqual(answer["Cache-Control"], "no-store")


class Log(unittest.TestCase):
    SECRETS = ("salaisuus", "kerho-jumppa", "50100", "127.0.0.1", "Etunimi")

    def ask_everything(self, server):
        for path in ("/fi/search?q=salaisuus&near=50100", "/fi/search?q=salaisuus&list=kerho-jumppa", "/fi/search?age=salaisuus",
                     "/fi/list?id=kerho-jumppa,salaisuus", "/sv/list?id=%zz-salaisuus", "/en/new?q=salaisuus",
                     "/fi/salaisuus", "/salaisuus?Etunimi", "/api/v1/search?q=salaisuus", "/api/v1/search?salaisuus=1",
                     "/api/v1/suggest?q=salaisuus", "/fi/privacy?q=salaisuus", "/fi/search?q=%e4salaisuus"):
            page(path, {"X-Forwarded-For": "192.0.2.77", "Referer": "https://example.org/?q=salaisuus",
                        "User-Agent": "Etunimi Sukunimi", "Cookie": "a=salaisuus"}, server)
        server.raw(b"GET /fi/search?q=salaisuus HTTP/9.9\r\n\r\n")
        server.raw(b"salaisuus\r\n\r\n")

    def audit(self, log):
        lines = [line for line in log.splitlines() if "event=started" not in line]
        for secret in self.SECRETS + ("192.0.2.77",):
            self.assertNotIn(secret, "\n".join(lines))
        return lines

    def test_by_default_no_request_is_written_down(self):
        with Daemon(today=None) as server:
            self.ask_everything(server)
            server.stop()
            self.assertNotIn("event=request", "\n".join(self.audit(server.log)))

    def test_the_access_log_has_paths_without_queries_and_without_addresses(self):
        with Daemon(access_log=True) as server:
            self.ask_everything(server)
            server.stop()
            lines = self.audit(server.log)
        self.assertTrue(any("path=/fi/list " in line for line in lines))
        for line in lines:
            self.assertNotIn("?", line)
            if "event=request" in line:
                self.assertEqual(re.findall(r"(\w+)=", line),
                                 ["event", "method", "path", "status", "bytes", "ms", "id"], line)

    def test_nothing_of_a_request_is_in_the_metrics(self):
        with Daemon() as server:
            self.ask_everything(server)
            metrics = server.get("/metrics").body
        for secret in self.SECRETS:
            self.assertNotIn(secret, metrics)


class Texts(unittest.TestCase):
    def test_every_page_leads_to_them(self):
        for lang in LANGS:
            for path in ("search?q=kerho", "status", "list", "privacy", "accessibility", "help", "nowhere"):
                body = page(f"/{lang}/{path}").body
                for foot in ("help", "status", "privacy", "accessibility"):
                    self.assertIn(f'href="/{lang}/{foot}"', body, (lang, path))
                self.assertNotRegex(body, r"\{\{|>(?:list|a11y|help|privacy|plain)\.[a-z.]+<")

    def test_the_privacy_page_says_what_the_log_does(self):
        self.assertIn("ei pidä lokia", page("/fi/privacy").body)
        with Daemon(access_log=True) as server:
            body = page("/fi/privacy", server=server).body
        self.assertIn("on ottanut käyttöön lokin", body)
        self.assertNotIn("ei pidä lokia", body)

    def test_the_statement_without_configuration(self):
        for lang, said in (("fi", "ei ole vielä arvioinut"), ("sv", "ännu inte bedömt"), ("en", "not yet assessed")):
            body = page(f"/{lang}/accessibility").body
            self.assertIn(said, body)
            self.assertIn("306/2019", body)
            self.assertRegex(body, r"14 (?:päivän|dagar|days)")

    def test_the_statement_with_all_of_it(self):
        told = {"operator": "Esimerkki & Kumppanit ry", "contact_email": "palaute@example.org", "accessibility_status": "partial",
                "contact_phone": "+358 40 000 0000", "contact_url": "https://example.org/palaute?a=1&b=2",
                "accessibility_date": "2026-11-20", "accessibility_method": "expert", "accessibility_gaps": "Kartta <ei> puhu.",
                "supervisor": "Valvontavirasto", "supervisor_address": "Katu 1, 00000 Kaupunki",
                "supervisor_url": "https://valvoja.example.org/"}
        with Daemon(**told) as server:
            body = page("/fi/accessibility", server=server).body
            help_page = page("/en/help", server=server).body
        for said in ("Esimerkki &amp; Kumppanit ry", 'href="mailto:palaute@example.org"', 'href="tel:+358400000000"',
                     'href="https://example.org/palaute?a=1&amp;b=2"', "täyttää osittain", "20.11.2026", "ulkopuolisen",
                     "Kartta &lt;ei&gt; puhu.", "Valvontavirasto", "Katu 1, 00000 Kaupunki",
                     'href="https://valvoja.example.org/"'):
            self.assertIn(said, body)
        self.assertIn('href="mailto:palaute@example.org"', help_page)

    def test_wrong_configuration_is_refused_at_the_start(self):
        for option, value in (("public_url", "haku.example.org"), ("public_url", "https://haku.example.org/"),
                              ("contact_email", "palaute"), ("contact_email", "a@b?cc=c@d"), ("contact_phone", "soita"),
                              ("contact_url", "javascript:alert(1)"), ("accessibility_status", "good"),
                              ("accessibility_date", "20.11.2026"), ("accessibility_method", "none"),
                              ("supervisor_url", 'https://a"b')):
            with self.assertRaises(AssertionError) as raised:
                Daemon(**{option: value})
            self.assertIn("--" + option.replace("_", "-"), str(raised.exception))
