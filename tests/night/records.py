"""Made-up records in the shape of real ones, as plain objects of our format, and the files that sources send of them.

Everything comes from a seed.  A record is a dict as it stands in JSON Lines; the same dict can be written as a row of
CSV, so that it may move from one source to another."""
import csv
import functools
import gzip
import io
import json
import random
import unicodedata

PLACES = [("491", "50100", 61.688, 27.273, "Mikkeli"), ("297", "70100", 62.892, 27.678, "Kuopio"),
          ("179", "40100", 62.242, 25.747, "Jyväskylä"), ("398", "15100", 60.983, 25.661, "Lahti"),
          ("740", "57130", 61.868, 28.878, "Savonlinna")]
WHAT = ["Kahvikerho", "Kävelyryhmä", "Tuolijumppa", "Lukupiiri", "Sururyhmä", "Erokahvila", "Digineuvonta", "Kuoro",
        "Perhekahvila", "Neulontapiiri", "Metsäretki", "Keskustelukerho", "Ystävätoiminta", "Omaishoitajien ilta",
        "Vertaisryhmä", "Soppatiistai", "Uintivuoro", "Rollaattoritanssi", "Äijäkerho", "Kielikahvila"]
WHO = ["eläkeläisille", "nuorille", "leskille", "perheille", "yksinäisille", "maahan muuttaneille", "sydänystäville",
       "omaishoitajille", "työttömille", "miehille"]
WHERE = ["Kalevankankaalla", "Peitsarissa", "Lähemäessä", "Neulamäessä", "Petosella", "Kortepohjassa", "Mukkulassa",
         "Nätkillä", "Ristimäenkadulla", "satamassa", "kirjastolla", "seurakuntatalolla"]
STREETS = ["Raatihuoneenkatu", "Porrassalmenkatu", "Tulliportinkatu", "Väinönkatu", "Vesijärvenkatu", "Olavinkatu"]
OWNERS = ["Etelä-Savon sydänyhdistys", "Kuopion eläkkeensaajat", "Mielen tuki ry", "Järvi-Suomen omaishoitajat",
          "Kylätalo Ahola", "Seurakunnan diakonia", "Åboland rf", "Punaisen ristin osasto"]
SENTENCES = ["Mukaan voi tulla milloin vain.", "Kahvit keitetään yhdessä.", "Ilmoittautumista ei tarvita.",
             "Ohjaaja on vertainen, joka on itse kokenut saman.", "Paikalle pääsee bussilla.",
             "Tilassa on hissi ja esteetön WC.", "Ryhmä on pieni ja rauhallinen."]
AUDIENCES = ["elakkeelle-jaaneet", "nuoret", "leskeytyneet", "lapsiperheet", "yksin-asuvat", "omaishoitajat", "tyottomat",
             "miehet", "kaikille-avoin"]
THEMES = ["kavely", "jumppa", "vertaistuki", "suru", "digituki", "musiikki", "kirjallisuus-ja-lukupiirit", "retkeily",
          "kohtaamispaikat", "ystavatoiminta"]
DAYS = {"mon": "ma", "tue": "ti", "wed": "ke", "thu": "to", "fri": "pe", "sat": "la", "sun": "su"}


def business_id(number):
    """With its check digit; None for the numbers that have none."""
    digits = f"{number:07d}"
    rest = sum(int(d) * w for d, w in zip(digits, (7, 9, 10, 5, 8, 4, 2))) % 11
    return None if rest == 1 else f"{digits}-{(11 - rest) % 11}"


def once_a_record(function):
    """Remembers what `function` made of a record: no record is altered after a night has seen it, and most are the same
    night after night.  What is remembered holds its record, so that its place in memory is not another's meanwhile."""
    made = {}

    @functools.wraps(function)
    def remembered(record):
        found = made.get(id(record))
        if found is None:
            if len(made) >= REMEMBERED:
                made.clear()
            found = made[id(record)] = record, function(record)
        return found[1]
    return remembered


