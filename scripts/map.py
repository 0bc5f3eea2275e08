#!/usr/bin/env python3
"""searchd/map_shapes.inc: Finland's wellbeing services counties and municipalities as SVG paths.

usage: map.py MUNICIPALITIES.geojson LAND.topojson >searchd/map_shapes.inc

MUNICIPALITIES: polygons that share the points of their borders (schema/vocab/SOURCES.md says where they come from); old
codes are put into what they were merged into (area_merge.tsv), counties are made of their municipalities (area.tsv).
LAND: the world's land, to show where the sea begins: municipal borders reach far into it.

Borders are cut where three shapes meet, and each piece is simplified and rounded once, for both of its sides: no gaps
appear.  Two levels: counties for the country, municipalities with finer lines for one county.  A level whose lines
cross is refused."""
import json
import math
import sys

KM_PER_UNIT = 0.4          # of the one coordinate system of all paths
MARGIN = 12                # around the country, units
EARTH_KM, MERIDIAN = 6371.0, 27.0  # a sphere will do; the meridian of ETRS-TM35FIN
COUNTY_TOLERANCE = 90.0    # units squared: the smallest triangle that a corner of a border makes
TOWN_TOLERANCE = 12.0
SEA_TOLERANCE, SEA_TOLERANCE_NEAR = 90.0, 16.0
ISLAND_LEAST, ISLAND_LEAST_NEAR = 90.0, 20.0  # units squared: smaller land is left out
LAND_WINDOW = (12.0, 56.0, 40.0, 73.0)  # lon, lat: land outside of it is not projected
NORTHERN_SHORE = (23.0, 66.0)  # lon, lat; the sea is shown south of it: what lies north of Finland is not Finland's
CAPITAL_WINDOW = (24.55, 60.00, 25.40, 60.42)  # lon, lat of two corners: what the enlarged piece of the map shows


def project(lon, lat):
    """Transverse Mercator, units; y grows southwards."""
    phi, lam = math.radians(lat), math.radians(lon - MERIDIAN)
    x = EARTH_KM * math.atanh(math.cos(phi) * math.sin(lam))
    y = EARTH_KM * math.atan2(math.tan(phi), math.cos(lam))
    return x / KM_PER_UNIT, -y / KM_PER_UNIT


def doubled_area(ring):
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1]))


# ---- reading --------------------------------------------------------------------------------------------------------

def table(path):
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def read_municipalities(path):
    """{code: [ring]}: outer rings turn one way, holes the other; points are lon, lat."""
    merged = {row["old_code"]: row["code"] for row in table("schema/vocab/area_merge.tsv")}
    with open(path, encoding="utf-8") as file:
        features = json.load(file)["features"]
    found = {}
    for feature in features:
        code = feature["properties"]["code"]
        code = merged.get(code, code)
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for polygon in polygons:
            for i, ring in enumerate(polygon):
                points = [tuple(p) for p, q in zip(ring, ring[1:]) if p != q]
                if (doubled_area(points) > 0) != (i == 0):
                    points.reverse()
                found.setdefault(code, []).append(points)
    return found


def clip(ring, axis, bound, keep_above):
    """Sutherland and Hodgman, one side of a rectangle."""
    inside = (lambda p: p[axis] >= bound) if keep_above else (lambda p: p[axis] <= bound)
    out = []
    for a, b in zip(ring[-1:] + ring[:-1], ring):
        if inside(a) != inside(b):
            t = (bound - a[axis]) / (b[axis] - a[axis])
            cut = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]
            cut[axis] = bound
            out.append(tuple(cut))
        if inside(b):
            out.append(b)
    return out


def clip_to(ring, box):
    for axis, bound, above in ((0, box[0], True), (1, box[1], True), (0, box[2], False), (1, box[3], False)):
        ring = clip(ring, axis, bound, above) if ring else ring
    return ring


def unwrapped(ring):
    """Without the jumps from 180 to -180 degrees: Asia goes on beyond."""
    out = ring[:1]
    for lon, lat in ring[1:]:
        out.append((lon - 360 * round((lon - out[-1][0]) / 360), lat))
    return out


def read_land(path):
    """Rings of land around Finland, projected."""
    with open(path, encoding="utf-8") as file:
        topology = json.load(file)
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
        arcs.append(points)
    rings = []
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for indexes in polygon:
                ring = []
                for i in indexes:
                    ring += (arcs[i] if i >= 0 else arcs[~i][::-1])[:-1]
                for turn in (-360, 0, 360):
                    piece = clip_to([(lon + turn, lat) for lon, lat in unwrapped(ring)], LAND_WINDOW)
                    if len(piece) > 2:
                        rings.append([project(*point) for point in piece])
    return rings


