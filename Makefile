# Opastin.  Two commands: `make run` and `make check`.  The rest: check SANITIZE=address,undefined|thread, lint,
# eval (ONLY=sets, STORE=1), bench, lighthouse, pictures, fuzz, install (PREFIX, DESTDIR, UNITS), clean.
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := run

PREFIX ?= /usr/local
UNITS ?= $(PREFIX)/lib/systemd/system
PORT ?= 8080
SANITIZE ?=
comma := ,
B := build/$(if $(SANITIZE),$(subst $(comma),-,$(SANITIZE)),release)

PACKAGES := xapian-core libevent libevent_pthreads jansson libvoikko icu-uc icu-i18n zlib libzstd libxxhash libqrencode libsodium uuid
CPPFLAGS += -Ischema -I. -D_GNU_SOURCE
# br beside gzip, where the library is: Debian's libbrotli-dev.
$(B)/searchd/coding.o: CPPFLAGS += $(if $(BROTLI_LIBS),-DOPASTIN_BROTLI)
BROTLI_LIBS = $(eval BROTLI_LIBS := $$(shell pkg-config --libs libbrotlienc 2>/dev/null))$(BROTLI_LIBS)
WARNINGS := -Wall -Wextra -Werror -Wshadow
CFLAGS ?= -O2 -g
CXXFLAGS ?= -O2 -g
SAN_FLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all)
# Evaluated when a compiler first runs: by then `deps` has installed what pkg-config asks for.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PACKAGES)))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PACKAGES)))$(PKG_LIBS)
ALL_CFLAGS = -std=c11 $(CPPFLAGS) $(WARNINGS) -Wmissing-prototypes -Wstrict-prototypes $(CFLAGS) $(SAN_FLAGS) -pthread $(PKG_CFLAGS)
ALL_CXXFLAGS = -std=c++17 $(CPPFLAGS) $(WARNINGS) $(CXXFLAGS) $(SAN_FLAGS) -pthread $(PKG_CFLAGS)
LIBS = $(PKG_LIBS) $(BROTLI_LIBS) -lstemmer -lcsv -linih -lm -pthread

