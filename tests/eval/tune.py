#!/usr/bin/env python3
"""Tunes the weights of the ranking (search/weights.h) on the development sets, one weight after the other.

  tests/eval/tune.py EVAL [--sets topics,lo,kkl] [--passes 2] [--only NAME,NAME] [--start NAME=VALUE,...]

EVAL is the built program (build/release/eval/eval).  Each weight is tried at some multiples of its value; what raises
the mean of nDCG@10 over the sets by more than GAIN is kept.  Prints every step and, at the end, the weights that
differ; put them into search/weights.c.  A gain below GAIN is noise: the default stays."""
import argparse
import re
import subprocess
import sys

GAIN = 0.0004
STEPS = (0.6, 0.8, 1.25, 1.6)


def names_of(program):
    """The program prints all names and values when it is given a wrong one."""
    run = subprocess.run([program, "--set", "?=1"], capture_output=True, text=True)
    return {name: float(value) for name, value in re.findall(r"(\w+)=([\d.e-]+)", run.stdout + run.stderr)}


def measure(program, sets, weights):
    given = ",".join("%s=%.6g" % item for item in weights.items())
    command = [program, "--only", ",".join(sets)] + (["--set", given] if given else [])
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    figures = {}
    for line in run.stdout.splitlines():
        cells = line.split()
        if len(cells) > 3 and cells[2] == "opastin" and cells[0] in sets:
            figures[cells[0]] = float(cells[3])
    if set(figures) != set(sets):
        sys.exit("tune: no figure for " + ", ".join(sorted(set(sets) - set(figures))))
    return sum(figures.values()) / len(figures), figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--sets", default="topics,lo,kkl")
    parser.add_argument("--passes", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--start", default="")
    options = parser.parse_args()
    sets = options.sets.split(",")
    defaults = names_of(options.program)
    weights = {name: float(value) for name, value in (p.split("=") for p in options.start.split(",") if p)}
    best, figures = measure(options.program, sets, weights)
    print("start %.4f %s" % (best, figures), flush=True)
    for _ in range(options.passes):
        moved = False
        for name in options.only.split(",") if options.only else defaults:
            present = weights.get(name, defaults[name])
            for step in STEPS:
                trial = dict(weights, **{name: present * step if present else step / 4})
                score, figures = measure(options.program, sets, trial)
                if score > best + GAIN:
                    best, weights, moved = score, trial, True
                    print("%-14s %.4g -> %.4g: %.4f %s" % (name, present, trial[name], best, figures), flush=True)
        if not moved:
            break
    print(",".join("%s=%.6g" % item for item in weights.items()))


if __name__ == "__main__":
    main()
