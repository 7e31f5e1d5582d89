# SPDX-License-Identifier: Apache-2.0
# unifyd. `make help` lists the targets; everything generated goes to build/.
BUILD ?= build
CC = gcc
CXX = g++
PKGS = jansson libssl libcrypto libevent_openssl expat uuid gmime-3.0 icu-uc icu-i18n libevent_core libpq zlib libzstd libsystemd \
	libconfuse check
# Libraries without a pkg-config file.
LIBS = $(PKG_LIBS) -lphonenumber -lcsv -lstdc++ -lm

WARN = -Wall -Wextra -Wshadow -Wconversion -Wvla -Wwrite-strings -Wformat=2
WARN_C = -Wpedantic -Wstrict-prototypes -Wmissing-prototypes
OPT = -O2 -g -D_FORTIFY_SOURCE=2
ifdef SANITIZE
BUILD := $(BUILD)/sanitize
OPT = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
endif
ifdef DEVELOPER
WARN += -Werror
endif
# gcc has no libFuzzer, and clang other warnings.
ifdef FUZZ
BUILD := $(BUILD)/fuzz
CC = clang
CXX = clang++
OPT = -O1 -g -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all -fno-omit-frame-pointer
WARN = -w
WARN_C =
endif
# Expanded when a recipe runs, after `packages` has put pkg-config there.
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS))
PKG_LIBS = $(shell pkg-config --libs $(PKGS))
BASE_FLAGS = -D_GNU_SOURCE -Iinclude -I$(BUILD)/include -isystem /usr/share/include/llhttp $(OPT) -fPIE -fstack-protector-strong
CFLAGS = -std=gnu17 $(BASE_FLAGS) $(WARN) $(WARN_C) $(PKG_CFLAGS)
CXXFLAGS = -std=gnu++17 $(BASE_FLAGS) $(WARN)
LDFLAGS = -pie -Wl,-z,relro,-z,now $(OPT)

# Where `make install` puts things; DESTDIR goes before all of them. SYSCONFDIR
# is built in as well: whoever changes it does so for `make all` too.
PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man
DOCDIR = $(PREFIX)/share/doc/unifyd
UNITDIR = $(PREFIX)/lib/systemd/system
SYSUSERSDIR = $(PREFIX)/lib/sysusers.d
TMPFILESDIR = $(PREFIX)/lib/tmpfiles.d
SYSCONFDIR = /etc

