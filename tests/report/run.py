"""Reports of made-up runs as others read them: the three renderings have the same numbers, the page is well-formed and
stands alone, the mail is one that a mail program opens.  Usage: run.py BUILD.  Ends in "N passed, N failed"."""
import csv
import email
import email.policy
import html.parser
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback

BUILD = sys.argv[1]
COUNTS = ["read", "accepted", "rejected", "merged", "added", "changed", "removed", "unchanged", "warnings", "skipped",
          "records"]
TEXT_COUNTS = ["read", "rejected", "merged", "added", "changed", "removed", "unchanged"]
VOID = {"meta", "br", "rect", "link", "img"}


class Run:
    def __init__(self, *arguments):
        self.folder = tempfile.mkdtemp(prefix="opastin-report.")
        made = subprocess.run([os.path.join(BUILD, "report", "sample"), self.folder, *map(str, arguments)],
                              check=True, capture_output=True, text=True)
        self.path = made.stdout.strip()
        self.json = json.loads(self.read("report.json"), object_pairs_hook=no_twins)
        self.text = self.read("report.txt")
        self.page = Page(self.read("report.html"))
        self.mail = open(os.path.join(self.path, "report.eml"), "rb").read()

    def read(self, name):
        with open(os.path.join(self.path, name), encoding="utf-8", newline="") as file:
            return file.read()


def no_twins(pairs):
    assert len(dict(pairs)) == len(pairs), f"a member is there twice: {[key for key, _ in pairs]}"
    return dict(pairs)


class Page(html.parser.HTMLParser):
    """A tree of [tag, attributes, children], refused when an element is not closed in its order."""

    def __init__(self, text):
        super().__init__()
        self.root = ["", {}, []]
        self.stack = [self.root]
        self.feed(text)
        self.close()
        assert len(self.stack) == 1, f"not closed: {[e[0] for e in self.stack]}"

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"<{tag}> has an attribute twice"
        element = [tag, dict(attrs), []]
        self.stack[-1][2].append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag, attrs):
        self.stack[-1][2].append([tag, dict(attrs), []])

    def handle_endtag(self, tag):
        assert self.stack[-1][0] == tag, f"</{tag}> closes <{self.stack[-1][0]}>"
        self.stack.pop()

    def handle_data(self, data):
        self.stack[-1][2].append(data)

    def all(self, tag, root=None):
        found = []
        for child in (root or self.root)[2]:
            if not isinstance(child, str):
                found += [child] if child[0] == tag else []
                found += self.all(tag, child)
        return found

    def section(self, name):
        return next(e for e in self.all("section") if e[1].get("aria-labelledby") == name)

    def rows(self, name, table=0, part="tbody"):
        body = self.all(part, self.all("table", self.section(name))[table])[0]
        return [[text(c) for c in row[2] if not isinstance(c, str)] for row in self.all("tr", body)]


def text(element):
    return element if isinstance(element, str) else "".join(text(c) for c in element[2])


def number(shown):
    """31 204 or 31,204 -> 31204"""
    digits = re.sub(r"[\s\u00a0,]", "", shown)
    assert digits.isdigit(), shown
    return int(digits)


def share(part, whole, language):
    if not whole:
        return "–"
    shown = f"{100 * part / whole:.1f}"
    return shown + "%" if language == "en" else shown.replace(".", ",") + "\u00a0%"


def say(count, language, one, many):
    grouped = f"{count:,}" if language == "en" else f"{count:,}".replace(",", " ")
    return f"{grouped} {one if count == 1 else many}"


# ---- the same numbers -------------------------------------------------------------------------------------------

def check_sums(run):
    for key in COUNTS:
        assert run.json["totals"][key] == sum(s[key] for s in run.json["sources"]), key
    for quality in ("quality", "qualityBefore"):
        for group in ("has", "freshness"):
            for key, count in run.json[quality][group].items():
                assert count == sum(s[quality][group][key] for s in run.json["sources"]), key


def check_page_numbers(run, language):
    page, made = run.page, run.json
    rows = page.rows("sources")
    assert [r[0] for r in rows] == [s["name"] for s in made["sources"]]
    for row, source in zip(rows, made["sources"]):
        assert [number(c) for c in row[3:]] == [source[key] for key in COUNTS], row
    assert [number(c) for c in page.rows("sources", 0, "tfoot")[0][3:]] == [made["totals"][k] for k in COUNTS]
    tiles = [number(text(e)) for e in page.all("dd", next(e for e in page.all("dl") if e[1].get("class") == "sums"))]
    assert tiles == [made["totals"][key] for key in COUNTS[:-1]]
    complete, fresh, by_source = page.rows("quality", 0), page.rows("quality", 1), page.rows("quality", 2)
    now, before = made["quality"], made["qualityBefore"]
    for row, key in zip(complete, now["has"], strict=True):
        assert (number(row[1]), number(row[3])) == (now["has"][key], before["has"][key])
        assert row[2] == share(now["has"][key], now["records"], language), row
        assert row[4] == share(before["has"][key], before["records"], language), row
    assert [number(r[1]) for r in fresh] == [*now["freshness"].values(), now["past"]]
    for row, source in zip(by_source, made["sources"], strict=True):
        assert number(row[1]) == source["quality"]["records"]
        for cell, count in zip(row[2:], source["quality"]["has"].values(), strict=True):
            assert cell.split(" (")[0] == share(count, source["quality"]["records"], language), cell
    charts = [text(e) for e in page.all("text")]
    for count in now["freshness"].values():
        assert any(re.sub(r"[\u00a0,]", "", c) == str(count) for c in charts), count
    for row, one in zip(page.rows("trend"), reversed(made["trend"]["runs"]), strict=True):
        keys = ("records", "read", "rejected", "merged", "added", "changed", "removed")
        assert number(row[0]) == one["run"] and [number(c) for c in row[4:]] == [one[key] for key in keys], row
    for item, one in zip(page.all("li", page.section("lists")), made["lists"], strict=True):
        assert text(item).startswith(one["name"] + ":") and number(re.search(r", ([\d\u00a0,]+) \D+$", text(item))[1]) == one["rows"]
    assert len(page.rows("organisations")) == len(made["organisations"]["shown"])
    for row, one in zip(page.rows("golden"), made["golden"], strict=True):
        assert row[0] == one["name"] and row[4] == (str(one["place"]) if one["place"] else "–")


