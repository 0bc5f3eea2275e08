#!/usr/bin/env python3
"""Documents and topics of the retrieval sets, made from a folder of downloaded sources (docs/evaluation.md).

  documents.py --docs DIR --sets DIR --out var/eval SET...

For each set writes OUT/SET/documents.jsonl (records of kind news), topics.tsv and judgements.tsv in the format of
tests/eval; nothing is written anew while the script and the set's files are older.  A set whose sources are absent is
told and skipped.  The documents stay outside the repository.
"""
import argparse
import hashlib
import html
import json
import os
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

TITLE = "–"  # a title is required; this one has no word in it, so that only the body can be found
BODY_CHARS = 20000  # texts.body of the format; longer documents are cut at a word
YF_DOCUMENTS = 45009  # as many as when the set was made
YF_LEAST_WORDS = 3  # gives the 58 relevant titles a query of then
LEAST_WORDS = 20  # shorter help pages are left out, as when the sets were made
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = {"p", "div", "td", "th", "li", "dt", "dd", "pre"}

SOURCES = {
    "lo": "Debian package libreoffice-help-fi (apt-get download, dpkg-deb -x PACKAGE DIR/lo)",
    "gh": "Debian package gimp-help-fi (apt-get download, dpkg-deb -x PACKAGE DIR/lo)",
    "kkl": "git repository NatLibFi/Annif-corpora as DIR/annif: fulltext/kirjastonhoitaja/all",
    "yf": "git repository NatLibFi/Annif-corpora as DIR/annif: subjects/yso-finna-fi",
    "sq": "git repository TurkuNLP/squad2-fi as DIR/sq: squad2-fi-raw/html",
}


def squeeze(text):
    return " ".join(text.split())


# ---- help pages ----------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The headings and paragraphs of a help page, without link texts.

    starts(tag, attrs) opens the text, skips(tag, attrs) leaves an element out; with a heading_class only headings of
    that class are headings."""

    VOID = {"img", "br", "hr", "meta", "link", "input", "area", "base", "col", "embed", "source", "wbr"}

    def __init__(self, starts, skips, heading_class=None):
        super().__init__(convert_charrefs=True)
        self.starts, self.skips, self.heading_class = starts, skips, heading_class
        self.stack, self.blocks = [], []  # (tag, inside, skipped) of open elements; (is heading, text)
        self.text, self.heading = [], False

    def handle_starttag(self, tag, attrs):
        if tag in self.VOID:
            if tag == "br":
                self.text.append(" ")
            return
        attrs = dict(attrs)
        inside = bool(self.stack) and self.stack[-1][1]
        inside = inside or self.starts(tag, attrs)
        skipped = bool(self.stack) and self.stack[-1][2]
        skipped = skipped or tag in ("script", "style") or self.skips(tag, attrs) or (tag == "a" and "href" in attrs)
        self.stack.append((tag, inside, skipped))
        if inside and tag in HEADINGS:
            self.close_block()
            self.heading = not self.heading_class or attrs.get("class") == self.heading_class
        elif tag in BLOCKS:
            self.close_block()

    def handle_endtag(self, tag):
        if tag in self.VOID or tag not in [entry[0] for entry in self.stack]:
            return
        if tag in HEADINGS or tag in BLOCKS:
            self.close_block()
        while self.stack.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.stack and self.stack[-1][1] and not self.stack[-1][2]:
            self.text.append(data)

    def close_block(self):
        text = squeeze("".join(self.text))
        self.text = []
        if text:
            self.blocks.append((self.heading, text))
        self.heading = False


def number_off(title):
    """GIMP numbers its headings: "2.15. Tulosta"."""
    return re.sub(r"^(?:(?:Luku|Osa|Liite)\s+)?(?:[\dIVX]+\.)+\s*", "", title)


def help_pages(root, starts, skips, heading_class):
    """The text of each page that is long enough, by its path; pages that nobody translated are noise that stays in."""
    pages = {}
    for path in sorted(root.rglob("*.html")):
        page = Page(starts, skips, heading_class)
        page.feed(path.read_text(encoding="utf-8", errors="replace"))
        page.close_block()
        titles = [text for heading, text in page.blocks if heading]
        if not titles:
            continue
        title = number_off(titles[0]) if heading_class else titles[0]
        blocks = [text for heading, text in page.blocks
                  if not (heading and (number_off(text) if heading_class else text) == title)]
        text = "\n\n".join(blocks)
        if len(text.split()) >= LEAST_WORDS:
            pages[str(path.relative_to(root))[: -len(".html")]] = text
    return pages


def documents_lo(docs):
    root = docs / "lo/usr/share/libreoffice/help/fi/text"
    return help_pages(root, lambda tag, attrs: attrs.get("id") == "DisplayArea", lambda tag, attrs: False, None)


def documents_gh(docs):
    root = docs / "lo/usr/share/gimp/2.0/help/fi"
    skips = {"navheader", "navfooter", "toc"}
    return help_pages(root, lambda tag, attrs: tag == "body", lambda tag, attrs: attrs.get("class") in skips, "title")


# ---- the others ----------------------------------------------------------------------------------------------------


def documents_kkl(docs):
    root = docs / "annif/fulltext/kirjastonhoitaja/all"
    return {path.stem: path.read_text(encoding="utf-8", errors="replace") for path in sorted(root.glob("*.txt"))}


def yf_titles(path):
    """Titles of a subject's records; its first two lines name the subject.  Very short titles say nothing."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[2:]
    return [squeeze(line) for line in lines if len(line.split()) >= YF_LEAST_WORDS]