# ---- simplifying ----------------------------------------------------------------------------------------------------

def triangle(a, b, c):
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def simplify(line, tolerance, least=2):
    """Visvalingam and Whyatt: the corner that makes the smallest triangle goes first; ends stay."""
    line = list(line)
    while len(line) > least:
        area, at = min((triangle(*line[i - 1:i + 2]), i) for i in range(1, len(line) - 1))
        if area >= tolerance:
            break
        del line[at]
    return line


def rounded(line, origin):
    """Whole units; points that fell together or lie on the way are dropped."""
    out = []
    for point in line:
        point = round(point[0] - origin[0]), round(point[1] - origin[1])
        if out and out[-1] == point:
            continue
        if len(out) > 1 and triangle(out[-2], out[-1], point) == 0:
            out.pop()
        out.append(point)
    return out


# ---- topology -------------------------------------------------------------------------------------------------------

def dissolve(rings):
    """The outline of shapes that lie beside each other: what two of them share goes both ways, and falls out."""
    edges = {}
    for ring in rings:
        for a, b in zip(ring, ring[1:] + ring[:1]):
            if b in edges.get(a, []) or a == b:
                raise ValueError(f"two shapes lie on the same side of {a} - {b}")
            if a in edges.get(b, []):
                edges[b].remove(a)
            else:
                edges.setdefault(a, []).append(b)
    out = []
    for start in sorted(edges):
        while edges[start]:
            ring, at = [], start
            while True:
                ring.append(at)
                at = edges[at].pop()
                if at == start:
                    break
            out.append(ring)
    return out


class Level:
    """Shapes that share their borders: {code: [ring]} of lon, lat becomes {code: [ring]} of whole units."""

    def __init__(self, shapes, tolerance):
        self.tolerance, self.lines = tolerance, {}
        self.near = {}
        for rings in shapes.values():
            for ring in rings:
                for a, b in zip(ring, ring[1:] + ring[:1]):
                    self.near.setdefault(a, set()).add(b)
                    self.near.setdefault(b, set()).add(a)
        self.shapes = shapes

    def pieces(self, ring):
        """The ring, cut where more than two lines meet; one without such a point begins at its smallest one."""
        nodes = [i for i, point in enumerate(ring) if len(self.near[point]) != 2] or [ring.index(min(ring))]
        ring = ring[nodes[0]:] + ring[:nodes[0]]
        cuts = [i - nodes[0] for i in nodes] + [len(ring)]
        ring.append(ring[0])
        return [ring[a:b + 1] for a, b in zip(cuts, cuts[1:])]

    def line(self, piece, origin):
        """Simplified once for both of its directions."""
        back = piece[::-1]
        key = tuple(min(piece, back))
        if key not in self.lines:
            least = 4 if key[0] == key[-1] else 2
            self.lines[key] = rounded(simplify([project(*p) for p in key], self.tolerance, least), origin)
        line = self.lines[key]
        return line if tuple(piece) == key else line[::-1]

    def rings(self, code, origin):
        out = []
        for ring in self.shapes[code]:
            points = [p for piece in self.pieces(ring) for p in self.line(piece, origin)[:-1]]
            if len(points) > 2 and doubled_area(points) != 0:
                out.append(points)
        return out

    def check(self):
        """No two lines cross."""
        segments = sorted((min(a, b), max(a, b)) for line in self.lines.values() for a, b in zip(line, line[1:]))
        side = lambda a, b, c: (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
        for i, (a, b) in enumerate(segments):
            for c, d in segments[i + 1:]:
                if c[0] > b[0]:
                    break
                if side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0:
                    raise ValueError(f"{a} - {b} crosses {c} - {d}: lower the tolerance")


# ---- writing --------------------------------------------------------------------------------------------------------

def path(rings):
    """M absolute, the rest relative; a minus divides numbers as well as a blank does."""
    out = []
    for ring in rings:
        out.append(f"M{ring[0][0]} {ring[0][1]}l")
        for i, (a, b) in enumerate(zip(ring, ring[1:])):
            for j, number in enumerate((b[0] - a[0], b[1] - a[1])):
                out.append(f"{number}" if number < 0 or (i == 0 and j == 0) else f" {number}")
        out.append("z")
    return "".join(out)


def box_of(rings, margin=0):
    xs, ys = [p[0] for ring in rings for p in ring], [p[1] for ring in rings for p in ring]
    return min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin


def sea(land, origin, box, tolerance, least):
    """What of the box is no land: the box and the land in it, to be filled by the even-odd rule."""
    shore = round(project(*NORTHERN_SHORE)[1] - origin[1])
    if box[3] <= shore:
        return ""
    box = box[0], max(box[1], shore), box[2], box[3]
    rings = [[(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])]]
    for ring in land:
        moved = clip_to([(x - origin[0], y - origin[1]) for x, y in ring], box)
        if len(moved) < 3 or abs(doubled_area(moved)) / 2 < least:
            continue
        line = rounded(simplify(moved + moved[:1], tolerance, 4), (0, 0))[:-1]
        if len(line) > 2:
            rings.append(line)
    if len(rings) == 2 and abs(doubled_area(rings[1])) == abs(doubled_area(rings[0])):
        return ""  # far from the sea
    return path(rings)


