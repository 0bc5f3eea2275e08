"""The texts of problems in the sources: C is cut into tokens, literals beside each other are joined as the compiler
joins them, and each place that says what is wrong with a record gives its literals."""
import functools
import glob
import re

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|[A-Za-z_]\w*|\d[\w.]*|\s+|\.\.\.|->|.',
                   re.S)
# What PRI macros are where the program is built; %zu is spelt out in the sources.
PRINTF_MACROS = {"PRIu64": "lu", "PRId64": "ld", "PRIu32": "u", "PRId32": "d"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "0": "\0", "'": "'"}

# Which arguments (from 0) of a function are words for a reader: what, allowed, mend, or a piece of one of them.
SPEAKERS = {
    "problem_text": [0], "problem_error": [3], "problem_warning": [3], "import_warn": [2], "import_refuse": [2],
    "import_skip": [3], "source_notice": [4, 5], "report_value": [3, 4, 5], "report_type": [2, 3],
    "reader_printf": [1], "did_you_mean": [2], "csv_report": [4, 5, 6], "conflict": [3, 4], "warn_at": [3, 4],
    "check_order": [4], "tell": [4, 5], "report_at": [7], "formed": [4, 5], "trouble": [1], "broken": [2],
    "read_list": [6], "note_add": [3], "notice": [4],
}
# What is assigned to these, or returned by these functions, is such words too.
NAMES = {"what", "mend", "allowed", "trouble", "jq_mend", "mends", "jansson_words"}
TELLERS = {"type_words", "form_words", "form_allowed", "syntax_mend", "mend_empty"}


def decode(literal):
    raw = literal[1:-1].encode()
    out = bytearray()
    i = 0
    while i < len(raw):
        if raw[i:i + 1] != b"\\":
            out.append(raw[i])
            i += 1
        elif raw[i + 1:i + 2] == b"x":
            digits = re.match(rb"[0-9A-Fa-f]{1,2}", raw[i + 2:]).group()
            out.append(int(digits, 16))
            i += 2 + len(digits)
        else:
            out += ESCAPES.get(raw[i + 1:i + 2].decode(), "?").encode()
            i += 2
    return out.decode(errors="replace")


def tokens(text):
    """(kind, text, line): kind is 's' for a joined literal, 'i' for a name, 'p' for the rest."""
    out, line = [], 1
    for match in TOKEN.finditer(text):
        token = match.group()
        if token.startswith('"'):
            value = decode(token)
            if out and out[-1][0] == "s":
                out[-1] = ("s", out[-1][1] + value, out[-1][2])
            else:
                out.append(("s", value, line))
        elif token in PRINTF_MACROS and out and out[-1][0] == "s":
            out[-1] = ("s", out[-1][1] + PRINTF_MACROS[token], out[-1][2])
        elif re.match(r"[A-Za-z_]", token):
            out.append(("i", token, line))
        elif not token.isspace() and not token.startswith(("//", "/*")):
            out.append(("p", token, line))
        line += token.count("\n")
    return out


def arguments(toks, start):
    """Token lists of the arguments of the call whose '(' is at start."""
    depth, args = 0, [[]]
    for at in range(start, len(toks)):
        kind, text, _ = toks[at]
        if kind == "p" and text in "([{":
            depth += 1
            if depth == 1:
                continue
        if kind == "p" and text in ")]}":
            depth -= 1
            if depth == 0:
                return args
        if depth == 1 and kind == "p" and text == ",":
            args.append([])
        else:
            args[-1].append(toks[at])
    return args


def spoken(toks):
    """Literals of an expression that are words: not those inside a call of a function that is no speaker."""
    depth, calls = 0, []
    for at, (kind, text, line) in enumerate(toks):
        if kind == "p" and text == "(":
            calls.append(at > 0 and toks[at - 1][0] == "i" and toks[at - 1][1] not in ("return", "sizeof"))
        elif kind == "p" and text == ")":
            if calls:
                calls.pop()
        elif kind == "s" and not any(calls):
            yield text, line


def until_end(toks, at):
    """Tokens from at up to the ',' or ';' or '}' that ends the initialiser or the statement."""
    out, depth = [], 0
    for token in toks[at:]:
        if token[0] == "p" and token[1] in "([{":
            depth += 1
        elif token[0] == "p" and token[1] in ")]}":
            depth -= 1
            if depth < 0:
                break
        elif token[0] == "p" and (token[1] == ";" or (token[1] == "," and depth == 0)):
            break
        out.append(token)
    return out


@functools.cache
def tokens_of(path):
    with open(path, encoding="utf-8") as file:
        return tokens(file.read())


def errors_of(path):
    """(text, line) of the formats of err_set() that a run's report can quote: what the disk, the memory or an index refused.
    Those of STATUS_INTERNAL are our own mistakes, for us to read; commands, options and settings speak English to a
    terminal before anybody's language is known."""
    if re.search(r"/(main|opts|settings\w*|commands\w*)\.c$", path):
        return
    toks = tokens_of(path)
    for at, (kind, text, _) in enumerate(toks[:-1]):
        if kind == "i" and text in ("err_set", "err_set_errno") and toks[at + 1][1] == "(":
            args = arguments(toks, at + 1)
            if len(args) > 2 and not any(token[1] == "STATUS_INTERNAL" for token in args[1]):
                yield from spoken(args[2])


def of_file(path):
    """(text, line) of each."""
    yield from errors_of(path)
    toks = tokens_of(path)
    depth, function = 0, None
    for at, (kind, text, line) in enumerate(toks):
        if kind == "p" and text == "{":
            depth += 1
        elif kind == "p" and text == "}":
            depth -= 1
        if kind != "i":
            continue
        following = toks[at + 1][1] if at + 1 < len(toks) else ""
        if depth == 0 and following == "(":
            function = text
        if following == "(" and text in SPEAKERS and depth > 0:
            args = arguments(toks, at + 1)
            for i in SPEAKERS[text]:
                if i < len(args):
                    yield from spoken(args[i])
        if text == "import_note" and toks[at + 1][1] in (")", "note"):
            start = next(i for i in range(at, len(toks)) if toks[i][1] in "{;=*,")
            if toks[start][1] == "=":
                start += 1
            if toks[start][1] == "{":
                args = arguments(toks, start)
                if len(args) > 3 and toks[start + 1][1] != ".":
                    yield from spoken(args[3])
        if text in NAMES or text.startswith("mend_"):
            start = at + 1
            while start < len(toks) and toks[start][1] in ("[", "]") or toks[start][1] in ("SCOPE_COUNT",):
                start += 1
            if start < len(toks) and toks[start][1] == "=" and toks[start + 1][1] != "=":
                yield from spoken(until_end(toks, start + 1))
        if text == "return" and function in TELLERS:
            yield from spoken(until_end(toks, at + 1))


def files():
    return sorted(sum((glob.glob(pattern) for pattern in (
        "schema/*.[ch]", "schema/base/*.[ch]", "schema/analyse/*.[ch]", "indexer/*.[ch]", "indexer/sources/*.[ch]")), []))


def is_words(text):
    """Not a lone "%s", punctuation or a name."""
    return re.search(r"[^\W\d_]", re.sub(r"%[-+ #0]*[\d*]*(\.[\d*]+)?(hh|h|ll|l|z|j|t)?[a-zA-Z%]", "", text)) is not None


@functools.cache
def all_texts():
    """{text: "file:line" of the first place}"""
    found = {}
    for path in files():
        for text, line in of_file(path):
            if is_words(text):
                found.setdefault(text, f"{path}:{line}")
    return found
