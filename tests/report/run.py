"""Reports of made-up runs as others read them: the three renderings have the same numbers, the page is well-formed and
stands alone, the mail is one that a mail program opens.  Usage: run.py BUILD.  Ends in "N passed, N failed"."""
import csv
import email
import email.policy
import os
import subprocess
import sys
import tempfile
import traceback

import renderings
from renderings import Page, number, say, text

BUILD = sys.argv[1]


class Run(renderings.Folder):
    def __init__(self, *arguments):
        self.folder = tempfile.mkdtemp(prefix="opastin-report.")
        made = subprocess.run([os.path.join(BUILD, "report", "sample"), self.folder, *map(str, arguments)],
                              check=True, capture_output=True, text=True)
        super().__init__(made.stdout.strip())
        self.mail = open(os.path.join(self.path, "report.eml"), "rb").read()


def check_heard(run, language):
    """What people asked and reported: the same in the object, the page, the text and the lists."""
    heard, lists = run.json["heard"], {one["name"]: one["rows"] for one in run.json["lists"]}
    assert (heard["errors"], heard["errorsUnreadable"], heard["zeroHitWords"], heard["why"]) == (14, 1, 12, None), heard
    assert (lists["errors.csv"], lists["zero-hits.csv"]) == (14, 12)
    rows = {}
    for name in ("errors.csv", "zero-hits.csv"):
        with open(os.path.join(run.path, name), encoding="utf-8-sig", newline="") as file:
            rows[name] = list(csv.DictReader(file, strict=True))
        assert len(rows[name]) == lists[name]
    assert [e["id"] for e in heard["newestErrors"]] == [f"kuopio-{i}" for i in range(13, 3, -1)]
    assert len(heard["topWords"]) == 10
    plain = [{**row, "text": row["text"].removeprefix("'")} for row in rows["errors.csv"]]
    assert plain[:10] == heard["newestErrors"], plain[:10]
    said = " ".join(run.text.split())
    errors, words = run.page.rows("heard", 0), run.page.rows("heard", 1)
    for shown, one in zip(errors, heard["newestErrors"], strict=True):
        assert shown[1] == one["id"] and shown[3] == (one["text"] or "–"), shown
    for shown, one, row in zip(words, heard["topWords"], rows["zero-hits.csv"]):
        assert (shown[0], number(shown[3])) == (one["word"], one["count"]), shown
        assert (number(shown[4]), number(shown[5])) == (one["week"], one["weekBefore"]) == (
            int(row["week"]), int(row["week_before"])), shown
        assert shown[1] == (one["nearest"] or "–") and row["nearest"] == (one["nearest"] or ""), shown
        assert (row["word"].removeprefix("'"), int(row["count"]), row["first"], row["last"]) == (
            one["word"], one["count"], one["first"], one["last"]), row
    assert {one["nearest"] for one in heard["topWords"]} == {None, "kävely"}
    second = f"{heard['topWords'][1]['count']} ({'nearest' if language == 'en' else 'lähin'}: kävely)"
    assert heard["topWords"][1]["nearest"] and second in said, second
    if run.json["started"] == "2026-11-22T00:30:00Z":  # later runs are more than a fortnight behind the words
        assert [(one["week"], one["weekBefore"]) for one in heard["topWords"][4:]] == 1 * [(0, 0)] + 4 * [(0, 3)] + [(3, 0)]
    section = text(run.page.section("heard"))
    for count, words in ((14, ("reported error", "reported errors", "ilmoitettu virhe", "ilmoitettua virhettä")),
                         (12, ("search word without hits", "search words without hits", "hakusana ilman osumia",
                               "hakusanaa ilman osumia"))):
        sentence = say(count, language, *(words[:2] if language == "en" else words[2:]))
        assert sentence in section and sentence in said, sentence
    assert heard["newestErrors"][0]["id"] in said and f"{heard['topWords'][0]['word']} {heard['topWords'][0]['count']}" in said


def same_numbers():
    cases = [(seed, 1 + seed % 4, seed % 3, seed % 4, ["fi", "en", "sv"][seed % 3]) for seed in range(1, 13)]
    for case in cases + [(77, 100, 5, 1, "fi", "runs=3"), (78, 30, 1, 40, "en", "runs=2")]:
        run = Run(*case)
        language = "en" if case[4] == "en" else "fi"
        renderings.check_same_numbers(run, language)
        check_heard(run, language)
    check_heard(Run(5, 2, 0, 1, "fi", "nasty"), "fi")


# ---- the page ---------------------------------------------------------------------------------------------------

