"""HSDS 3.0: services and organizations in Open Referral's form, and back through our own importer.

The field table is written from the specification's reference; its schemas are share-alike and are not here.
"""
import glob
import json
import os
import re
import subprocess
import time
import unittest

import harness
from harness import Daemon, fresh_dir, indexer, publish
from test_access import bearer, make_key

ROOT = os.path.dirname(os.path.dirname(harness.HERE))
BASE = "/hsds/v3"
UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
DAY = re.compile(r"^\d{4}-\d\d-\d\d$")
CLOCK = re.compile(r"^\d\d:\d\d$")
TEXT, NUMBER = str, (int, float)

# Members of each object: what each must be; a name with * must be there.
PHONE = {"id*": UUID, "number*": TEXT}
ACCESSIBILITY = {"id*": UUID, "description": TEXT}
ADDRESS = {"id*": UUID, "address_1*": TEXT, "city*": TEXT, "state_province*": TEXT, "postal_code*": TEXT,
           "country*": re.compile("^FI$"), "address_type*": re.compile("^physical$")}
LOCATION = {"id*": UUID, "location_type*": re.compile("^physical$"), "name": TEXT, "latitude": NUMBER, "longitude": NUMBER,
            "addresses": [ADDRESS], "accessibility": [ACCESSIBILITY]}
TERM = {"id*": UUID, "code": TEXT, "name*": TEXT, "description*": TEXT, "taxonomy": TEXT, "language": re.compile("^fi$")}
ATTRIBUTE = {"id*": UUID, "link_id": UUID, "taxonomy_term_id": UUID, "link_type": TEXT, "taxonomy_term": TERM}
SCHEDULE = {"id*": UUID, "valid_from": DAY, "valid_to": DAY, "dtstart": DAY, "opens_at": CLOCK, "closes_at": CLOCK,
            "freq": re.compile("^(WEEKLY|MONTHLY)$"), "interval": NUMBER,
            "byday": re.compile(r"^(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)(,(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU))*$"),
            "description": TEXT, "notes": TEXT}
CONTACT = {"id*": UUID, "name": TEXT, "title": TEXT, "email": TEXT, "phones": [PHONE]}
ORGANIZATION_ONE = {"id*": UUID, "name*": TEXT, "description*": TEXT, "website": TEXT}
ORGANIZATION = {**ORGANIZATION_ONE, "contacts": [CONTACT], "phones": [PHONE], "locations": [LOCATION],
                "attributes": [ATTRIBUTE], "organization_identifiers": [
                    {"id*": UUID, "identifier_scheme": TEXT, "identifier_type*": TEXT, "identifier*": TEXT}]}
SERVICE_ONE = {"id*": UUID, "organization_id": UUID, "name*": TEXT, "description": TEXT, "url": TEXT, "email": TEXT,
               "status*": re.compile("^(active|inactive|defunct|temporarily closed)$"), "application_process": TEXT,
               "fees_description": TEXT, "minimum_age": NUMBER, "maximum_age": NUMBER, "assured_date": DAY,
               "licenses": TEXT, "last_modified": re.compile(r"^\d{4}-\d\d-\d\dT00:00:00\+00:00$"),
               "organization": ORGANIZATION_ONE}
SERVICE = {**SERVICE_ONE, "phones": [PHONE], "contacts": [CONTACT], "schedules": [SCHEDULE], "attributes": [ATTRIBUTE],
           "service_areas": [{"id*": UUID, "name": TEXT}],
           "languages": [{"id*": UUID, "code": TEXT, "name": TEXT}],
           "cost_options": [{"id*": UUID, "amount": NUMBER, "currency": re.compile("^EUR$"), "option": TEXT}],
           "service_at_locations": [{"id*": UUID, "service_id": UUID, "location_id": UUID, "location": LOCATION}]}
PAGE = {"total_items*": int, "total_pages*": int, "page_number*": int, "size*": int, "first_page*": bool,
        "last_page*": bool, "empty*": bool, "contents*": list}


def faults(value, form, path=""):
    """What of the value is not of its form."""
    if isinstance(form, list):
        return [fault for i, item in enumerate(value) for fault in faults(item, form[0], f"{path}[{i}]")]
    if isinstance(form, re.Pattern):
        return [] if isinstance(value, str) and form.match(value) else [f"{path}: {value!r}"]
    if not isinstance(form, dict):
        return [] if isinstance(value, form) else [f"{path}: {value!r}"]
    found = [f"{path}.{name[:-1]} is missing" for name in form if name.endswith("*") and name[:-1] not in value]
    known = {name.rstrip("*"): of for name, of in form.items()}
    for name, item in value.items():
        found += faults(item, known[name], f"{path}.{name}") if name in known else [f"{path}.{name} is none"]
    return found


