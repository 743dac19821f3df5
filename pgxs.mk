# Builds and installs the extension with PGXS. Included by nobody: the Makefile calls it, from the root of the tree.

BUILD := build
# Not VERSION, which PGXS sets to the version of the server.
RELEASE := $(shell cat VERSION)

MODULE_big = command_center
OBJS := $(patsubst %.cpp,%.o,$(sort $(shell find extension -name '*.cpp')))
EXTENSION = $(BUILD)/extension/command_center
CREATE_SQL := $(BUILD)/extension/command_center--$(RELEASE).sql
# Install scripts of released versions and hops between them are kept as they were; the hop from the last release is made.
RELEASED_SQL := $(patsubst sql/command_center/released/%.gz,$(BUILD)/extension/%,$(wildcard sql/command_center/released/*.sql.gz))
LAST_RELEASE := $(lastword $(shell ls sql/command_center/released | sed -n 's/^command_center--\([0-9.]*\)\.sql\.gz$$/\1/p' | sort -V))
HOP_SQL := $(BUILD)/extension/command_center--$(LAST_RELEASE)--$(RELEASE).sql
DATA_built = $(CREATE_SQL) $(RELEASED_SQL) $(HOP_SQL)
EXTRA_CLEAN = $(OBJS:.o=.d) $(BUILD)/extension

# -isystem: server headers use `register`, which C++17 refuses where -Werror is on.
PG_CXXFLAGS = -std=c++17 -Wall -Wextra -Wshadow $(WERROR) -MMD -MP -isystem $(shell $(PG_CONFIG) --includedir-server) -I$(CURDIR)
SHLIB_LINK = -lre2 -lidn2 -lcrypto -Wl,--version-script=$(CURDIR)/extension/exports.map -Wl,--no-undefined-version

# The bitcode step would compile C++ without PG_CXXFLAGS.
override with_llvm := no

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# The link runs through g++, so that the C++ runtime comes along.
override COMPILER = $(CXX) $(CXXFLAGS)

-include $(OBJS:.o=.d)

all: $(EXTENSION).control check-exports

$(shlib): extension/exports.map

# Another server's headers or other flags make other objects. The file names the server, and is written only when that changes.
SERVER := $(BUILD)/server
$(shell mkdir -p $(BUILD); echo '$(includedir_server)' | cmp -s - $(SERVER) || echo '$(includedir_server)' >$(SERVER))
$(OBJS): pgxs.mk $(SERVER)

$(EXTENSION).control: extension/command_center.control.in VERSION
	@mkdir -p $(@D)
	sed 's/@VERSION@/$(RELEASE)/' $< > $@

$(CREATE_SQL): scripts/assemble-sql VERSION $(shell find sql/command_center -type f)
	@mkdir -p $(@D)
	scripts/assemble-sql sql/command_center > $@.new && mv $@.new $@

$(RELEASED_SQL): $(BUILD)/extension/%: sql/command_center/released/%.gz
	@mkdir -p $(@D)
	gzip -dc $< > $@.new && mv $@.new $@

$(HOP_SQL): $(CREATE_SQL) $(BUILD)/extension/command_center--$(LAST_RELEASE).sql
	scripts/assemble-sql --hop $(BUILD)/extension/command_center--$(LAST_RELEASE).sql sql/command_center > $@.new && mv $@.new $@

.PHONY: check-exports
check-exports: $(shlib) $(DATA_built)
	@scripts/check-exports $(shlib) $(DATA_built)
