#!/usr/bin/env python3
"""Turns the corpus and the queries of a benchmark of search servers into what Opastin reads.

usage: peers.py docs TABLES.json < corpus.jsonl > records.jsonl
       peers.py queries TABLES.json < queries.jsonl > our-queries.jsonl
       peers.py log TABLES.json < queries.jsonl > queries.tsv     for http_load and wrk

The corpus has one activity a line: id, title, description, organisation, keywords, codes of audience, area and theme,
languages, weekday (1 Monday), free.  TABLES.json lists its codes ({"audience": [{"code", "parent"}], "theme": ...,
"area": [{"code", "region", "county"}]}).

Codes of municipalities are the real ones and stay (of merged ones, that of the new one).  The other codes are of lists
of its own: its n-th broad (narrow) audience becomes our n-th broad (narrow) one, themes, regions and counties likewise,
from the first again when ours end.  We have as many audiences, but fewer themes, and other municipalities in a region:
a filter by theme or region does not find the same records as it does there.  Records have no dates, since ended events
would not be found.
"""
import json
import pathlib
import sys
from urllib.parse import urlencode

VOCAB = pathlib.Path(__file__).resolve().parents[2] / "schema" / "vocab"
DAYS = "mon tue wed thu fri sat sun".split()


def rows(name):
    lines = (VOCAB / (name + ".tsv")).read_text(encoding="utf-8").splitlines()
    head = lines[0].split("\t")
    return [dict(zip(head, line.split("\t"))) for line in lines[1:]]


class Codes:
    """Their codes to ours, by dimension."""

    def __init__(self, tables):
        self.of = {name: self.listed(tables[name], rows(name)) for name in ("audience", "theme")}
        areas = rows("area")
        self.of["area"] = {"000": "nationwide"}
        for key, kind in (("region", "region"), ("county", "wellbeing")):
            ours = [a["code"] for a in areas if a["type"] == kind]
            theirs = sorted({a[key] for a in tables["area"]})
            self.of["area"].update({code: ours[i % len(ours)] for i, code in enumerate(theirs)})
        self.of["area"].update({a["code"]: a["code"] for a in areas if a["type"] == "municipality"})
        self.of["area"].update({old["old_code"]: old["code"] for old in rows("area_merge")})
        self.of["languages"] = {code: code for code in "fi sv en ru ar so uk et".split()}

    @staticmethod
    def listed(theirs, ours):
        found = {}
        for broad in (True, False):
            codes = [o["code"] for o in ours if bool(o["broader"]) != broad]
            for i, entry in enumerate(t for t in theirs if bool(t["parent"]) != broad):
                found[entry["code"]] = codes[i % len(codes)]
        return found

    def map(self, name, codes):
        return list(dict.fromkeys(self.of[name][c] for c in codes))


def record(doc, codes):
    area = codes.map("area", doc["area"])
    out = {"id": doc["id"], "kind": "activity",
           "texts": {"fi": {"title": doc["title"][:200], "body": doc["description"].strip()}},
           "organisation": [{"name": doc["organisation"]}], "price": {"free": doc["free"]},
           "audience": codes.map("audience", doc["audience"]), "theme": codes.map("theme", doc["theme"]),
           "keyword": [{"text": k} for k in doc["keywords"]], "languages": codes.map("languages", doc["languages"]),
           "schedule": [{"weekday": [DAYS[d - 1] for d in doc["weekday"]], "from": "12:00", "to": "14:00"}]
           if doc["weekday"] else [],
           "area": {"scope": "nationwide"} if "nationwide" in area else {"scope": "municipality", "codes": area}}
    return {key: value for key, value in out.items() if value != []}


def filters(query, codes):
    """The filters in our codes, under the corpus' names of dimensions."""
    out = {}
    for name, values in query["filters"].items():
        if name == "free":
            out[name] = values
        else:
            out[name] = [DAYS[v - 1] for v in values] if name == "weekday" else codes.map(name, values)
    return out


def parameters(query, codes):
    pairs = [("q", query["q"])] if query["q"] else []
    for name, values in filters(query, codes).items():
        if name == "free":
            pairs.append((name, int(values)))
        else:
            pairs += [("language" if name == "languages" else name, value) for value in values]
    return urlencode(pairs)


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("docs", "queries", "log"):
        sys.exit(__doc__)
    with open(sys.argv[2], encoding="utf-8") as file:
        codes = Codes(json.load(file))
    for line in sys.stdin:
        item = json.loads(line)
        if sys.argv[1] == "docs":
            print(json.dumps(record(item, codes), ensure_ascii=False))
        elif sys.argv[1] == "queries":
            print(json.dumps({"q": item["q"], "filters": filters(item, codes)}, ensure_ascii=False))
        else:
            print("all\t" + parameters(item, codes))


if __name__ == "__main__":
    main()