def rule_counts(run, severity):
    found = {}
    for source in run.json["sources"]:
        for problem in source["problems"]:
            if problem["severity"] == severity:
                found[problem["code"]] = found.get(problem["code"], 0) + problem["count"]
                assert 0 < len(problem["examples"]) <= min(3, problem["count"])
    return found


def check_rules(run):
    errors, warnings = rule_counts(run, "error"), rule_counts(run, "warning")
    lists = {one["name"]: one["rows"] for one in run.json["lists"]}
    assert sum(errors.values()) == lists["rejects.csv"] and sum(warnings.values()) == lists["warnings.csv"]
    shown = {}
    for heading in run.page.all("h4", run.page.section("todo")):
        if run.page.all("code", heading):
            found = re.fullmatch(r"(\S+) .+: ([\d\u00a0,]+) \S+", text(heading))
            shown[found[1]] = number(found[2])
    assert shown == {**errors, **warnings}, (shown, errors, warnings)
    for code, count in re.findall(r"^  ([a-z-]+) (\d+): ", run.text, re.M) + re.findall(r"^([a-z-]+), (\d+) \S+:", run.text, re.M):
        assert errors[code] == int(count), code
    stops = [(s["name"], g["guard"]) for s in run.json["sources"] for g in s["guards"] if g["tripped"] and not g["allowed"]]
    cards = [text(e) for e in run.page.all("div", run.page.section("todo")) if e[1].get("class") == "card"]
    for name, guard in stops:
        if guard != "unreadable":
            assert any(f"--allow-{guard}={name}" in card for card in cards), (name, guard)


def check_text_numbers(run, language):
    made = run.json
    assert len(run.text.splitlines()) <= 60 and max(map(len, run.text.splitlines())) <= 78
    assert " ".join(run.text.split()).startswith(" ".join(made["subject"].split()))
    lines = run.text.splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("SOURCE " if language == "en" else "LÄHDE "))
    rows = []
    for line in lines[head + 1:]:
        if not line.strip():
            break
        rows.append((line[2:14].strip(), [number(line[14 + 9 * i:23 + 9 * i]) for i in range(7)]))
    total = rows.pop()[1] if rows[-1][0] in ("total", "yhteensä") else None
    table = dict(rows)
    assert len(table) == len(rows)
    seen = 0
    for source in made["sources"]:
        name = source["name"] if len(source["name"]) <= 12 else source["name"][:5] + "…" + source["name"][-6:]
        if name in table:
            seen += 1
            assert table[name] == [source[key] for key in TEXT_COUNTS], name
    assert seen == len(made["sources"]) or seen == len(rows) - 1 >= 4
    if total:
        assert total == [made["totals"][key] for key in TEXT_COUNTS]
        assert [sum(row[i] for row in table.values()) for i in range(7)] == total
    rejects = {one["name"]: one["rows"] for one in made["lists"]}["rejects.csv"]
    words = ("fault", "faults") if language == "en" else ("virhe", "virhettä")
    if rejects:
        assert say(rejects, language, *words) in run.text
    for one in made["lists"]:
        if one["rows"]:
            assert re.search(re.escape(one["name"]) + r" \(" + re.escape(f"{one['rows']:,}".replace(",", "," if language == "en" else " ")),
                             " ".join(run.text.split())), one


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
    errors, words = run.page.rows("heard", 0), run.page.rows("heard", 1)
    for shown, one in zip(errors, heard["newestErrors"], strict=True):
        assert shown[1] == one["id"] and shown[3] == (one["text"] or "–"), shown
    for shown, one, row in zip(words, heard["topWords"], rows["zero-hits.csv"]):
        assert (shown[0], number(shown[2])) == (one["word"], one["count"]), shown
        assert (row["word"].removeprefix("'"), int(row["count"]), row["first"], row["last"]) == (
            one["word"], one["count"], one["first"], one["last"]), row
    section = text(run.page.section("heard"))
    said = " ".join(run.text.split())
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
        check_sums(run)
        check_page_numbers(run, language)
        check_rules(run)
        check_text_numbers(run, language)
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
