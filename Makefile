# Builds the extension with PGXS and is the entry point of everything else.
#
#   make deps      installs what a fresh Debian lacks (apt packages, Kafka's jars); needs root or sudo
#   make           builds the extension, the relay and the tests
#   make install   installs the extension into $(PG_CONFIG)'s server and the relay under $(PREFIX)
#   make demo      sets everything up and shows the whole path, counted
#   make test      sets everything up and runs all tests through ctest
#   make bench     sets everything up and prints the table of ratios
#   make check     formatting, clang-tidy, sanitizers
#   make clean

PG_CONFIG ?= pg_config
PREFIX ?= /usr/local
BUILD := build
# Not VERSION, which PGXS sets to the version of the server.
RELEASE := $(shell cat VERSION)

# A goal that installs what is missing runs make again afterwards, when pg_config is there.
ENTRY_POINTS := demo test bench check fuzz
.PHONY: deps $(ENTRY_POINTS) daemons

ifeq ($(shell command -v $(PG_CONFIG)),)

.DEFAULT_GOAL := all
.PHONY: all install clean
all install:
	@echo "$(PG_CONFIG) is not there: run \`make deps\` first, or name it with PG_CONFIG=" >&2; exit 1
clean:
	rm -rf $(BUILD)

else

SERVER_INCLUDE := $(shell $(PG_CONFIG) --includedir-server)

MODULE_big = command_center
OBJS := $(patsubst %.cpp,%.o,$(sort $(wildcard extension/core/*/*.cpp extension/boundary/*.cpp extension/command_center/*.cpp)))
EXTENSION = $(BUILD)/extension/command_center
DATA_built = $(BUILD)/extension/command_center--$(RELEASE).sql
EXTRA_CLEAN = $(OBJS:.o=.d) $(BUILD)

# -isystem: server headers use `register`, which C++17 refuses where -Werror is on.
PG_CXXFLAGS = -std=c++17 -Wall -Wextra -Wshadow $(WERROR) -MMD -MP \
	-isystem $(SERVER_INCLUDE) -I$(CURDIR) -DCOMMAND_CENTER_VERSION='"$(RELEASE)"'
SHLIB_LINK = -lre2 -Wl,--version-script=$(CURDIR)/extension/exports.map -Wl,--no-undefined-version

# The bitcode step would compile C++ without PG_CXXFLAGS.
override with_llvm := no

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# The link runs through g++, so that the C++ runtime comes along.
override COMPILER = $(CXX) $(CXXFLAGS)

-include $(OBJS:.o=.d)

all: $(EXTENSION).control check-exports daemons

$(shlib): extension/exports.map

# Objects that carry the version are built again when it changes.
$(OBJS): VERSION

$(EXTENSION).control: extension/command_center.control.in VERSION
	@mkdir -p $(@D)
	sed 's/@VERSION@/$(RELEASE)/' $< > $@

$(DATA_built): scripts/assemble-sql VERSION $(shell find sql/command_center -type f)
	@mkdir -p $(@D)
	scripts/assemble-sql sql/command_center > $@.new && mv $@.new $@

.PHONY: check-exports
check-exports: $(shlib)
	@scripts/check-exports $(shlib) $(DATA_built)
check-exports: $(DATA_built)

install: install-daemons

.PHONY: install-daemons
install-daemons: daemons
	cmake --install $(BUILD)/cmake --prefix "$(DESTDIR)$(PREFIX)"

daemons:
	@cmake -S . -B $(BUILD)/cmake -DCMAKE_BUILD_TYPE=RelWithDebInfo >$(BUILD)/cmake-configure.log 2>&1 \
		|| { cat $(BUILD)/cmake-configure.log; exit 1; }
	+@cmake --build $(BUILD)/cmake
daemons: | $(BUILD)

$(BUILD):
	@mkdir -p $@

endif

deps:
	@scripts/deps

$(ENTRY_POINTS):
	@scripts/deps
	@scripts/$@
