#!/bin/sh
# What the architecture forbids, looked for in the text of the sources.  Ends in "N passed, N failed".
set -u
results=$(mktemp) || exit 1
trap 'rm -f "$results"' EXIT

# rule TEXT: passes when nothing stands on standard input (it runs behind a pipe, so it counts in a file)
rule() {
    found=$(cat)
    if [ -z "$found" ]; then
        echo passed >>"$results"
    else
        echo failed >>"$results"
        printf 'breach: %s\n%s\n' "$1" "$found"
    fi
}

sources='schema search indexer searchd'
written() { # written PATTERN...: files of ours, those not committed yet too
    git ls-files --cached --others --exclude-standard -- "$@"
}
included() { # included PATTERN: files outside tests that include it
    grep -rlE "^ *# *include [<\"]($1)" --include='*.[ch]' --include='*.cc' --include='*.hh' $sources 2>/dev/null
}

included 'xapian' | grep -v '^schema/xap/' | rule 'xapian.h only in schema/xap'
included 'libvoikko|voikko|libstemmer' | grep -v '^schema/analyse/' | rule 'voikko and libstemmer only in schema/analyse'
included 'event2|event\.h|evhttp' | grep -vE '^searchd/(main|worker|http)' | rule 'libevent only in searchd/{main,worker,http}'
included 'kainjow|mustache\.hpp' | grep -v '^searchd/web/mustache\.cc$' | rule 'mustache.hpp only in searchd/web/mustache.cc'
included 'csv\.h' | grep -v '^indexer/sources/' | rule 'libcsv only in indexer/sources'
included 'ini\.h' | grep -v '^indexer/settings\.c$' | rule 'inih only in indexer/settings.c'
included 'sodium\.h' | grep -v '^searchd/keys\.c$' | rule 'libsodium only in searchd/keys.c'
included 'qrencode\.h' | grep -v '^searchd/qr\.c$' | rule 'libqrencode only in searchd/qr.c'
grep -rnE '^ *# *include "(search|indexer|searchd)/' --include='*.[ch]' --include='*.cc' schema | rule 'schema includes nothing above it'
grep -rnE '^ *# *include "(indexer|searchd)/' --include='*.[ch]' search | rule 'search includes no program'
grep -rnE '^ *# *include "searchd/' --include='*.[ch]' indexer | rule 'the indexer does not include the daemon'
grep -rnE '^ *# *include "indexer/' --include='*.[ch]' searchd | rule 'the daemon does not include the indexer'
grep -rnE '^ *# *include "' --include='*.[ch]' schema/base | grep -v 'include "base/' | rule 'schema/base includes nothing of ours but itself'
grep -rnE '\b(time|gettimeofday|clock_gettime|rand|random|srand)\(' --include='*.c' schema | rule 'no clock and no randomness in schema: they are arguments'
grep -rnE '\b(strcat|gets|sprintf|strtok|localtime|gmtime)\(' --include='*.c' $sources | rule 'no unbounded or thread-unsafe string and time functions'
written '*.c' '*.h' '*.cc' '*.hh' '*.py' '*.sh' '*.css' | xargs wc -l 2>/dev/null | awk '$2 != "total" && $1 > 800 {print $2 ": " $1 " lines"}' | rule 'no source file above 800 lines'
written '*.c' '*.h' '*.cc' '*.hh' 'Makefile' '*.sh' | xargs grep -nE '\b(TODO|FIXME|XXX)\b' 2>/dev/null | grep -v '^tests/lint.sh' | rule 'no unfinished marks'
written '*.c' '*.h' '*.cc' '*.hh' '*.css' ':!searchd/web/embed.css' '*.mjs' 'searchd/web/src/*.js' | LC_ALL=C.UTF-8 xargs grep -nE '.{121,}' | grep -v 'https://' | rule 'no line above 120 characters'
grep -rnE '[[:blank:]]+$' --include='*.[ch]' --include='*.cc' --include='*.hh' --include='*.sh' $sources tests scripts | rule 'no trailing blanks'

for style in searchd/web/site.css searchd/web/item.css; do
    awk '{ for (i = 1; i <= length($0); i++) { c = substr($0, i, 1); depth += (c == "{") - (c == "}"); if (depth > 3 || depth < 0) bad = NR } }
        END { if (depth || bad) print FILENAME ": depth " depth " at the end, wrong at line " bad }' "$style"
done |
    rule 'braces of the style close: a rule within a rule is lost without a word'

passed=$(grep -c passed "$results")
failed=$(grep -c failed "$results")
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