SOURCES = $(wildcard src/*/*.c) $(wildcard src/*/*.cc)
QUERIES = $(wildcard sql/*/*.sql)
# Debian ships llhttp as C source, in the package node-llhttp.
LLHTTP = $(patsubst %,$(BUILD)/llhttp/%.o,llhttp api http)
OBJECTS = $(patsubst src/%,$(BUILD)/%.o,$(SOURCES)) $(LLHTTP) \
	$(BUILD)/sql.o $(BUILD)/channels.o $(BUILD)/commands.o \
	$(BUILD)/openapi.o
HEADERS = $(wildcard include/*/*.h)
TESTS = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*/*_test.c))
# Programs that scripts among the tests run.
TOOLS = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*/*_tool.c))
# What tests of a folder share: linked to whoever uses it.
HELPERS = $(patsubst tests/%.c,$(BUILD)/tests/%.o, \
	$(filter-out %_test.c %_tool.c tests/fuzz/%,$(wildcard tests/*/*.c)))
FUZZERS = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/fuzz/*_fuzz.c))
SCRIPTS = $(wildcard tests/*/*_test.sh)
FORMATTED = $(wildcard src/*.c src/*/*.c tests/*.c tests/*/*.c) $(HEADERS)
Q = $(if $(V),,@)
# Whatever the caller's is, which need not be installed: perl, psql and sort
# would complain or differ.
export LC_ALL = C.UTF-8

.DEFAULT_GOAL = help
.PHONY: help packages run test headers layers format format-check lint clean
.SECONDARY:

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

packages: ## Install what is missing of tests/tools/packages.txt
	@sh tests/tools/packages.sh

run: packages ## Try it: a private PostgreSQL, unifyd, a sample story
	@$(MAKE) --no-print-directory all
	@exec sh tests/tools/live.sh $(BUILD)

# In two steps, so that a fresh machine has the packages before it builds.
test: packages ## Install what is missing, build and run every test
	@$(MAKE) --no-print-directory programs
	@BUILD=$(BUILD) sh tests/tools/pg.sh sh tests/tools/run.sh $(TESTS) $(SCRIPTS)

.PHONY: programs all
all: $(BUILD)/unifyd $(BUILD)/unifyctl ## Build the daemon and its tool
programs: all $(TESTS) $(TOOLS)

$(BUILD)/unifyd $(BUILD)/unifyctl: $(BUILD)/%: $(BUILD)/%.c.o $(BUILD)/unifyd.a
	$(if $(V),,@echo "  LD   $@")
	$(Q)$(CC) $(LDFLAGS) $^ $(LIBS) -o $@

$(BUILD)/%.c.o: src/%.c
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CC   $<")
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/unifyd.c.o $(BUILD)/unifyctl.c.o: CFLAGS += \
	-DUNIFYD_CONFIG='"$(SYSCONFDIR)/unifyd/unifyd.conf"'

$(BUILD)/%.cc.o: src/%.cc
	@mkdir -p $(@D)
	$(if $(V),,@echo "  CXX  $<")
	$(Q)$(CXX) $(CXXFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/llhttp/%.o: /usr/share/llhttp/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) -O2 -g -fPIE -w -I/usr/share/include/llhttp -c $< -o $@

$(BUILD)/include/store/sql.h: sql/embed.sh $(QUERIES)
	@mkdir -p $(@D)
	$(Q)sh sql/embed.sh h > $@

$(BUILD)/sql.o: sql/embed.sh $(QUERIES) $(BUILD)/include/store/sql.h
	$(Q)sh sql/embed.sh c > $(BUILD)/sql.c
	$(Q)$(CC) $(CFLAGS) -Wno-overlength-strings -c $(BUILD)/sql.c -o $@

# The registries are the listings of the folders; rewritten only when they
# differ. $(1): what, $(2): header, $(3): names.
names = $(sort $(basename $(notdir $(wildcard $(1)/*.c))))
define registry
{ echo '/* Made by the Makefile. */'; echo '#include "$(2)"'; \
printf 'extern const struct $(1) $(1)_%s;\n' $(3); \
echo 'const struct $(1) *const $(1)s[] = {'; \
printf '	&$(1)_%s,\n' $(3); echo '	NULL'; echo '};'; } > $@.new; \
cmp -s $@.new $@ && rm $@.new || mv $@.new $@
endef

$(BUILD)/channels.c: FORCE
	@mkdir -p $(@D)
	@$(call registry,channel,core/channel.h,$(call names,src/channels))

$(BUILD)/commands.c: FORCE
	@mkdir -p $(@D)
	@$(call registry,command,ctl/command.h,$(sort $(basename \
		$(notdir $(shell grep -l '^const struct command ' src/ctl/*.c)))))

$(BUILD)/openapi.c: src/app/openapi.json
	@mkdir -p $(@D)
	@{ echo 'extern const char openapi_json[]; const char openapi_json[] ='; \
	sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/	"&\\n"/' $<; echo ';'; } > $@

$(BUILD)/%.o: $(BUILD)/%.c
	$(Q)$(CC) $(CFLAGS) -Wno-overlength-strings -c $< -o $@

.PHONY: FORCE
FORCE:

# The first build has no .d files yet to say who includes it.
$(OBJECTS) $(BUILD)/unifyd.c.o $(BUILD)/unifyctl.c.o: | $(BUILD)/include/store/sql.h

# Check has a macro named fail: our prototype must come before it.
$(BUILD)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -include base/err.h -MMD -MP -c $< -o $@

# An archive, so that a test links what it uses and nothing else.
$(BUILD)/unifyd.a: $(OBJECTS)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/tests/helpers.a: $(HELPERS)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/tests/main.o \
		$(BUILD)/tests/helpers.a $(BUILD)/unifyd.a
	$(if $(V),,@echo "  LD   $@")
	$(Q)$(CC) $(LDFLAGS) $^ $(LIBS) -o $@

$(TOOLS): %: %.o $(BUILD)/tests/helpers.a $(BUILD)/unifyd.a
	$(if $(V),,@echo "  LD   $@")
	$(Q)$(CC) $(LDFLAGS) $^ $(LIBS) -o $@

# Where each file goes. In the tree they name a distribution's folders, so that
# they read there as they will stand on most machines.
PLACES = $(foreach m,$(wildcard src/*.8),$(m):$(MANDIR)/man8/$(notdir $(m))) \
	config/unifyd.conf.5:$(MANDIR)/man5/unifyd.conf.5 \
	config/policy.conf.5:$(MANDIR)/man5/unifyd-policy.conf.5 \
	$(foreach u,$(wildcard systemd/*.service systemd/*.socket),$(u):$(UNITDIR)/$(notdir $(u))) \
	systemd/unifyd.sysusers:$(SYSUSERSDIR)/unifyd.conf \
	systemd/unifyd.tmpfiles:$(TMPFILESDIR)/unifyd.conf \
	$(foreach d,LICENSE README.md CHANGELOG.md,$(d):$(DOCDIR)/$(d))
CONFIG = $(DESTDIR)$(SYSCONFDIR)/unifyd

.PHONY: install uninstall
install: all ## Install; DESTDIR=, PREFIX=, SYSCONFDIR=, UNITDIR=, ...
	$(if $(V),,@echo "  INSTALL $(DESTDIR)$(PREFIX) $(DESTDIR)$(SYSCONFDIR)")
	$(Q)install -D -m 755 -t $(DESTDIR)$(BINDIR) $(BUILD)/unifyd $(BUILD)/unifyctl
	$(Q)for place in $(PLACES); do \
		sed -e 's|/usr/bin/|$(BINDIR)/|g' \
			-e 's|/etc/unifyd|$(SYSCONFDIR)/unifyd|g' $${place%:*} | \
			install -D -m 644 /dev/stdin $(DESTDIR)$${place#*:} || \
			exit 1; done
	$(Q)for file in unifyd.conf policy.conf; do [ -e $(CONFIG)/$$file ] || \
		install -D -m 640 config/$$file $(CONFIG)/$$file || exit 1; done

uninstall: ## Remove what install put there, but the configuration
	$(Q)rm -f $(addprefix $(DESTDIR),$(BINDIR)/unifyd $(BINDIR)/unifyctl \
		$(foreach place,$(PLACES),$(lastword $(subst :, ,$(place)))))
	$(Q)[ ! -d $(DESTDIR)$(DOCDIR) ] || \
		rmdir --ignore-fail-on-non-empty $(DESTDIR)$(DOCDIR)

# gcov comes with gcc. Without optimising, so that branches are the source's.
.PHONY: coverage core-tests
coverage: ## Branches of the grouping code that tests/core takes
	$(Q)$(MAKE) --no-print-directory BUILD=$(BUILD)/coverage \
		OPT='-O0 -g --coverage' core-tests
	$(Q)sh tests/tools/coverage.sh $(BUILD)/coverage

core-tests: $(filter $(BUILD)/tests/core/%,$(TESTS))

.PHONY: mutants
mutants: core-tests ## Each planted bug of tests/mutants makes a test fail
	$(Q)CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' LIBS='$(LIBS)' \
		sh tests/tools/mutants.sh $(BUILD) $(MUTANTS)

# Faults are chosen by SEED; only FAULTS, where they are named.
TORTURE_S = 600
SEED = 1
.PHONY: torture torture-planted
torture: ## Faults of all kinds, and an oracle: nothing lost, nothing doubled
	$(Q)$(MAKE) --no-print-directory packages
	$(Q)$(MAKE) --no-print-directory programs
	$(Q)BUILD=$(BUILD) sh tests/torture/torture.sh $(TORTURE_S) $(SEED) $(FAULTS)

SOAK_S = 1800
.PHONY: soak
soak: ## A steady rate for SOAK_S seconds: memory and open files are flat
	$(Q)$(MAKE) --no-print-directory packages
	$(Q)$(MAKE) --no-print-directory programs
	$(Q)BUILD=$(BUILD) sh tests/tools/pg.sh sh tests/torture/soak.sh $(SOAK_S)

.PHONY: slow overload
slow: ## Thousands of clients that send a byte a second disturb nobody
	$(Q)$(MAKE) --no-print-directory packages
	$(Q)$(MAKE) --no-print-directory programs
	$(Q)BUILD=$(BUILD) sh tests/tools/pg.sh sh tests/bench/slow.sh $(SLOW)

overload: ## Ten times what goes through: as much goes through, in bounded memory
	$(Q)$(MAKE) --no-print-directory packages
	$(Q)$(MAKE) --no-print-directory programs
	$(Q)BUILD=$(BUILD) sh tests/tools/pg.sh sh tests/bench/overload.sh $(OVERLOAD)

torture-planted: ## The same must catch the bugs of tests/torture/planted
	$(Q)$(MAKE) --no-print-directory packages
	$(Q)sh tests/torture/planted.sh $(BUILD)

# Each fuzzer for so many seconds.
FUZZ_S = 600
FUZZ_P = 3
.PHONY: fuzz fuzzers
fuzz: ## Bytes that nobody thought of, FUZZ_S=600 seconds for each reader, FUZZ_P=3 at once
	$(Q)$(MAKE) --no-print-directory packages
	$(Q)$(MAKE) --no-print-directory FUZZ=1 fuzzers
	$(Q)FUZZ_P=$(FUZZ_P) sh tests/tools/fuzz.sh $(BUILD)/fuzz \
		$(FUZZ_S)

fuzzers: $(FUZZERS)

$(FUZZERS): %: %.o $(BUILD)/tests/fuzz/file.o $(BUILD)/unifyd.a
	$(if $(V),,@echo "  LD   $@")
	$(Q)$(CXX) -pie -fsanitize=fuzzer,address,undefined $^ $(LIBS) -o $@

# Disks that lie would make every figure a dream: fsync and synchronous_commit
# are on.
BENCH_SETTINGS = -c fsync=on -c synchronous_commit=on -c shared_buffers=1GB \
	-c max_wal_size=4GB
.PHONY: bench bench-large bench-smoke bench-grouping
bench: ## How fast it is beside PostgreSQL itself, as ratios of one run
	$(Q)$(MAKE) --no-print-directory packages
	$(Q)$(MAKE) --no-print-directory programs
	$(Q)BUILD=$(BUILD) PG_SETTINGS='$(BENCH_SETTINGS)' sh tests/tools/pg.sh \
		sh tests/bench/bench.sh $(BENCH)
	$(Q)BUILD=$(BUILD) PG_SETTINGS='$(BENCH_SETTINGS)' sh tests/tools/pg.sh \
		sh tests/bench/likeness.sh $(BENCH)

bench-smoke: ## The same in a minute: whether it runs, not how fast
	$(Q)$(MAKE) --no-print-directory bench BENCH=0.05

# It takes an hour and 20 GB. LARGE: how many events are stored, and how many a
# profile has.
bench-large: ## Whether it stays so with ten million events stored
	$(Q)$(MAKE) --no-print-directory packages
	$(Q)$(MAKE) --no-print-directory programs
	$(Q)BUILD=$(BUILD) PG_SETTINGS='$(BENCH_SETTINGS)' sh tests/tools/pg.sh \
		sh tests/bench/large.sh $(LARGE)

# SETS: some of them only.
.PHONY: accuracy
accuracy: ## How well profiles are the people, on sets with known truth
	$(Q)$(MAKE) --no-print-directory packages
	$(Q)$(MAKE) --no-print-directory programs
	$(Q)BUILD=$(BUILD) sh tests/tools/pg.sh sh tests/likeness/accuracy.sh \
		$(SETS)

bench-grouping: ## What grouping costs, and that a hub does not slow its neighbours
	$(Q)$(MAKE) --no-print-directory packages
	$(Q)$(MAKE) --no-print-directory programs
	$(Q)$(BUILD)/tests/bench/grouping_tool
	$(Q)BUILD=$(BUILD) sh tests/tools/pg.sh sh tests/bench/hub.sh

headers: ## Each header compiles alone
	$(Q)for h in $(HEADERS); do \
		$(CC) $(CFLAGS) -fsyntax-only -x c $$h || exit 1; done

layers: ## The includes keep to the layers of src/README.md
	$(Q)sh tests/tools/layers.sh

format: ## Format the sources
	$(Q)clang-format -i $(FORMATTED)

format-check: ## Fail where the format differs
	$(Q)clang-format --dry-run -Werror $(FORMATTED)

# clang-tidy sees other people's headers as system's: they are not ours to mend.
TIDY_FLAGS = -std=gnu17 -D_GNU_SOURCE -Iinclude -I$(BUILD)/include \
	-isystem /usr/share/include -isystem /usr/share/include/llhttp \
	$(patsubst -I%,-isystem%,$(PKG_CFLAGS))

lint: $(BUILD)/include/store/sql.h ## clang-tidy, cppcheck and shellcheck
	$(Q)printf '%s\n' $(wildcard src/*.c src/*/*.c) | xargs -P 2 -n 8 \
		sh -c 'clang-tidy --quiet "$$@" -- $(TIDY_FLAGS) 2>/dev/null' tidy
	$(Q)cppcheck --quiet --error-exitcode=1 --std=c11 -Iinclude \
		--enable=warning,portability --inline-suppr \
		'-Djson_array_foreach(a,i,v)=for(i=0;(v=json_array_get(a,i));i++)' \
		'-Djson_object_foreach(o,k,v)=for(k=key_of(o);(v=value_of(o,k));)' \
		src
	@# SC2016: programs of jq and awk stand in single quotes.
	$(Q)shellcheck -e SC2016 sql/*.sh tests/*/*.sh .ci/run

clean: ## Remove what was built, and what `make run` kept
	rm -rf build $$(grep -sx '/var/tmp/unifyd-run\.[A-Za-z0-9]*' build/run/cluster)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
