"""Every text of a problem in the sources has a Finnish one in schema/messages.tsv, every entry there has its source, and
translations take the arguments of their English text.  Ends in "N passed, N failed"."""
import errno
import os
import re
import sys

sys.dont_write_bytecode = True
import source_strings as sources

CONVERSION = re.compile(r"%%|%[-+ #0]*[\d*]*(?:\.[\d*]+)?(?:hh|h|ll|l|z|j|t)?[a-zA-Z]")
# Pieces that English would leave in: a translation that is its English text is one of names and codes alone.
SAME = {"fi, sv, en", "from, to", "null"}


# What a disk, a folder's rights or a full machine answer: these must be there; others of the system may be.
SYSTEM = {os.strerror(number) for number in errno.errorcode}
REFUSALS = {os.strerror(number) for number in (
    errno.ENOENT, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EISDIR, errno.ENOTDIR,
    errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENAMETOOLONG, errno.EEXIST, errno.EXDEV, errno.EBUSY)}


def table():
    with open("schema/messages.tsv", encoding="utf-8") as file:
        lines = file.read().split("\n")
    assert lines[0] == "english\tfinnish\tswedish" and lines[-1] == ""
    return [line.split("\t") for line in lines[1:-1]]


def conversions(text):
    return [c for c in CONVERSION.findall(text) if c != "%%"]


def test_form():
    seen = set()
    for row in table():
        assert len(row) == 3, f"not three cells: {row}"
        assert row[0] and row[0] not in seen, f"there twice, or empty: {row[0]!r}"
        seen.add(row[0])


def test_every_text_has_an_entry():
    known = {row[0] for row in table()}
    lost = [f"{place}: {text}" for text, place in sources.all_texts().items() if text not in known]
    assert not lost, "no Finnish in schema/messages.tsv for\n  " + "\n  ".join(lost)


def test_refusals_of_the_system_have_an_entry():
    lost = REFUSALS - {row[0] for row in table()}
    assert not lost, f"no Finnish in schema/messages.tsv for {sorted(lost)}"


def test_every_entry_has_a_source():
    there = set(SYSTEM)
    for path in sources.files():
        there |= {text for kind, text, _ in sources.tokens_of(path) if kind == "s"}
    stale = [row[0] for row in table() if row[0] not in there]
    assert not stale, "in schema/messages.tsv, but in no source\n  " + "\n  ".join(stale)


def test_conversions():
    for english, *others in table():
        for other in filter(None, others):
            assert conversions(english) == conversions(other), f"other arguments: {english!r}, {other!r}"


def test_finnish_is_finnish():
    for english, finnish, _ in table():
        assert finnish, f"no Finnish: {english}"
        assert finnish != english or english in SAME or english.startswith('write {') or not sources.is_words(english), \
            f"not translated: {english}"
        for edge in (0, -1):
            assert finnish[edge].isspace() == english[edge].isspace(), f"blanks at the ends differ: {english!r}"
        assert "  " not in finnish and not finnish.endswith("."), f"blanks or a full stop: {finnish!r}"


def test_the_reader_of_c():
    text = 'f(a, "one " /* no */ "two", g("no"), x ? "three" : "fo\\"ur");\nn = "%" PRIu64 " bytes";'
    toks = sources.tokens(text)
    args = sources.arguments(toks, 1)
    assert len(args) == 4
    assert [t for a in args for t, _ in sources.spoken(a)] == ["one two", "three", 'fo"ur']
    assert ("s", "%lu bytes", 2) in toks


def test_finds_what_is_known_to_be_there():
    found = sources.all_texts()
    for text in ["is above %g", "write the age in whole years", "at most %zu characters", "is the id of %s already",
                 "WEEKLY or MONTHLY", "is not understood as hours",
                 "'}' expected", "is a bare value, not an object",
                 "leave the field out when it is not known", "%s: cannot write", "out of memory for the dictionary",
                 "%s: damaged at %s; build the index again or roll back", "the row has %zu cells, but there are %zu columns"]:
        assert text in found, text
    assert len(found) > 540


def main():
    passed = failed = 0
    for name, test in sorted(globals().items()):
        if not name.startswith("test_"):
            continue
        try:
            test()
            passed += 1
        except AssertionError as error:
            failed += 1
            print(f"---- {name}\n{error}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