def documents_yf(docs, wanted):
    """The titles of the asked subjects, then those of other subjects of like size, in the order of a hash."""
    root = docs / "annif/subjects/yso-finna-fi"
    titles = dict.fromkeys(title for name in wanted for title in yf_titles(root / name))
    others = sorted((path for path in root.glob("*.txt") if path.name not in set(wanted)),
                    key=lambda path: hashlib.sha1(path.name.encode()).digest())
    for path in others:
        if len(titles) >= YF_DOCUMENTS:
            break
        found = yf_titles(path)
        if 5 <= len(found) <= 140:
            titles.update(dict.fromkeys(found))
    return {title: title for title in titles}


def documents_sq(docs):
    """Texts by file, document and text number.  The set's ids know only headings spelt "Asiakirjan": where a document
    is headed otherwise the one before it goes on, and texts of one number stand in one record."""
    documents = {}
    heads = re.compile(r"(Asiakirjan|Tekstin?|Kysymys) (?:numero )?(\d+)")
    for path in sorted((docs / "sq/squad2-fi-raw/html").glob("*.html")):
        number = re.search(r"\d+", path.stem.split("_", 1)[1]).group()
        document, text = "?", None  # a file may begin inside a document
        body = path.read_text(encoding="utf-8", errors="replace").split("<body", 1)[1]
        for block in re.findall(r"<p\b.*?</p>", body, re.S):
            words = squeeze(html.unescape(re.sub(r"<[^>]*>", "", block)))
            heading = heads.fullmatch(words) if "<b>" in block else None
            if heading and heading[1].startswith("Asiakirjan"):
                document, text = heading[2], None
            elif heading:
                text = heading[2] if heading[1].startswith("Teksti") else None
            elif text is not None and words:
                key = f"{number}-{document}-{text}"
                documents[key] = f"{documents[key]}\n\n{words}" if key in documents else words
    return documents


# ---- writing -------------------------------------------------------------------------------------------------------


def record_ids(keys, name):
    """A record id for each document: its own letters as far as the format allows."""
    ids, used = {}, set()
    for key in keys:
        slug = re.sub(r"[^a-z0-9._:-]+", "_", key.lower())[:60]
        if name == "yf" or slug in used:
            slug = hashlib.sha1(key.encode()).hexdigest()[:16]
        used.add(slug)
        ids[key] = f"{name}-{slug}"
    return ids


def clean(text):
    """Without control characters, and whether it had to be cut."""
    text = re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ufffd]", " ", text)
    text = re.sub(r"[^\S\n]+", " ", text).strip()
    if len(text) <= BODY_CHARS:
        return text, False
    return text[:BODY_CHARS].rsplit(None, 1)[0], True


def read_rows(path):
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines if line]


def relevant_of(name, row, docs):
    if name == "yf":
        return yf_titles(docs / "annif/subjects/yso-finna-fi" / row[2].rsplit("/", 1)[1])
    return row[2].split("|")


def make(name, docs, rows):
    if name == "yf":
        return documents_yf(docs, [row[2].rsplit("/", 1)[1] for row in rows])
    return {"lo": documents_lo, "gh": documents_gh, "kkl": documents_kkl, "sq": documents_sq}[name](docs)


def write_set(name, docs, rows, folder):
    texts = make(name, docs, rows)
    if not texts:
        return False
    ids = record_ids(texts, name)
    cut = absent = 0
    with open(folder / "documents.jsonl.new", "w", encoding="utf-8") as out:
        for key, text in texts.items():
            body, was_cut = clean(text)
            cut += was_cut
            if body:
                record = {"id": ids[key], "kind": "news", "texts": {"fi": {"title": TITLE, "body": body}}}
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
    with open(folder / "topics.tsv", "w", encoding="utf-8") as topics, \
            open(folder / "judgements.tsv", "w", encoding="utf-8") as judgements:
        for row in rows:
            known = [ids[key] for key in dict.fromkeys(relevant_of(name, row, docs)) if key in ids]
            absent += not known
            topics.write(f"{row[0]}\tfi\t{squeeze(row[1])}\t\t\n")
            for record in known:
                judgements.write(f"{row[0]}\t{record}\t1\n")
    os.replace(folder / "documents.jsonl.new", folder / "documents.jsonl")
    print(f"{name}: {len(texts)} documents, {cut} of them cut, {len(rows)} queries, {absent} without a document")
    return True


def join_typos(out):
    """The texts of all sets as one: their words are what typing errors are corrected by."""
    parts = [out / name / "documents.jsonl" for name in ("kkl", "lo", "sq", "yf")]
    folder = out / "typos"
    made = folder / "documents.jsonl"
    if not all(part.exists() for part in parts):
        return
    if made.exists() and made.stat().st_mtime > max(part.stat().st_mtime for part in parts):
        return
    folder.mkdir(parents=True, exist_ok=True)
    with open(made, "wb") as file:
        for part in parts:
            file.write(part.read_bytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("names", nargs="+", choices=sorted(SOURCES))
    options = parser.parse_args()
    for name in options.names:
        table = options.sets / f"retrieval_{name}_dev.tsv"
        folder = options.out / name
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / "documents.jsonl"
        if not table.exists():
            print(f"{name}: skipped, {table} is not there")
            continue
        newest = max(Path(__file__).stat().st_mtime, table.stat().st_mtime)
        if made.exists() and made.stat().st_mtime > newest:
            continue
        if not write_set(name, options.docs, read_rows(table), folder):
            print(f"{name}: skipped, its documents are not under {options.docs}: {SOURCES[name]}")
    join_typos(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