def page_stands_alone():
    for case in [(1, 3, 1, 2, "fi", "nasty", "runs=3"), (2, 3, 0, 0, "en", "quiet"), (3, 100, 50, 1, "fi")]:
        run = Run(*case)
        page = run.page
        assert page.all("html")[0][1]["lang"] == case[4]
        assert len(page.all("h1")) == 1 and len(page.all("main")) == 1 and len(page.all("header")) == 1
        for tag in ("script", "img", "iframe", "link", "object", "form"):
            assert not page.all(tag), tag
        style = text(page.all("style")[0])
        assert "url(" not in style and "@import" not in style and style.count("{") == style.count("}")
        lists = {one["name"] for one in run.json["lists"]}
        ids = {e[1]["id"] for tag in ("h2", "title", "desc") for e in page.all(tag) if "id" in e[1]}
        for link in page.all("a"):
            address = link[1]["href"]
            assert address in lists or address[1:] in ids or address.startswith(("https://edit.example.org/items/", "https://opastin.example.org/")), address
        for table in page.all("table"):
            assert len(page.all("caption", table)) == 1
            assert all(e[1].get("scope") in ("col", "row") for e in page.all("th", table))
            width = len(page.all("th", page.all("thead", table)[0]))
            for row in page.all("tr", page.all("tbody", table)[0]):
                assert len([c for c in row[2] if not isinstance(c, str)]) == width
        for chart in page.all("svg"):
            named = chart[1]["aria-labelledby"].split()
            assert chart[1]["role"] == "img" and all(name in ids for name in named)
            assert text(page.all("desc", chart)[0]).strip()
        assert len(page.all("svg")) == 3


def foreign_text_shows_as_it_is():
    run = Run(5, 2, 0, 1, "fi", "nasty")
    expected = "<b>\"Kerho\" & 'käsi'</b> =cmd|' /C calc'!A0 \ufffdtxt \ufffd \ufffd"
    assert run.page.rows("organisations")[0][0] == expected
    assert not run.page.all("b")
    assert run.json["organisations"]["shown"][0]["name"].startswith("<b>\"Kerho\" & 'käsi'</b>\n=cmd")
    with open(os.path.join(run.path, "removed.csv"), encoding="utf-8-sig", newline="") as file:
        titles = [row["title"] for row in csv.DictReader(file, strict=True)]
    assert len(titles) == 7 and all(title.startswith("<b>\"Kerho\"") and "\n=cmd" in title for title in titles)


# ---- the mail ---------------------------------------------------------------------------------------------------

def open_mail(run):
    assert b"\r\n" in run.mail and b"\n" not in run.mail.replace(b"\r\n", b"") and b"\r" not in run.mail.replace(b"\r\n", b"")
    assert max(map(len, run.mail.split(b"\r\n"))) <= 78
    assert all(byte < 128 for byte in run.mail)
    message = email.message_from_bytes(run.mail, policy=email.policy.default)
    assert not message.defects, message.defects
    assert sorted(key.lower() for key in message.keys()) == [
        "auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"]
    assert not message["date"].defects and message["date"].datetime.year == 2026
    return message


def mail_opens():
    for case in [(1, 4, 2, 2, "fi"), (2, 100, 3, 1, "en", "nasty"), (3, 2, 0, 0, "sv", "quiet")]:
        run = Run(*case)
        message = open_mail(run)
        assert message["subject"] == run.json["subject"]
        assert message.get_content_type() == "multipart/alternative"
        plain, page = message.iter_parts()
        assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
        assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == run.text.rstrip("\n")
        mailed = Page(page.get_content())
        assert mailed.rows("sources") == run.page.rows("sources")
        assert not [e for e in mailed.all("a") if e[1]["href"].endswith(".csv")]


def no_header_is_smuggled_in():
    nasty = "Y\u00f6-yll\u00e4pito \"x\" <a@example.org>\r\nBcc: evil@example.org\r\n\r\nbody, =?utf-8?q?b?= <b@example.org>, c@example.org"
    run = Run(4, 1, 1, 0, "fi", "to=" + nasty, "from=opastin@example.org\r\nBcc: evil@example.org")
    message = open_mail(run)
    addresses = message["to"].addresses
    assert [a.addr_spec for a in addresses][1:] == ["b@example.org", "c@example.org"], addresses
    assert addresses[0].addr_spec == "a@example.org" and "Y\u00f6-yll\u00e4pito" in addresses[0].display_name
    assert addresses[1].display_name == "=?utf-8?q?b?="
    assert "bcc" not in message and str(message["from"]) == "opastin@example.org"


def main():
    passed = failed = 0
    for test in (same_numbers, page_stands_alone, foreign_text_shows_as_it_is, mail_opens, no_header_is_smuggled_in):
        try:
            test()
            passed += 1
        except Exception:
            failed += 1
            print(f"failed: {test.__name__}")
            traceback.print_exc(file=sys.stdout)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