object = $(patsubst %,$(B)/%.o,$(basename $(1)))
SCHEMA := $(wildcard schema/*.c schema/*.S schema/base/*.c schema/vocab/*.c schema/vocab/*.S schema/analyse/*.c schema/xap/*.cc)
INDEXER := $(filter-out indexer/main.c,$(wildcard indexer/*.c indexer/sources/*.c))
SEARCH := $(wildcard search/*.c search/*.S)
# What goes over lists and bitmaps of all records: 9 % of a search.  Flags that somebody gives are theirs alone; and what
# -O3 only thinks may be used unset, differently in each compiler, does not stop a build.
ifeq ($(origin CFLAGS)$(SANITIZE),file)
$(call object,$(filter %.c,$(SEARCH)) $(wildcard schema/*.c)): private CFLAGS += -O3 -Wno-error=maybe-uninitialized
endif
SEARCHD := $(filter-out searchd/main.c,$(wildcard searchd/*.c searchd/web/*.c searchd/web/*.cc searchd/web/*.S))
UNIT_TESTS := $(wildcard tests/unit/*_test.c)
TEST_LIB := $(filter-out $(UNIT_TESTS),$(wildcard tests/unit/*.c))
PROGRAMS := $(B)/opastin-indexer $(B)/opastin-searchd
TEST_PROGRAMS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(UNIT_TESTS))
EVAL := $(wildcard tests/eval/*.c)
BENCH_PROGRAMS := $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))

# One short line a file; the whole command with V=1.
say = @$(if $(V),,echo "  $(1) $(2)";)

.PHONY: run check build tests deps lint eval bench lighthouse pictures fuzz fuzz-programs install clean
.SECONDARY:

# `deps` first and alone; then the rest in a make of its own, which may run in parallel.
JOBS := $(shell nproc)
run: deps
	@$(MAKE) --no-print-directory -j$(JOBS) build
	@scripts/run.sh $(B) $(PORT)

check: deps
	@$(MAKE) --no-print-directory -j$(JOBS) tests
	@tests/run.sh $(B) $(ONLY)

deps:
	@scripts/deps.sh $(if $(filter check eval bench lighthouse pictures,$(MAKECMDGOALS)),test) $(filter lint fuzz,$(MAKECMDGOALS))

build: $(PROGRAMS)
tests: $(PROGRAMS) $(TEST_PROGRAMS) $(B)/eval/eval $(B)/report/sample $(B)/tests/faults.so $(B)/tests/lack.so

$(B)/opastin-indexer: $(call object,indexer/main.c) $(B)/libindexer.a $(B)/libsearch.a $(B)/libschema.a
	$(call say,LINK,$@) $(CXX) $(SAN_FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/opastin-searchd: $(call object,searchd/main.c) $(B)/libsearchd.a $(B)/libsearch.a $(B)/libschema.a
	$(call say,LINK,$@) $(CXX) $(SAN_FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# The guide's words, analysed by a program of the same objects (search/wordbook.h).
WORDBOOK := $(call object,$(filter-out search/wordbook_data.S,$(SEARCH)) search/wordbook/make.c) $(B)/libschema.a
$(B)/search/wordbook/make: LDFLAGS += -Wl,--wrap=analyse_word
$(B)/search/wordbook/make: $(WORDBOOK)
	$(call say,LINK,$@) $(CXX) $(SAN_FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
$(B)/search/wordbook.bin: $(B)/search/wordbook/make
	$(call say,MAKE,$@) $< $@.part && mv $@.part $@
$(B)/search/wordbook_data.o: CPPFLAGS += -Wa,-I$(B)/search
$(B)/search/wordbook_data.o: $(B)/search/wordbook.bin

$(B)/libschema.a: $(call object,$(SCHEMA))
$(B)/libindexer.a: $(call object,$(INDEXER))
$(B)/libsearch.a: $(call object,$(SEARCH))
$(B)/libsearchd.a: $(call object,$(SEARCHD))
$(B)/lib%.a:
	@rm -f $@
	$(call say,AR,$@) ar rcs $@ $^

$(B)/tests/%: $(B)/tests/unit/%.o $(call object,$(TEST_LIB)) $(B)/libindexer.a $(B)/libsearchd.a $(B)/libsearch.a $(B)/libschema.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CXX) $(SAN_FLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(LIBS)
$(B)/tests/rank_xapian_test $(B)/bench/search_bench: $(call object,tests/bench/measure/xapian_mirror.c)
$(B)/bench/stems_index: $(call object,indexer/main.c)
$(B)/bench/stems_index: LDFLAGS += -Wl,--wrap=analyse_text,--wrap=analyse_word,--wrap=analyse_bases
$(B)/tests/eval_test $(B)/tests/correct_test: $(filter-out $(B)/tests/eval/eval.o,$(call object,$(EVAL)))
$(B)/tests/eval_test: | $(B)/eval/eval
$(B)/bench/%: $(B)/tests/bench/%.o $(B)/libindexer.a $(B)/libsearchd.a $(B)/libsearch.a $(B)/libschema.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CXX) $(SAN_FLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

$(B)/eval/eval: $(call object,$(EVAL)) $(B)/libindexer.a $(B)/libsearchd.a $(B)/libsearch.a $(B)/libschema.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CXX) $(SAN_FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/%.o: %.cc
	@mkdir -p $(@D)
	$(call say,CXX,$<) $(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<
$(B)/%.o: %.S $(wildcard schema/*.tsv schema/vocab/*.tsv share/*.txt searchd/web/*)
	@mkdir -p $(@D)
	$(call say,AS,$<) $(CC) $(CPPFLAGS) -c -o $@ $<

lint: deps
	@tests/lint.sh
	@git ls-files 'schema/*.c' 'search/*.c' 'indexer/*.c' 'searchd/*.c' | xargs -P $(JOBS) -n 4 sh -c \
	  'clang-tidy --quiet "$$@" -- -std=c11 $(CPPFLAGS) 2>/dev/null' _

eval: deps
	@$(MAKE) --no-print-directory -j$(JOBS) $(B)/eval/eval
	@tests/eval/run.sh $(B) $(if $(STORE),--store,--check) $(if $(ONLY),--only $(ONLY))

bench: deps
	@$(MAKE) --no-print-directory -j$(JOBS) build $(BENCH_PROGRAMS)
	@tests/bench/run.sh $(B)

lighthouse: deps
	@$(MAKE) --no-print-directory -j$(JOBS) build
	@tests/browser/lighthouse.sh $(B)

pictures: deps
	@$(MAKE) --no-print-directory -j$(JOBS) build
	@tests/browser/pictures.sh $(B) $(B)/pictures $(ONLY)

# libFuzzer, so clang (gcc judges the warnings), with its sanitizers in a folder of its own.  FUZZ_SECONDS for each target, ONLY=NAME for one.
FUZZ_SECONDS ?= 60
FUZZ_TARGETS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
fuzz: deps
	@$(MAKE) --no-print-directory -j$(JOBS) fuzz-programs B=build/fuzz CC=clang CXX=clang++ WARNINGS=-w \
	  SAN_FLAGS='-fsanitize=address,undefined,fuzzer-no-link -fno-omit-frame-pointer -fno-sanitize-recover=all'
	@tests/fuzz/run.sh build/fuzz $(FUZZ_SECONDS) $(filter $(or $(ONLY),%),$(FUZZ_TARGETS))
fuzz-programs: $(patsubst %,$(B)/fuzz/%,$(FUZZ_TARGETS))
$(B)/tests/fuzz/%.o: CPPFLAGS += -DFUZZ_ALONE
$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(B)/libindexer.a $(B)/libsearchd.a $(B)/libsearch.a $(B)/libschema.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CXX) $(SAN_FLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/report/sample: $(B)/tests/report/sample.o $(call object,tests/unit/made_report.c) $(B)/libindexer.a $(B)/libsearch.a $(B)/libschema.a
	@mkdir -p $(@D)
	$(call say,LINK,$@) $(CXX) $(SAN_FLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Preloaded into a program, so without the sanitizers, which that has.
$(B)/tests/lack.so: tests/api/lack.c
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) -std=gnu11 -D_GNU_SOURCE $(WARNINGS) -O1 -g -fPIC -fno-builtin -shared -o $@ $< -ldl
$(B)/tests/faults.so: tests/night/faults.c
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) -std=gnu11 -D_GNU_SOURCE $(WARNINGS) -O1 -g -fPIC -shared -o $@ $< -ldl

install: build
	install -D -m 755 $(B)/opastin-indexer $(DESTDIR)$(PREFIX)/bin/opastin-indexer
	install -D -m 755 $(B)/opastin-searchd $(DESTDIR)$(PREFIX)/sbin/opastin-searchd
	install -D -m 755 packaging/opastin-mail $(DESTDIR)$(PREFIX)/lib/opastin/opastin-mail
	install -D -m 644 share/synonyms.txt $(DESTDIR)$(PREFIX)/share/opastin/synonyms.txt
	install -D -m 644 share/nginx.conf $(DESTDIR)$(PREFIX)/share/opastin/nginx.conf
	install -D -m 644 share/Caddyfile $(DESTDIR)$(PREFIX)/share/opastin/Caddyfile
	install -D -m 644 share/opastin.conf $(DESTDIR)$(PREFIX)/share/opastin/opastin.conf.example
	install -D -m 644 packaging/opastin.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/opastin.conf
	install -D -m 644 packaging/opastin.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/opastin.conf
	@for section in 1 5 8; do for page in docs/man/*.$$section; do \
	  install -v -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$$section/$${page##*/} || exit 1; done; done
	@install -v -d $(DESTDIR)$(UNITS); for unit in packaging/*.service packaging/*.timer; do \
	  sed 's,=/usr/\(s\?bin\|lib\)/opastin,=$(PREFIX)/\1/opastin,' $$unit >$(DESTDIR)$(UNITS)/$${unit##*/} && \
	  chmod 644 $(DESTDIR)$(UNITS)/$${unit##*/} && echo "$(DESTDIR)$(UNITS)/$${unit##*/}" || exit 1; done

clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
