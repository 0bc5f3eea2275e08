"""InstantSearch: what algoliasearch-helper asks is answered as it expects, with the numbers of /api/v1/search.

OPASTIN_SEED: of the random choices; one and the same unless it is given."""
import glob
import json
import math
import os
import random
import re
import unittest
from urllib.parse import parse_qs, urlencode

import harness
from harness import Daemon

PATH = "/api/v1/instantsearch"
CORPUS = os.path.join(harness.HERE, "..", "..", "corpus")
SEED = int(os.environ.get("OPASTIN_SEED") or 1)
MIKKELI = "area.lvl1:Etelä-Savo > Mikkeli"
LISTED = "audience area theme kind language free form accessible threshold weekday time".split()
HOSTILE = {"id": "merkkeja", "kind": "activity", "audience": ["kaikille-avoin"], "theme": ["vertaistuki"],
           "area": {"scope": "municipality", "codes": ["491"]}, "modified": "2026-05-01",
           "texts": {"fi": {"title": "Sulkumerkkipiiri & muut", "summary": "Sulkumerkkipiiri: 3 < 5 & 7 > 6."}}}
# As algoliasearch-helper asks when a theme and an area at its second level are chosen.
FOUR = [
    {"facets": ["area.lvl0", "area.lvl1", "theme"], "facetFilters": [["theme:Kulttuuri"], [MIKKELI]], "hitsPerPage": 20},
    {"facets": ["area.lvl0", "area.lvl1"], "facetFilters": [["theme:Kulttuuri"], ["area.lvl0:Etelä-Savo"]],
     "analytics": False, "clickAnalytics": False, "hitsPerPage": 0, "page": 0},
    {"facets": "theme", "facetFilters": [[MIKKELI]], "analytics": False, "hitsPerPage": 0, "page": 0},
    {"facets": "area.lvl0", "facetFilters": [["theme:Kulttuuri"]], "analytics": False, "hitsPerPage": 0, "page": 0},
]


def setUpModule():
    global daemon, everything, entries
    index = harness.fresh_dir("instant")
    extra = os.path.join(harness.fresh_dir("records"), "hostile.jsonl")
    with open(extra, "w") as out:
        out.write(json.dumps(HOSTILE) + "\n")
    files = sorted(glob.glob(os.path.join(CORPUS, "*.jsonl")) + glob.glob(os.path.join(CORPUS, "*.csv")))
    harness.indexer("run", "--quiet", "--index", index, "--now", harness.NOW, *files, extra)
    daemon = Daemon(index, access_log=True)
    everything = all_hits({})
    names = {"free": "price", "accessible": "accessibility"}
    entries = {f: daemon.get(f"/api/v1/vocabularies/{names.get(f, f)}").json()["entries"] for f in LISTED}


def tearDownModule():
    daemon.stop()