def records(index):
    return {record["id"]: record for record in map(json.loads, indexer("export", "--index", index).splitlines())}


def setUpModule():
    global daemon, index, own
    index = fresh_dir("hsds")
    indexer("run", "--quiet", "--index", index, "--now", harness.NOW, *sorted(glob.glob(f"{ROOT}/corpus/*.jsonl")))
    own = records(index)
    daemon = Daemon(index)
    daemon.wait_for(lambda: daemon.get(BASE + "/services").status == 200)


def tearDownModule():
    daemon.stop()


def get(path, status=200):
    answer = daemon.get(BASE + path)
    assert answer.status == status, (path, answer.status, answer.body)
    return answer.json()


def everything(kind, more="full=true"):
    page, found = 1, []
    while True:
        answer = get(f"/{kind}?{more}&per_page=100&page={page}")
        found += answer["contents"]
        if answer["last_page"]:
            return found
        page += 1


class Form(unittest.TestCase):
    def test_all_that_is_served_is_of_the_form(self):
        for kind, one, whole in (("services", SERVICE_ONE, SERVICE), ("organizations", ORGANIZATION_ONE, ORGANIZATION)):
            for more, form in (("full=true", whole), ("full=false", one)):
                found = everything(kind, more)
                self.assertGreater(len(found), 50)
                self.assertEqual([fault for item in found for fault in faults(item, form)][:5], [])
                self.assertEqual(len({item["id"] for item in found}), len(found))

    def test_the_interface_says_what_it_is(self):
        self.assertEqual(get("/")["version"], "3.0")
        self.assertEqual(get(""), get("/"))
        self.assertIn("openreferral", get("/")["profile"])

    def test_pages_add_up(self):
        whole = [item["id"] for item in everything("services")]
        first = get("/services?per_page=7")
        self.assertEqual(faults(first, PAGE), [])
        self.assertEqual((first["total_items"], first["size"], first["first_page"], first["last_page"], first["empty"]),
                         (len(whole), 7, True, False, False))
        self.assertEqual(first["total_pages"], (len(whole) + 6) // 7)
        seen = [item["id"] for page in range(1, first["total_pages"] + 1)
                for item in get(f"/services?per_page=7&page={page}")["contents"]]
        self.assertEqual(seen, whole)
        beyond = get("/services?page=1000")
        self.assertEqual((beyond["size"], beyond["empty"], beyond["contents"]), (0, True, []))

    def test_each_is_found_by_its_id(self):
        for kind in ("services", "organizations"):
            for item in everything(kind)[::25]:
                self.assertEqual(get(f"/{kind}/{item['id']}"), item)
                self.assertEqual(get(f"/{kind}/{item['id'].upper()}"), item)
        for wrong in ("x", "00000000-0000-4000-8000-000000000000", everything("organizations")[0]["id"]):
            self.assertEqual(get("/services/" + wrong, 404)["code"], "notfound")

    def test_only_what_was_modified_since(self):
        every = everything("services")
        since = "2026-10-01"
        wanted = {item["id"] for item in every if item.get("last_modified", "") >= since}
        self.assertTrue(0 < len(wanted) < len(every))
        for value in (since, since + "T10:00:00%2B02:00"):
            self.assertEqual({item["id"] for item in everything("services", "modified_after=" + value)}, wanted)

    def test_a_search_is_the_search(self):
        found = get("/services?search=jumppa&per_page=100")
        hits = daemon.get("/api/v1/search?q=jumppa&kind=activity&kind=event&kind=volunteer&per_page=100").json()
        self.assertEqual(found["total_items"], hits["totalHits"])
        self.assertEqual([item["name"] for item in found["contents"]], [hit["title"] for hit in hits["hits"]])

    def test_mistakes_are_told(self):
        for query, parameter in (("page=0", "page"), ("per_page=101", "per_page"), ("per_page=x", "per_page"),
                                 ("modified_after=yesterday", "modified_after"), ("nonsense=1", "nonsense"),
                                 ("taxonomy_id=1", "taxonomy_id"), ("format=csv", "format"), ("full=yes", "full"),
                                 ("full_service=2", "full_service"),
                                 ("search=a&modified_after=2026-01-01", "modified_after")):
            problem = get("/services?" + query, 400)
            self.assertEqual([error["parameter"] for error in problem["errors"]], [parameter], query)

    def test_unchanged_lists_are_304(self):
        for path in ("/services?page=2", "/services/" + everything("services")[0]["id"]):
            answer = daemon.get(BASE + path)
            self.assertEqual(answer["Access-Control-Allow-Origin"], "*")
            again = daemon.get(BASE + path, {"If-None-Match": answer["ETag"]})
            self.assertEqual((again.status, again.raw_body), (304, b""))
            self.assertNotEqual(daemon.get(BASE + "/services?page=3")["ETag"], answer["ETag"])

    def test_any_answer_is_unchanged_and_an_error_is_an_error(self):
        star = {"If-None-Match": "*"}
        known = daemon.get(BASE + "/services?page=2")["ETag"]
        for path, status in (("/services?page=2", 304), ("/services?search=%FF", 400),
                             ("/services?search=" + "+".join(f"sana{i}" for i in range(40)), 400),
                             ("/services/00000000-0000-4000-8000-000000000000", 404)):
            answer = daemon.get(BASE + path, star)
            self.assertEqual((answer.status, answer["ETag"]), (status, known if status == 304 else None), path)
            self.assertEqual(answer.raw_body == b"", status == 304, path)


class Making(unittest.TestCase):
    def test_the_list_is_made_for_who_asks_and_not_before(self):
        with Daemon() as one:
            time.sleep(2)  # a look of the watcher and more
            first = one.get(BASE + "/services")
            self.assertEqual((first.status, first["retry-after"] is not None), (503, True))
            self.assertEqual(one.get(BASE + "/services?page=2", {"If-None-Match": "*"}).status, 503)
            one.wait_for(lambda: one.get(BASE + "/services").status == 200)


class Content(unittest.TestCase):
    maxDiff = None

    def test_ids_stay_and_those_of_hsds_are_kept(self):
        other = fresh_dir("hsds-other")
        uuid = "829e5f39-ce4d-525a-a3fa-79f9b3cc09db"
        records_file = os.path.join(fresh_dir("records"), "a.jsonl")
        with open(harness.RECORDS) as fixture, open(records_file, "w") as out:
            out.write(fixture.read().replace('"kerho-jumppa"', f'"hsds:{uuid}"'))
        publish(other, records_file)
        with Daemon(other) as second, Daemon() as first:
            first.wait_for(lambda: first.get(BASE + "/services").status == 200)
            second.wait_for(lambda: second.get(BASE + "/services").status == 200)
            ids = [{item["name"]: item["id"] for item in one.get(BASE + "/services").json()["contents"]}
                   for one in (first, second)]
        self.assertEqual(ids[1].pop("Tuolijumppa"), uuid)
        ids[0].pop("Tuolijumppa")
        self.assertEqual(ids[0], ids[1])

    def test_what_a_record_withholds_is_not_served(self):
        hidden = fresh_dir("hsds-hidden")
        file = os.path.join(fresh_dir("records"), "a.jsonl")
        with open(harness.RECORDS) as fixture, open(file, "w") as out:
            for line in fixture:
                record = json.loads(line)
                for contact in record.get("contact", []):
                    contact["public"] = ["email", "title"]
                out.write(json.dumps(record) + "\n")
        publish(hidden, file)
        with Daemon(hidden) as one:
            one.wait_for(lambda: one.get(BASE + "/organizations").status == 200)
            body = one.get(BASE + "/organizations?full=true").body
        self.assertIn("aino.esimerkki@kerho.example.org", body)
        self.assertNotIn("Aino", body)
        self.assertNotIn("000 0001", body)

    def test_a_list_that_could_not_be_made_is_made_when_it_can_be(self):
        damaged = fresh_dir("hsds-damaged")
        indexer("run", "--quiet", "--index", damaged, "--now", harness.NOW, *sorted(glob.glob(f"{ROOT}/corpus/*.jsonl")))
        file, = glob.glob(damaged + "/**/records", recursive=True)
        with open(file, "r+b") as records_file:
            records_file.seek(os.path.getsize(file) // 2)  # the first and the last are looked at by the daemon
            whole = records_file.read(2000)
            records_file.seek(-len(whole), os.SEEK_CUR)
            records_file.write(bytes(len(whole)))
            records_file.flush()
            with Daemon(damaged) as one:
                one.wait_for(lambda: one.get(BASE + "/services") and "event=hsds-failed" in one.log)
                answer = one.get(BASE + "/services")
                self.assertEqual((answer.status, answer["Retry-After"]), (503, "5"))
                records_file.seek(-len(whole), os.SEEK_CUR)
                records_file.write(whole)
                records_file.flush()
                one.wait_for(lambda: one.get(BASE + "/services").status == 200)
                self.assertEqual(one.log.count("event=hsds-failed"), 1)

    def test_a_keys_filter_holds_here_too(self):
        file = os.path.join(fresh_dir("keys"), "keys.jsonl")
        key, line = make_key("one")
        with open(file, "w") as out:
            out.write(json.dumps({**line, "filter": "area=491"}) + "\n")
        with Daemon(index, keys=file) as one:
            one.wait_for(lambda: one.get(BASE + "/services").status == 200)
            every = one.get(BASE + "/services").json()["total_items"]
            bound = one.get(BASE + "/services?per_page=100", bearer(key)).json()
            self.assertTrue(0 < bound["total_items"] < every)
            outside = next(item["id"] for item in everything("services")
                           if item["id"] not in {inside["id"] for inside in bound["contents"]})
            self.assertEqual(one.get(f"{BASE}/services/{outside}").status, 200)
            self.assertEqual(one.get(f"{BASE}/services/{outside}", bearer(key)).status, 404)

    def test_what_is_served_comes_back_the_same(self):
        """Titles, areas, times, ages, prices, places: through the importer."""
        folder = fresh_dir("served")
        for kind in ("services", "organizations"):
            with open(os.path.join(folder, kind + ".json"), "w") as out:
                json.dump(everything(kind), out)
        again = fresh_dir("hsds-again")
        indexer("run", "--quiet", "--index", again, "--now", harness.NOW, f"{folder}/services.json",
                f"{folder}/organizations.json")
        back = {record["texts"][lang]["title"] + record.get("modified", ""): record for record in records(again).values()
                for lang in record["texts"]}
        count, differs = 0, []
        for record in own.values():
            texts = record["texts"].get("fi") or record["texts"].get("sv") or record["texts"]["en"]
            if record["kind"] not in ("activity", "volunteer") or texts["title"] + record.get("modified", "") not in back:
                continue
            got = back[texts["title"] + record.get("modified", "")]
            count += 1
            pairs = [(record.get(name), got.get(name)) for name in ("age_min", "age_max", "verified_at")]
            pairs.append((record.get("area"), got.get("area")))
            price = record.get("price", {})
            if price.get("free") or price.get("amount"):  # "it costs something" cannot be said in HSDS
                pairs.append((price["free"], got.get("price", {}).get("free")))
            pairs.append((times(record), times(got)))
            pairs.append(([place.get("municipality") for place in record.get("place", [])],
                          [place.get("municipality") for place in got.get("place", [])]))
            differs += [(record["id"], a, b) for a, b in pairs if a != b]
        self.assertGreater(count, 150)
        self.assertEqual(differs[:10], [], f"{len(differs)} of {count} records")


def times(record):
    return sorted(((sorted(rule.get("weekday", [])), rule.get("from"), rule.get("to"), rule.get("valid_from"),
                    rule.get("valid_to"), rule.get("every", 1), [str(nth) for nth in rule.get("nth", [])])
                   for rule in record.get("schedule", []) if rule.get("weekday")), key=str)


class Export(unittest.TestCase):
    def test_each_record_of_an_export_has_its_sources_licence(self):
        folder = fresh_dir("export")
        with open(os.path.join(folder, "opastin.conf"), "w") as conf:
            conf.write(f"[index]\npath = {folder}/index\n[source kerho]\npath = {harness.RECORDS}\nlicence = CC-BY-4.0\n"
                       "max_age_days = 0\n")
        subprocess.run([os.path.join(harness.BUILD, "opastin-indexer"), "run", "--quiet", "--config",
                        f"{folder}/opastin.conf"], check=True, capture_output=True)
        lines = [json.loads(line) for line in indexer("export", "--index", f"{folder}/index").splitlines()]
        self.assertEqual(len(lines), 8)
        self.assertEqual({line["licence"] for line in lines}, {"CC-BY-4.0"})
        with Daemon(f"{folder}/index", today=None) as one:
            one.wait_for(lambda: one.get(BASE + "/services").status == 200)
            licences = {item.get("licenses") for item in one.get(BASE + "/services").json()["contents"]}
        self.assertEqual(licences, {"CC-BY-4.0"})
