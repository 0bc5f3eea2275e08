"""Whole conversations, as recorded in cases/*.txt: a request, a line of hyphens, the answer.

What differs each time stands there as `*`; bodies of JSON stand there with indents.  `run.py BUILD_DIR --record` writes
the answers anew: read the difference before you keep it.
"""
import glob
import json
import os
import re
import unittest

from harness import HERE, Daemon

VOLATILE_HEADERS = {"x-request-id", "date", "content-length"}
VOLATILE_VALUES = {"requestId", "processingTimeMs"}
# Hashes of the synonyms and bits of scores: they move with every edit of share/synonyms.txt and every weight.
TAG_HASH = re.compile(r"-[0-9a-f]{16}-")
CURSOR_KEY = re.compile(r"\.[0-9a-f]{6,}\.[0-9a-f]+$")
RULE = "-" * 72 + "\n"


def masked(value):
    if isinstance(value, dict):
        return {k: "*" if k in VOLATILE_VALUES else CURSOR_KEY.sub(".*", v) if k == "nextCursor" else masked(v)
                for k, v in value.items()}
    return [masked(v) for v in value] if isinstance(value, list) else value


def conversation(daemon, request):
    """The answer to a request that is written with plain line ends, in the form of the cases."""
    with daemon.connect() as connection:
        connection.send(request.rstrip("\n").replace("\n", "\r\n") + "\r\n\r\n")
        answer = connection.answer(head=request.startswith("HEAD "))
    lines = [f"{answer.status}"]
    for name, value in answer.headers.items():
        value = TAG_HASH.sub("-*-", value) if name == "etag" else value
        lines.append(f"{name}: {'*' if name in VOLATILE_HEADERS else value}")
    body = answer.body
    if "json" in (answer["Content-Type"] or "") and body:
        body = json.dumps(masked(json.loads(body)), ensure_ascii=False, indent=1)
    return "\n".join(lines) + "\n\n" + (body + "\n" if body else "")


def cases():
    for path in sorted(glob.glob(os.path.join(HERE, "cases", "*.txt"))):
        with open(path, encoding="utf-8") as file:
            request, _, expected = file.read().partition(RULE)
        yield path, request, expected


class Cases(unittest.TestCase):
    maxDiff = None

    def test_every_case_is_answered_as_recorded(self):
        with Daemon() as daemon:
            for path, request, expected in cases():
                with self.subTest(os.path.basename(path)):
                    self.assertMultiLineEqual(conversation(daemon, request), expected)


def record():
    count = 0
    with Daemon() as daemon:
        for path, request, _ in cases():
            answer = conversation(daemon, request)
            with open(path, "w", encoding="utf-8") as file:
                file.write(request + RULE + answer)
            count += 1
    print(f"{count} cases recorded")
    return 0