def post(body, path=PATH, headers=None):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"POST {path} HTTP/1.1", "Host: test", "Connection: close", f"Content-Length: {len(data)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    with daemon.connect() as connection:
        connection.send("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
        return connection.answer()


def ask(*params, index="opastin", path=PATH):
    answer = post({"requests": [{"indexName": index, "params": p} for p in params]}, path)
    assert answer.status == 200, answer.body
    return answer.json()["results"]


def ask_one(params, **options):
    return ask(params, **options)[0]


def api(**params):
    pairs = [(name, value) for name, values in params.items()
             for value in (values if isinstance(values, list) else [values])]
    answer = daemon.get("/api/v1/search?" + urlencode(pairs))
    assert answer.status == 200, (pairs, answer.body)
    return answer.json()


def all_hits(params):
    hits, page, pages = [], 0, 1
    while page < pages:
        result = ask_one({**params, "hitsPerPage": 100, "page": page})
        hits, page, pages = hits + result["hits"], page + 1, result["nbPages"]
    return hits


def ids(result):
    return [hit["objectID"] for hit in result["hits"]]


def buckets(facet):
    """Of an answer of the API: count by code, tree or not, of what has hits."""
    found = {}

    def walk(some):
        for bucket in some:
            if bucket["count"]:
                found[bucket["value"]] = bucket["count"]
            walk(bucket.get("children", []))
    walk(facet["buckets"])
    return found


def shown(facet, code, lang="fi"):
    entry = next(e for e in entries[facet] if e["code"] == code)
    return entry["label"][lang] + (f" ({code})" if code == "wellbeing-91" else "")


def level(facet, code):
    """The level of a value in its tree and how it is shown there."""
    entry = next(e for e in entries[facet] if e["code"] == code)
    if entry.get("type") == "wellbeing":
        return None, None
    above = entry.get("broader")
    return (1, f"{shown(facet, above)} > {shown(facet, code)}") if above else (0, shown(facet, code))


def without(result, *names):
    return {name: value for name, value in result.items() if name not in ("processingTimeMS", "params", *names)}


class Contract(unittest.TestCase):
    def test_the_four_queries_of_a_theme_and_an_area(self):
        hits, parent, themes, root = ask(*FOUR)
        whole = api(theme="kulttuuri", area="491")
        self.assertEqual(ids(hits), [hit["id"] for hit in whole["hits"]])
        self.assertEqual(hits["nbHits"], whole["totalHits"])
        self.assertGreater(hits["nbHits"], 3)
        self.assertEqual(hits["facets"]["theme"]["Kulttuuri"], hits["nbHits"])
        self.assertEqual(hits["facets"]["area.lvl1"]["Etelä-Savo > Mikkeli"], hits["nbHits"])
        self.assertEqual(themes["facets"], {"theme": {shown("theme", code): count for code, count
                                                      in buckets(whole["facets"]["theme"]).items()}})
        areas = buckets(whole["facets"]["area"])
        self.assertEqual(root["facets"], {"area.lvl0": {shown("area", code): count for code, count in areas.items()
                                                        if level("area", code)[0] == 0}})
        self.assertEqual({name: count for name, count in parent["facets"]["area.lvl1"].items()
                          if name.startswith("Etelä-Savo > ")},
                         {level("area", code)[1]: count for code, count in areas.items()
                          if (level("area", code)[1] or "").startswith("Etelä-Savo > ")})
        self.assertEqual([r["nbHits"] for r in (parent, themes, root)],
                         [api(theme="kulttuuri", area="region-10")["totalHits"], api(area="491")["totalHits"],
                          api(theme="kulttuuri")["totalHits"]])
        self.assertEqual([r["hits"] for r in (parent, themes, root)], [[], [], []])

    def test_together_is_as_one_by_one(self):
        for query in ("", "kerho", "ryhmä", "tuki"):
            asked = [{**params, "query": query} for params in FOUR]
            if ask_one(asked[0])["nbHits"] < 10 and query:
                continue  # with few hits words may be missing, and all four look at what then matches
            together = [without(r) for r in ask(*asked)]
            self.assertEqual(together, [without(ask_one(params)) for params in asked], query)
            self.assertEqual([without(r) for r in ask(*asked[::-1])], together[::-1], "in any order")

    def test_every_result_has_what_widgets_look_for(self):
        for params in ({}, {"hitsPerPage": 0}, {"query": "xyzzyxyzzy", "facets": "*"}, {"page": 10 ** 9}):
            result = ask_one(params)
            for name, kind in {"hits": list, "nbHits": int, "page": int, "nbPages": int, "hitsPerPage": int,
                               "exhaustiveFacetsCount": bool, "exhaustiveNbHits": bool, "processingTimeMS": int,
                               "query": str, "params": str, "index": str}.items():
                self.assertIsInstance(result.get(name), kind, (params, name))
        result = ask_one({"query": "kerho & kuoro", "facets": ["theme"], "hitsPerPage": 3, "page": 1}, index="opastin_name")
        self.assertEqual(parse_qs(result["params"]), {"query": ["kerho & kuoro"], "facets": ['["theme"]'],
                                                      "hitsPerPage": ["3"], "page": ["1"]})
        self.assertEqual((result["index"], result["page"], result["hitsPerPage"]), ("opastin_name", 1, 3))
        self.assertEqual(result["nbPages"], math.ceil(result["nbHits"] / 3))

    def test_unknown_parameters_are_ignored(self):
        known = {"query": "kerho", "facets": ["theme"]}
        odd = {"clickAnalytics": True, "userToken": "a", "tagFilters": [["x"]], "analyticsTags": ["b"], "colour": {"a": 1},
               "getRankingInfo": True, "aroundLatLngViaIP": False, "ruleContexts": [], "optionalFilters": ["theme:x"],
               "distinct": 2, "typoTolerance": "strict", "facetingAfterDistinct": None}
        self.assertEqual(without(ask_one({**known, **odd})), without(ask_one(known)))
        self.assertEqual(ask_one({"facets": ["colour", "theme"]})["facets"].keys(), {"theme"})


class Numbers(unittest.TestCase):
    def test_random_choices_count_as_the_api_does(self):
        chance = random.Random(SEED)
        queries = ["", "", "kerho", "vertaistuki", "liikunta ikäihmisille", "kahvila", "musiikki", "eläkeläiset", "jumppa",
                   "xyzzy", "nuorten ryhmä"]
        for _ in range(80):
            q = chance.choice(queries)
            facets = chance.sample([f for f in LISTED if f != "kind"], chance.randrange(4))
            chosen = {}
            for facet in facets:
                some = [e["code"] for e in entries[facet]]
                common = [code for code in some if any(shown(facet, code) in hit["labels"].get(facet, [])
                                                       for hit in everything[:200])]
                chosen[facet] = chance.sample(common or some, min(len(common or some), chance.choice((1, 1, 2, 3))))

            age = chance.choice((None, None, 7, 30, 70))

            def params(left_out=None):
                return {"query": q, "numericFilters": [] if age is None else [f"age={age}"], "facetFilters": [[f"{facet}:{shown(facet, code)}" for code in codes]
                                                     for facet, codes in chosen.items() if facet != left_out]}
            lead = {**params(), "facets": LISTED, "maxValuesPerFacet": 1000}
            sides = [{**params(facet), "facets": facet, "hitsPerPage": 0, "maxValuesPerFacet": 1000} for facet in chosen]
            results = ask(lead, *sides)
            whole = api(q=q, **chosen, **({} if age is None else {"age": age}))
            said = (SEED, q, chosen, age)
            self.assertEqual(ids(results[0]), [hit["id"] for hit in whole["hits"]], said)
            self.assertEqual(results[0]["nbHits"], whole["totalHits"], said)
            for facet, result in zip(chosen, results[1:]):
                counts = dict(result["facets"][facet])
                for name, count in results[0]["facets"][facet].items():  # as the helper joins the two
                    counts[name] = max(count, counts.get(name, 0))
                self.assertEqual(counts, {shown(facet, code): count for code, count
                                          in buckets(whole["facets"][facet]).items()}, (facet, said))
            for facet in set(LISTED) - set(chosen):
                if facet in ("weekday", "time") and {"weekday", "time"} & set(chosen):
                    continue  # the API counts one under the other's choice alone, hits have both
                self.assertEqual(results[0]["facets"][facet], {shown(facet, code): count for code, count
                                                               in buckets(whole["facets"][facet]).items()}, (facet, said))

    def test_a_facet_with_its_own_filter_counts_its_hits(self):
        result = ask_one({"facetFilters": [["theme:Kulttuuri"]], "facets": ["theme"], "maxValuesPerFacet": 1000})
        hits = all_hits({"facetFilters": [["theme:Kulttuuri"]]})
        counts = {}
        for hit in hits:
            for name in hit["labels"]["theme"]:
                counts[name] = counts.get(name, 0) + 1
        self.assertEqual(result["facets"]["theme"], counts)

    def test_and_or_not_across_facets(self):
        def having(facet, name):
            return {hit["objectID"] for hit in everything if name in hit["labels"].get(facet, [])}
        every = {hit["objectID"] for hit in everything}
        culture, music = having("theme", "Kulttuuri"), having("theme", "Musiikki")
        free, older = having("free", "Maksuton"), having("audience", "Ikäihmiset")
        exercise = having("theme", "Liikunta")
        for filters, expected in [
                (["theme:Kulttuuri", "theme:Musiikki"], culture & music),
                (["theme:Kulttuuri", "theme:Liikunta"], culture & exercise),
                (["theme:-Kulttuuri"], every - culture),
                (["theme:-Kulttuuri", "theme:-Liikunta", "free:Maksuton"], free - culture - exercise),
                ([["theme:Kulttuuri", "audience:Ikäihmiset"]], culture | older),
                ([["theme:Kulttuuri", "audience:-Ikäihmiset"], ["free:true"]], (culture | (every - older)) & free),
                (["theme:Kulttuuri", ["theme:Musiikki", "theme:Liikunta"]], culture & (music | exercise)),
                (["theme:Ei ole"], set()), ([["theme:Ei ole", "theme:Musiikki"]], music), (["theme:-Ei ole"], every)]:
            found = {hit["objectID"] for hit in all_hits({"facetFilters": filters})}
            self.assertTrue(expected or "Ei ole" in str(filters), filters)
            self.assertEqual(found, expected, filters)

    def test_ages(self):
        ages = {hit["objectID"]: (hit.get("ageMin", 0), hit.get("ageMax", 120)) for hit in everything
                if "ageMin" in hit or "ageMax" in hit}
        self.assertGreater(len(ages), 50)
        for filters, meets in [
                (["age_min<=18"], lambda low, high: low <= 18), (["age_min<18"], lambda low, high: low < 18),
                (["age_max>=65", "age_min>=60"], lambda low, high: high >= 65 and low >= 60),
                (["age=70"], lambda low, high: low <= 70 <= high), ("age:10 TO 12", lambda low, high: low <= 12 and high >= 10),
                ([["age_min=7", "age_min=18"]], lambda low, high: low in (7, 18)),
                (["age>30"], lambda low, high: high > 30), (["age_min>=0"], lambda low, high: True)]:
            found = {hit["objectID"] for hit in all_hits({"numericFilters": filters})}
            self.assertEqual(found, {i for i, (low, high) in ages.items() if meets(low, high)}, filters)
        self.assertEqual(ask_one({"numericFilters": ["age=70"]})["nbHits"], api(age=70)["totalHits"])
        result = ask_one({"facets": ["age_min", "age_max", "age"], "maxValuesPerFacet": 1000})
        lows = [low for low, _ in ages.values()]
        self.assertEqual(result["facets"]["age_min"], {str(age): lows.count(age) for age in set(lows)})
        stats = result["facets_stats"]["age_min"]
        self.assertEqual((stats["min"], stats["max"], stats["sum"]), (min(lows), max(lows), sum(lows)))
        self.assertAlmostEqual(stats["avg"], sum(lows) / len(lows), 2)
        self.assertEqual(result["facets"]["age"]["70"], api(age=70)["totalHits"])
        self.assertEqual(result["facets_stats"]["age_max"]["max"], max(high for _, high in ages.values()))
        none = ask_one({"facets": ["age_min"], "facetFilters": ["theme:Ei ole"]})
        self.assertEqual((none["facets"], none["facets_stats"]), ({"age_min": {}}, {}))

    def test_places(self):
        near = ask_one({"aroundLatLng": "61.6886,27.2723", "aroundRadius": 3000, "hitsPerPage": 100})
        self.assertGreater(near["nbHits"], 10)
        distances = [hit["distanceKm"] for hit in near["hits"]]
        self.assertEqual(distances, sorted(distances))
        self.assertLessEqual(max(distances), 3)

        def km(hit):
            return min(2 * 6371.0088 * math.asin(math.sqrt(
                math.sin(math.radians(p["lat"] - 61.6886) / 2) ** 2 + math.cos(math.radians(61.6886)) *
                math.cos(math.radians(p["lat"])) * math.sin(math.radians(p["lng"] - 27.2723) / 2) ** 2))
                for p in hit["_geoloc"])
        for hit in near["hits"]:
            if hit["distanceFrom"] == "place":
                self.assertAlmostEqual(hit["distanceKm"], km(hit), delta=0.06)
        placed = {hit["objectID"]: hit["_geoloc"] for hit in everything if "_geoloc" in hit}
        for box in ("61.6,27.1,61.8,27.4", "61.8,27.4,61.6,27.1", [[61.6, 27.1, 61.8, 27.4]]):
            found = {hit["objectID"] for hit in all_hits({"insideBoundingBox": box})}
            self.assertEqual(found, {i for i, places in placed.items()
                                     if any(61.6 <= p["lat"] <= 61.8 and 27.1 <= p["lng"] <= 27.4 for p in places)})
        kerho = {"query": "kerho", "aroundLatLng": "61.6886,27.2723"}
        self.assertEqual(ids(ask_one(kerho, index="opastin_distance")),
                         ids(ask_one({**kerho, "aroundRadius": "all"}, index="opastin_distance")))
        self.assertEqual(ask_one(kerho)["nbHits"], ask_one({"query": "kerho"})["nbHits"])

    def test_orders(self):
        for index, sort in [("opastin", "relevance"), ("opastin_next", "next"), ("opastin_newest", "newest"),
                            ("opastin_name", "name"), ("opastin_sv_name", "name")]:
            self.assertEqual(ids(ask_one({"query": "kerho"}, index=index)),
                             [hit["id"] for hit in api(q="kerho", sort=sort)["hits"]])
        result = ask_one({"query": "kerho"}, index="opastin_distance")
        self.assertEqual(ids(result), ids(ask_one({"query": "kerho"})))
        self.assertIn("aroundLatLng", result["message"])


class Shown(unittest.TestCase):
    def test_facets_as_text_list_and_star(self):
        one = ask_one({"facets": "theme"})["facets"]
        self.assertEqual(one, ask_one({"facets": ["theme"]})["facets"])
        star = ask_one({"facets": ["*"]})
        self.assertLess({*LISTED, "area.lvl0", "area.lvl1", "theme.lvl0", "audience.lvl1", "age_min"}, star["facets"].keys())
        self.assertEqual(star["facets"]["theme"], one["theme"])
        self.assertEqual(star["facets"]["area.lvl2"], {})
        self.assertNotIn("facets", ask_one({}))

    def test_how_many_values_in_which_order(self):
        counted = list(ask_one({"facets": "theme"})["facets"]["theme"].values())
        self.assertEqual(counted, sorted(counted, reverse=True))
        self.assertEqual(len(ask_one({"facets": "theme", "maxValuesPerFacet": 3})["facets"]["theme"]), 3)
        named = list(ask_one({"facets": "kind", "sortFacetValuesBy": "alpha"})["facets"]["kind"])
        self.assertEqual(named, sorted(named))

    def test_labels_and_filters_in_each_language(self):
        for lang, name in (("fi", "Kulttuuri"), ("sv", "Kultur"), ("en", "Culture")):
            for index, path in ((f"opastin_{lang}", PATH), ("opastin", f"{PATH}?lang={lang}")):
                result = ask_one({"facets": ["theme.lvl0"], "facetFilters": [f"theme.lvl0:{name}"]}, index=index, path=path)
                self.assertEqual(result["facets"]["theme.lvl0"][name], result["nbHits"])
                self.assertEqual(result["nbHits"], api(theme="kulttuuri")["totalHits"])
        for value in ("kulttuuri", "Kultur", "KULTTUURI"):
            self.assertEqual(ask_one({"facetFilters": [f"theme:{value}"]})["nbHits"], api(theme="kulttuuri")["totalHits"])

    def test_members_of_hits(self):
        plain = ask_one({"query": "kerho"})["hits"][0]
        self.assertEqual(plain["objectID"], plain["id"])
        self.assertNotIn("why", plain)
        card = api(q="kerho")["hits"][0]
        self.assertEqual({m: plain[m] for m in card if m not in ("why", "snippet")},
                         {m: card[m] for m in card if m not in ("why", "snippet")})
        always = {"objectID", "_highlightResult", "_snippetResult"}
        for retrieve, members in ((["title"], {"title"}), ("title,id", {"title", "id"}), ([], set()),
                                  (["labels"], {"labels"}), (["title", "colour"], {"title"})):
            hit = ask_one({"query": "kerho", "attributesToRetrieve": retrieve})["hits"][0]
            self.assertEqual(hit.keys() - {"_geoloc"}, always | members, retrieve)
        less = ask_one({"query": "kerho", "attributesToRetrieve": ["-title", "-labels"]})["hits"][0]
        self.assertEqual(less.keys(), plain.keys() - {"title", "labels"})

    def test_what_matched_is_marked(self):
        tags = {"highlightPreTag": "__a__", "highlightPostTag": "__/a__"}
        for hit in ask_one({"query": "kerho", "hitsPerPage": 100, **tags})["hits"]:
            for name, marked in hit["_highlightResult"].items():
                self.assertEqual(re.sub("__/?a__", "", marked["value"]), hit[name])
                found = re.findall("__a__(.*?)__/a__", marked["value"])
                self.assertEqual(marked["matchLevel"], "full" if found else "none")
                self.assertEqual(marked["matchedWords"], ["kerho"] if found else [])
        first = ask_one({"query": "kerho", **tags})["hits"][0]["_highlightResult"]["title"]
        self.assertRegex(first["value"].lower(), "__a__.*kerho.*__/a__")
        two = [hit["_highlightResult"]["title"] for hit in ask_one({"query": "kerho kahvila", "hitsPerPage": 100})["hits"]]
        self.assertIn("partial", {marked["matchLevel"] for marked in two})
        self.assertEqual(ask_one({"query": "kerho", "attributesToHighlight": ["summary"]})["hits"][0]
                         ["_highlightResult"].keys(), {"summary"})

    def test_html_around_marks_is_html_and_else_is_not(self):
        title = "Sulkumerkkipiiri & muut"
        for tags, expected in (({}, "<em>Sulkumerkkipiiri</em> &amp; muut"),
                               ({"highlightPreTag": "<mark>", "highlightPostTag": "</mark>"},
                                "<mark>Sulkumerkkipiiri</mark> &amp; muut"),
                               ({"highlightPreTag": "[", "highlightPostTag": "]"}, "[Sulkumerkkipiiri] & muut")):
            hit = ask_one({"query": "sulkumerkkipiiri", **tags})["hits"][0]
            self.assertEqual((hit["objectID"], hit["title"]), ("merkkeja", title))
            self.assertEqual(hit["_highlightResult"]["title"]["value"], expected)
        self.assertEqual(ask_one({"query": "sulkumerkkipiiri", "highlightPreTag": "[", "highlightPostTag": "]"})["hits"][0]
                         ["_highlightResult"]["summary"]["value"], "[Sulkumerkkipiiri]: 3 < 5 & 7 > 6.")

    def test_snippets_are_as_long_as_asked(self):
        for words in (5, 10, 40):
            cut = 0
            for hit in ask_one({"query": "vertaistuki", "attributesToSnippet": [f"summary:{words}", "body"],
                                "snippetEllipsisText": "[...]", "hitsPerPage": 50})["hits"]:
                for name, limit in (("summary", words), ("body", 10)):
                    text = re.sub("</?em>", "", hit["_snippetResult"].get(name, {"value": ""})["value"])
                    self.assertLessEqual(len(text.replace("[...]", "").encode()), 9 * limit + 60)
                    cut += "[...]" in text
            self.assertGreater(cut, 5)

    def test_a_search_among_values(self):
        def search(facet, query, **params):
            answer = post({"requests": [{"type": "facet", "facet": facet, "indexName": "opastin",
                                         "params": {"facetQuery": query, **params}}]})
            self.assertEqual(answer.status, 200, answer.body)
            return answer.json()["results"][0]
        found = search("theme", "ku")
        self.assertTrue(found["exhaustiveFacetsCount"])
        whole = ask_one({"facets": "theme", "maxValuesPerFacet": 1000})["facets"]["theme"]
        expected = [name for name in whole if any(word.lower().startswith("ku") for word in re.split("[ (/-]", name))]
        self.assertEqual([hit["value"] for hit in found["facetHits"]], expected[:10])
        self.assertEqual(found["facetHits"][0], {"value": "Kulttuuri", "highlighted": "<em>Ku</em>lttuuri",
                                                 "count": whole["Kulttuuri"]})
        self.assertEqual(len(search("theme", "ku", maxFacetHits=2)["facetHits"]), 2)
        self.assertEqual([hit["value"] for hit in search("area.lvl1", "mikk")["facetHits"]], ["Etelä-Savo > Mikkeli"])
        self.assertEqual(len(search("theme", "")["facetHits"]), 10)
        self.assertEqual(search("theme", "xyzzy")["facetHits"], [])
        narrowed = search("theme", "kulttuuri", facetFilters=[[MIKKELI]])["facetHits"]
        self.assertEqual(narrowed[0]["count"], api(theme="kulttuuri", area="491")["totalHits"])


class Errors(unittest.TestCase):
    def refused(self, answer, status, *words):
        self.assertEqual(answer.status, status, answer.body)
        self.assertTrue(answer["Content-Type"].startswith("application/problem+json"))
        told = answer.json()
        self.assertEqual(told["status"], status)
        self.assertTrue(told["code"] and told["message"])
        for word in words:
            self.assertIn(word, told["message"])

    def test_errors_say_what_and_where(self):
        self.refused(post(b"{"), 400, "no JSON", "line 1")
        self.refused(post(b""), 400, "no JSON")
        self.refused(post(b'{"requests":[{"indexName":"\xff"}]}'), 400, "no JSON")
        self.refused(post({"requests": [{"indexName": "products"}]}), 404, "requests[0].indexName", "opastin")
        self.refused(post({"requests": [{"indexName": "opastin"}, {"indexName": "opastin", "params":
                                                                   {"facetFilters": ["colour:red"]}}]}),
                     400, "requests[1].facetFilters", "colour", "audience")
        self.refused(post({"requests": [{"indexName": "opastin", "params": {"filters": "theme:a"}}]}), 400, "filters")
        for query in ("?area=491", "?lang=de", "?colour=red", "?facets=", "?fields=id"):
            self.refused(post({"requests": [{"indexName": "opastin"}]}, PATH + query), 400)

    def test_limits_are_named(self):
        body = json.dumps({"requests": [{"indexName": "opastin", "params": {"hitsPerPage": 1}}]}).encode()
        self.assertEqual(post(body.ljust(32768)).status, 200)
        self.refused(post(body.ljust(32769)), 413, "32769", "32768")
        one = {"indexName": "opastin", "params": {"hitsPerPage": 0}}
        self.assertEqual(post({"requests": [one] * 20}).status, 200)
        self.refused(post({"requests": [one] * 21}), 400, "21 requests", "20")
        self.refused(post(b'{"requests":' + b"[" * 5000 + b"]" * 5000 + b"}"), 400, "12")
        self.refused(post({"requests": [{"indexName": "opastin", "params": {"query": "x" * 1001}}]}), 400, "1000")
        self.assertEqual(post({"requests": [{"indexName": "opastin", "params": {"query": "x" * 1000}}]}).status, 200)
        self.refused(post({"requests": [{"indexName": "opastin", "params": {"query": " ".join(f"sana{i}" for i in range(33))}}]}), 400, "words")

    def test_methods_and_preflight(self):
        for method in ("GET", "HEAD", "PUT"):
            answer = daemon.request(method, PATH)
            self.assertEqual((answer.status, answer["Allow"]), (405, "POST, OPTIONS"))
        answer = daemon.request("OPTIONS", PATH, {"Origin": "https://portal.example.org",
                                                  "Access-Control-Request-Method": "POST"})
        self.assertEqual((answer.status, answer["Access-Control-Allow-Methods"], answer["Access-Control-Allow-Origin"]),
                         (204, "POST, OPTIONS", "*"))
        self.assertIn("Content-Type", answer["Access-Control-Allow-Headers"])
        for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
            answer = post({"requests": [{"indexName": "opastin"}]}, headers={"Content-Type": kind})
            self.assertEqual((answer.status, answer["Access-Control-Allow-Origin"], answer["Cache-Control"]),
                             (200, "*", "no-store"))

    def test_a_body_in_pieces_is_whole_and_nothing_behind_it_is_a_request(self):
        body = json.dumps({"requests": [{"indexName": "opastin", "params": {"hitsPerPage": 1}}]})
        with daemon.connect() as connection:
            connection.send(f"POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n")
            for at in range(0, len(body), 7):
                connection.send(body[at:at + 7])
            connection.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertEqual(connection.answer().status, 200)
            self.assertTrue(connection.ended())

    def test_what_is_asked_is_not_logged(self):
        ask_one({"query": "salainenkysymys"})
        daemon.wait_for(lambda: PATH in daemon.log)
        self.assertNotIn("salainenkysymys", daemon.log)
        self.assertGreater(daemon.metric('opastin_requests_total{route="instantsearch",status="2xx"}'), 0)


if __name__ == "__main__":
    unittest.main()