def box_text(box):
    return f"{{{box[0]}, {box[1]}, {box[2] - box[0]}, {box[3] - box[1]}}}"


def row(code, of, rings, view=None, coast=""):
    extra = f', {box_text(view)}, "{coast}"' if view else ', {0, 0, 0, 0}, ""'
    return f'    {{"{code}", "{of}", {box_text(box_of(rings))}, "{path(rings)}"{extra}}},'


def window_shapes(members, window):
    """Counties in fine lines, cut off at the window."""
    found = {}
    for code, rings in members.items():
        cut = [rounded(ring + ring[:1], (0, 0))[:-1] for ring in (clip_to(r, window) for r in dissolve(rings)) if ring]
        cut = [ring for ring in cut if len(ring) > 2]
        if cut:
            found[code] = cut
    return found


def main(municipalities_path, land_path):
    areas = table("schema/vocab/area.tsv")
    county = {a["code"]: a["wellbeing"] for a in areas if a["type"] == "municipality"}
    county = {code: of if of.startswith("wellbeing-") else f"wellbeing-{of}" for code, of in county.items()}
    towns = {code: dissolve(rings) for code, rings in read_municipalities(municipalities_path).items()}
    if set(towns) != set(county):
        raise ValueError(f"not the municipalities of area.tsv: {set(towns) ^ set(county)}")
    counties = {of: dissolve([ring for code in towns if county[code] == of for ring in towns[code]])
                for of in sorted(set(county.values()))}
    bounds = box_of([[project(*p) for p in ring] for rings in towns.values() for ring in rings], MARGIN)
    origin = math.floor(bounds[0]), math.floor(bounds[1])
    size = math.ceil(bounds[2]) - origin[0], math.ceil(bounds[3]) - origin[1]
    land = read_land(land_path)
    level, near = Level(counties, COUNTY_TOLERANCE), Level(towns, TOWN_TOLERANCE)
    shapes = {code: level.rings(code, origin) for code in counties}
    near_shapes = {code: near.rings(code, origin) for code in towns}
    level.check()
    near.check()

    print("/* Made by scripts/map.py; schema/vocab/SOURCES.md says of what.  Not to be edited. */")
    print(f"#define MAP_UNIT_KM {KM_PER_UNIT}\n#define MAP_EARTH_KM {EARTH_KM}\n#define MAP_MERIDIAN {MERIDIAN}")
    print(f"#define MAP_ORIGIN_X {origin[0]}\n#define MAP_ORIGIN_Y {origin[1]}")
    print(f"#define MAP_WIDTH {size[0]}\n#define MAP_HEIGHT {size[1]}")
    print(f'#define MAP_SEA "{sea(land, origin, (0, 0) + size, SEA_TOLERANCE, ISLAND_LEAST)}"')
    x0, y1 = project(CAPITAL_WINDOW[0], CAPITAL_WINDOW[1])
    x1, y0 = project(CAPITAL_WINDOW[2], CAPITAL_WINDOW[3])
    window = [round(v) for v in (x0 - origin[0], y0 - origin[1], x1 - origin[0], y1 - origin[1])]
    members = {of: [ring for code in towns if county[code] == of for ring in near_shapes[code]] for of in shapes}
    print(f"#define MAP_CAPITAL {box_text(window)}")
    print(f'#define MAP_CAPITAL_SEA "{sea(land, origin, window, SEA_TOLERANCE_NEAR, ISLAND_LEAST_NEAR)}"')
    print("\nstatic const struct map_shape capital[] = {")
    for code, rings in sorted(window_shapes(members, window).items()):
        print(row(code, "", rings))
    print("};\n\nstatic const struct map_shape areas[] = {")
    for code in sorted(shapes):
        view = box_of(members[code], MARGIN)
        print(row(code, "", shapes[code], view, sea(land, origin, view, SEA_TOLERANCE_NEAR, ISLAND_LEAST_NEAR)))
    print("};\n\nstatic const struct map_shape municipalities[] = {")
    for code in sorted(near_shapes):
        print(row(code, county[code], near_shapes[code]))
    print("};")


if __name__ == "__main__":
    main(*sys.argv[1:])
