#!/usr/bin/env python3
"""schema/vocab/neighbour.tsv from the municipalities' polygons: which of them share a border.

usage: neighbours.py MUNICIPALITIES.geojson >schema/vocab/neighbour.tsv

Polygons that have a point in common are neighbours; the file's polygons share their points.  A municipality of which no
other one has a point gets the two whose centres (schema/vocab/area.tsv) are nearest, and they get it."""
import json
import math
import sys


def rings(geometry):
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


def centres(path):
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    columns = {name: i for i, name in enumerate(rows[0])}
    return {row[0]: (float(row[columns["lat"]]), float(row[columns["lon"]]))
            for row in rows[1:] if row[columns["type"]] == "municipality"}


def distance(a, b):
    (lat1, lon1), (lat2, lon2) = [[math.radians(x) for x in point] for point in (a, b)]
    return math.acos(min(1, math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(lon1 - lon2)))


def main(path):
    with open(path, encoding="utf-8") as file:
        features = json.load(file)["features"]
    having = {}
    for feature in features:
        for ring in rings(feature["geometry"]):
            for point in ring:
                having.setdefault(tuple(point), set()).add(feature["properties"]["code"])
    places = centres("schema/vocab/area.tsv")
    near = {code: set() for code in places}
    for codes in having.values():
        for code in codes:
            near[code] |= codes - {code}
    for code in [code for code in near if not near[code]]:
        others = sorted((distance(places[code], at), other) for other, at in places.items() if other != code)
        for _, other in others[:2]:
            near[code].add(other)
            near[other].add(code)
    print("code\tneighbours")
    for code in sorted(near):
        print(code, "|".join(sorted(near[code])), sep="\t")


if __name__ == "__main__":
    main(sys.argv[1])