REMEMBERED = 500000


def fold(text):
    """Letters and digits without case and dots: what a name is compared by."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


class Maker:
    """Records, one after the other; the same seed, the same records."""

    def __init__(self, seed, prefix="r"):
        self.random = random.Random(seed)
        self.prefix = prefix
        self.count = 0

    def make(self, **fields):
        r = self.random
        self.count += 1
        kind = r.choices(["activity", "event", "organisation", "volunteer"], [60, 25, 8, 7])[0]
        kind = fields.pop("kind", kind)
        record = {"id": f"{self.prefix}-{self.count}", "kind": kind,
                  "texts": {"fi": {"title": f"{r.choice(WHAT)} {r.choice(WHO)} {r.choice(WHERE)} {self.count}"}}}
        if r.random() < 0.9:
            record["texts"]["fi"]["summary"] = " ".join(r.sample(SENTENCES, r.randint(1, 4)))
        municipality, postal, lat, lon, _ = r.choice(PLACES)
        place = {"address": f"{r.choice(STREETS)} {r.randint(1, 99)}", "postal_code": postal,
                 "municipality": municipality}
        if r.random() < 0.75:
            place |= {"lat": round(lat + r.uniform(-.02, .02), 4), "lon": round(lon + r.uniform(-.02, .02), 4)}
        if r.random() < 0.4:
            place["accessibility"] = r.sample(["wheelchair", "lift", "induction-loop"], r.randint(1, 2))
        record["place"] = [place]
        if kind == "organisation":
            record["type"] = "association"
            number = business_id(1000000 + 7 * self.count)
            if number and r.random() < 0.5:
                record["business_id"] = number
        elif r.random() < 0.8:
            record["organisation"] = [{"name": r.choice(OWNERS)}]
        if kind != "organisation":
            record["audience"] = r.sample(AUDIENCES, r.randint(0, 2))
            record["theme"] = r.sample(THEMES, r.randint(0, 2))
            if r.random() < 0.5:
                record["price"] = {"free": True}
        if kind == "event":
            record["start"] = f"2026-{r.choice(['10', '11', '12'])}-{r.randint(10, 28)}"
        elif kind == "activity" and r.random() < 0.7:
            hour = r.randint(8, 18)
            record["schedule"] = [{"weekday": [r.choice(list(DAYS))], "from": f"{hour:02d}:00", "to": f"{hour + 1:02d}:30"}]
        if r.random() < 0.7:
            number = r.randint(1000, 9999)
            record["contact"] = [{"name": "Ritva Esimerkki", "phone": f"040 000 {number}",
                                  "email": f"ritva{number}@example.org"}]
        if r.random() < 0.6:
            record["languages"] = ["fi"] if r.random() < 0.7 else ["fi", "sv"]
        if r.random() < 0.8:
            record["verified_at"] = f"{r.choice([2023, 2024, 2025, 2026, 2026])}-0{r.randint(1, 9)}-{r.randint(10, 28)}"
        record["modified"] = "2026-10-01"
        record |= fields
        return {key: value for key, value in record.items() if value not in ([], None)}

    def twin(self, record):
        """The same thing as another system has it: another id, other letters, its own words."""
        self.count += 1
        twin = json.loads(json.dumps(record)) | {"id": f"{self.prefix}-{self.count}"}
        twin["texts"]["fi"]["title"] = twin["texts"]["fi"]["title"].upper()
        twin["texts"]["fi"]["summary"] = "Toisen järjestelmän tiivistelmä."
        return twin


def can_have_twin(record):
    return bool(record.get("place"))


def edited(record, randomness):
    """Another meaning, the same id."""
    new = json.loads(json.dumps(record))
    what = randomness.randrange(4)
    if what == 0:
        new["texts"]["fi"]["summary"] = f"Uusi tieto {randomness.randrange(10 ** 6)}."
    elif what == 1:
        new["texts"]["fi"]["title"] += " uusi"
    elif what == 2:
        new["contact"] = [{"name": "Uusi Esimerkki", "phone": f"040 000 {randomness.randint(1000, 9999)}"}]
    else:
        new["verified_at"] = f"2026-11-{randomness.randint(10, 28)}"
        new["texts"]["fi"]["summary"] = f"Tarkistettu {randomness.randrange(10 ** 6)}."
    new["modified"] = f"2026-11-{randomness.randint(10, 28)}"
    return new


def touched(record, randomness):
    """Only the source's timestamp is another."""
    return record | {"modified": f"2026-{randomness.choice(['09', '10'])}-{randomness.randint(10, 28)}"}


