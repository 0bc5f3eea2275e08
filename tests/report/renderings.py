"""A report's folder as others read it: the page, the text and the object, and whether they have the same numbers."""
import csv
import html.parser
import json
import os
import re

COUNTS = ["read", "accepted", "rejected", "merged", "added", "changed", "removed", "unchanged", "warnings", "skipped",
          "records"]
TEXT_COUNTS = ["read", "rejected", "merged", "added", "changed", "removed", "unchanged"]
VOID = {"meta", "br", "rect", "link", "img"}


class Folder:
    """The files of one run."""

    def __init__(self, path):
        self.path = path
        self.json = json.loads(self.read("report.json"), object_pairs_hook=no_twins)
        self.text = self.read("report.txt")
        self.page = Page(self.read("report.html"))

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
    check_organisations(run, language)
    for row, one in zip(page.rows("golden") if made["golden"] else [], made["golden"], strict=True):
        assert row[0] == one["name"] and row[4] == (str(one["place"]) if one["place"] else "–")


LACKING = {
    "phone": ("puhelin", "phone"), "time": ("aika", "time"), "place": ("paikka", "place"),
    "coordinates": ("sijainti kartalla", "position on the map"), "price": ("hinta", "price"),
    "accessibility": ("esteettömyys", "accessibility"), "language": ("kieli", "language"), "theme": ("teema", "theme"),
    "audience": ("kohderyhmä", "audience"), "summary": ("tiivistelmä", "summary")}


def check_organisations(run, language):
    """The object, the page and the text show the same ones; the list has all of them."""
    made = run.json["organisations"]
    with open(os.path.join(run.path, "organisations.csv"), encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file, strict=True))
    assert len(listed) == made["count"] == {one["name"]: one["rows"] for one in run.json["lists"]}["organisations.csv"]
    rows = run.page.rows("organisations") if made["shown"] else []
    for one, row, cells in zip(made["shown"], listed, rows):
        quality = one["quality"]
        counts = {"records": quality["records"], "past": quality["past"]} | quality["has"] | quality["freshness"]
        assert {key: int(row[key]) for key in row if key not in ("organisation", "source")} == counts, row
        assert row["source"] == one["source"] and cells[1:3] == [one["source"], cells[2]], cells
        assert number(cells[2]) == quality["records"], cells
        for cell, count in zip(cells[3:], quality["has"].values(), strict=True):
            assert cell == share(count, quality["records"], language), cells
    assert len(rows) == len(made["shown"])
    said = run.text.split("ENITEN PUUTTEITA\n" if language == "fi" else "MOST IS LACKING\n")
    if len(said) == 1:
        return 0
    lines = re.split(r"\n(?=\S)", said[1].split("\n\n")[0])
    for line, one in zip(lines, made["shown"]):
        quality, line = one["quality"], " ".join(line.split())
        assert say(quality["records"], language, *(("record", "records") if language == "en" else ("tietue", "tietuetta"))) in line
        lacks = sorted(((quality["records"] - count, key) for key, count in quality["has"].items()), key=lambda x: -x[0])[:3]
        for count, key in lacks:
            shown = f"{count:,}" if language == "en" else f"{count:,}".replace(",", " ")
            assert line.endswith("…") or not count or f"{LACKING[key][language == 'en']} {shown}" in line, (line, count, key)
    return len(lines)


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
        assert int(count) in (errors.get(code), warnings.get(code)), code
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


def check_same_numbers(run, language):
    check_sums(run)
    check_page_numbers(run, language)
    check_rules(run)
    check_text_numbers(run, language)
