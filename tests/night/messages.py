"""Ten faults that a maintainer must be able to mend from report.txt alone: the line of the file, the record, the field, the
value, what is allowed."""
import json
import re

from house import START, House
from model import Source
from records import Maker


def base(id, **fields):
    return {"id": id, "kind": "activity", "texts": {"fi": {"title": f"Kerho {id}"}}} | fields


def line(record):
    return json.dumps(record, ensure_ascii=False)


# What it is; the file's lines; where (line 0: of the whole file); id, field, value and words that must stand in the message.
FAULTS = [
    ("a broken line", "jsonl", [line(base("x-1")), '{"id": "x-2", "kind": "activity", "texts": {"fi": {"title": "Kerho}}'],
     2, "", "", "", "JSON"),
    ("a bad date", "jsonl", [line(base("x-1", kind="event", start="31.2.2026"))], 1, "x-1", "start", "31.2.2026",
     "2026-12-01"),
    ("an unknown code", "jsonl", [line(base("x-1", theme=["kavvely"]))], 1, "x-1", "theme", "kavvely", "kavely"),
    ("an id that is there twice", "jsonl", [line(base("x-1")), line(base("x-2")), line(base("x-1"))], 3, "x-1", "id", "x-1",
     "jsonl:1"),
    ("no title", "jsonl", [line({"id": "x-1", "kind": "activity", "texts": {"fi": {"summary": "Tiistaisin."}}})], 1, "x-1",
     "texts", "", "title"),
    ("a postal code of another municipality", "jsonl",
     [line(base("x-1", place=[{"address": "Katu 1", "postal_code": "70100", "municipality": "491"}]))], 1, "x-1",
     "place[0].postal_code", "70100", "Kuopio"),
    ("a bad address for mail", "jsonl", [line(base("x-1", contact=[{"name": "N N", "email": "ritva@esimerkki"}]))], 1, "x-1",
     "contact[0].email", "ritva@esimerkki", "@"),
    ("an age above the limit", "jsonl", [line(base("x-1", age_min=10, age_max=720))], 1, "x-1", "age_max", "720", "0..120"),
    ("a column of another name", "csv", ["tunnus;tyyppi;otsake", "x-1;toiminta;Kerho"], 1, "", "nimi", "otsake",
     "is missing"),
    ("an end before the start", "jsonl", [line(base("x-1", kind="event", start="2026-12-05", end="2026-12-01"))], 1, "x-1",
     "end", "2026-12-01", "2026-12-05"),
]


def unbroken(text):
    """The text with broken lines joined."""
    return " ".join(text.split())


def ten_faults_can_be_mended_from_the_text(work):
    maker, missing = Maker(1), []
    for number, (what, form, lines, at, id, field, value, words) in enumerate(FAULTS):
        house = House(work, f"fault{number}")
        house.language = "en"  # the words below are; tests/messages has each in Finnish
        good = Source("muut", "jsonl", [maker.make() for _ in range(5)])
        bad = Source("lista", form, [])
        house.write_config([good, bad])
        house.write(good, START)
        data = "\n".join(lines) + "\n"
        bad.damage = (lambda _, data=data: data.encode(), 0, False)
        house.write(bad, START)
        result = house.run([good, bad], START)
        assert result.exit in (0, 3, 4), (what, result.exit, result.errors)
        text = house.report().text
        assert len(text.splitlines()) <= 60
        file = house.path(bad).rsplit("/", 1)[-1]
        where = f"{file}:{at}" if at else file
        pieces = [unbroken(piece) for piece in re.split(r"\n(?=\S|  \S)", text) if piece.startswith("  ")]
        shown = " / ".join(piece for piece in pieces if re.search(re.escape(where) + r"(?!\d)", piece))
        print(f"message: {what}: {shown or '(none)'}")
        for wanted in (where, id, field, value, words):
            if wanted not in shown:
                missing.append(f"{what}: {wanted!r} is not in {shown!r}\n{text}")
    assert not missing, "\n".join(missing)