class Bad:
    """A record that must be refused: of which id, and its line as the format has it."""

    def __init__(self, id):
        self.id = id
        self.record = {"id": id, "kind": "activity", "texts": {"fi": {"summary": "Nimi puuttuu."}}}


COLUMNS = ["tunnus", "tyyppi", "nimi", "tiivistelmä", "järjestö", "kohderyhmät", "teemat", "osoite", "postinumero", "kunta",
           "lat", "lon", "esteettömyys", "viikonpäivä", "alkaa", "päättyy", "alkupvm", "maksuton", "yhteyshenkilö",
           "sähköposti", "puhelin", "kielet", "muokattu", "tarkistettu", "y_tunnus", "organisaatiotyyppi"]


@once_a_record
def line(record):
    return json.dumps(record.record if isinstance(record, Bad) else record, ensure_ascii=False)


@once_a_record
def row(record):
    """Its line of CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(cells(record.record if isinstance(record, Bad) else record))
    return out.getvalue()


def cells(record):
    text, place = record["texts"]["fi"], (record.get("place") or [{}])[0]
    when, contact = (record.get("schedule") or [{}])[0], (record.get("contact") or [{}])[0]
    owner = (record.get("organisation") or [{}])[0]
    return [record["id"], record["kind"], text.get("title", ""), text.get("summary", ""), owner.get("name", ""),
            "|".join(record.get("audience", [])), "|".join(record.get("theme", [])), place.get("address", ""),
            place.get("postal_code", ""), place.get("municipality", ""), place.get("lat", ""), place.get("lon", ""),
            "|".join(place.get("accessibility", [])), "|".join(DAYS[d] for d in when.get("weekday", [])),
            when.get("from", ""), when.get("to", ""), record.get("start", ""),
            "x" if record.get("price", {}).get("free") else "", contact.get("name", ""), contact.get("email", ""),
            contact.get("phone", ""), "|".join(record.get("languages", [])), record.get("modified", ""),
            record.get("verified_at", ""), record.get("business_id", ""), record.get("type", "")]


@once_a_record
def linked_event(record):
    """As the interface of Linked Events has it: what these records have of an event."""
    text = record["texts"]["fi"]
    event = {"id": record["id"], "data_source": "made", "type_id": "General", "event_status": "EventScheduled",
             "publication_status": "public", "start_time": record["start"], "has_start_time": False,
             "last_modified_time": record["modified"] + "T10:00:00Z", "name": {"fi": text.get("title")}}
    if "summary" in text:
        event["short_description"] = {"fi": text["summary"]}
    return json.dumps(event, ensure_ascii=False)


def rendered(form, records):
    """The bytes of a file, and the line of each record."""
    if form == "linkedevents":
        text = "{\"meta\":{\"count\":%d},\"data\":[\n" % len(records) + ",\n".join(map(linked_event, records)) + "\n]}\n"
        return text.encode(), range(2, 2 + len(records))
    if form.startswith("jsonl"):
        data = "".join(line(r) + "\n" for r in records).encode()
        return (gzip.compress(data, 1, mtime=0) if form == "jsonl.gz" else data), range(1, 1 + len(records))
    text = ";".join(COLUMNS) + "\r\n" + "".join(map(row, records))
    return text.encode("cp1252" if form == "csv1252" else "utf-8"), range(2, 2 + len(records))
