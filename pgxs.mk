# Builds and installs the extensions with PGXS, all from one library. Included by nobody: the Makefile calls it, from the root of the tree.
#
# An extension is a file extension/NAME.control.in, its C++ in extension/NAME/ and its SQL in sql/NAME/. `make -f pgxs.mk example` makes
# build/example: ours and those of tests/example, with a library of their own. Nothing of that is installed (see tests/example/with-example).

BUILD := build
# Not VERSION, which PGXS sets to the version of the server.
RELEASE := $(shell cat VERSION)
EXTENSIONS := $(patsubst extension/%.control.in,%,$(sort $(wildcard extension/*.control.in)))
EXAMPLES := $(patsubst tests/example/extension/%.control.in,%,$(sort $(wildcard tests/example/extension/*.control.in)))

MODULE_big = command_center
OBJS := $(patsubst %.cpp,%.o,$(sort $(shell find extension -name '*.cpp')))
EXTENSION = $(EXTENSIONS:%=$(BUILD)/extension/%)

# Install scripts of released versions and hops between them are kept as they were; the hop from the last release is made.
released = $(patsubst $(2)sql/$(1)/released/%.gz,$(BUILD)/extension/%,$(wildcard $(2)sql/$(1)/released/*.sql.gz))
last_release = $(lastword $(shell ls $(2)sql/$(1)/released 2>/dev/null | sed -n 's/^$(1)--\([0-9.]*\)\.sql\.gz$$/\1/p' | sort -V))
hop = $(if $(call last_release,$(1),$(2)),$(1)--$(call last_release,$(1),$(2))--$(RELEASE).sql)
# (1) the extension, (2) where its tree is.
scripts_of = $(BUILD)/extension/$(1)--$(RELEASE).sql $(call released,$(1),$(2)) $(addprefix $(BUILD)/extension/,$(call hop,$(1),$(2)))
DATA_built = $(foreach name,$(EXTENSIONS),$(call scripts_of,$(name)))
EXTRA_CLEAN = $(OBJS:.o=.d) $(EXAMPLE_OBJS) $(EXAMPLE_OBJS:.o=.d) $(BUILD)/extension $(BUILD)/example

# -isystem: server headers use `register`, which C++17 refuses where -Werror is on.
PG_CXXFLAGS = -std=c++17 -Wall -Wextra -Wshadow $(WERROR) -MMD -MP -isystem $(shell $(PG_CONFIG) --includedir-server) -I$(CURDIR)
LIBRARIES = -lre2 -lidn2 -lcrypto -Wl,--no-undefined-version
SHLIB_LINK = $(LIBRARIES) -Wl,--version-script=$(CURDIR)/$(BUILD)/extension/exports.map

# The bitcode step would compile C++ without PG_CXXFLAGS.
override with_llvm := no

PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# The link runs through g++, so that the C++ runtime comes along.
override COMPILER = $(CXX) $(CXXFLAGS)

EXAMPLE_OBJS := $(patsubst %.cpp,%.o,$(sort $(shell find tests/example/extension -name '*.cpp' 2>/dev/null)))
-include $(OBJS:.o=.d) $(EXAMPLE_OBJS:.o=.d)

all: $(EXTENSION:%=%.control) check-exports

$(shlib): $(BUILD)/extension/exports.map

# Another server's headers or other flags make other objects. The file names the server, and is written only when that changes.
SERVER := $(BUILD)/server
$(shell mkdir -p $(BUILD); echo '$(includedir_server)' | cmp -s - $(SERVER) || echo '$(includedir_server)' >$(SERVER))
$(OBJS) $(EXAMPLE_OBJS): pgxs.mk $(SERVER)

# What the server may look up by name, and nothing else: symbols of functions start with the extension's name.
%/exports.map: pgxs.mk $(wildcard extension/*.control.in tests/example/extension/*.control.in)
	@mkdir -p $(@D)
	echo '{ global: Pg_magic_func; _PG_init; pg_finfo_*; $(EXTENSIONS:%=%_*;) $(if $(findstring example,$@),$(EXAMPLES:%=%_*;)) local: *; };' > $@

# (1) the extension, (2) where its tree is, (3) where what is made goes.
define scripts_from
$(3)/$(1).control: $(2)extension/$(1).control.in VERSION
	@mkdir -p $$(@D)
	sed 's/@VERSION@/$(RELEASE)/' $$< > $$@

$(3)/$(1)--$(RELEASE).sql: scripts/assemble-sql VERSION $(shell find sql/templates $(2)sql/$(1) -type f)
	@mkdir -p $$(@D)
	scripts/assemble-sql $(2)sql/$(1) > $$@.new && mv $$@.new $$@

$(3)/$(1)--%.sql: $(2)sql/$(1)/released/$(1)--%.sql.gz
	@mkdir -p $$(@D)
	gzip -dc $$< > $$@.new && mv $$@.new $$@

$(if $(call hop,$(1),$(2)),$(3)/$(call hop,$(1),$(2)): $(3)/$(1)--$(RELEASE).sql $(3)/$(1)--$(call last_release,$(1),$(2)).sql
	scripts/assemble-sql --hop $(3)/$(1)--$(call last_release,$(1),$(2)).sql $(2)sql/$(1) > $$@.new && mv $$@.new $$@)
endef
$(foreach name,$(EXTENSIONS),$(eval $(call scripts_from,$(name),,$(BUILD)/extension)))

.PHONY: check-exports
check-exports: $(shlib) $(DATA_built)
	@scripts/check-exports $(shlib) $(DATA_built)

EXAMPLE_SHLIB = $(BUILD)/example/$(notdir $(shlib))
EXAMPLE_DATA = $(foreach name,$(EXAMPLES),$(subst $(BUILD)/extension,$(BUILD)/example,\
	$(call scripts_of,$(name),tests/example/) $(BUILD)/extension/$(name).control))
$(foreach name,$(EXAMPLES),$(eval $(call scripts_from,$(name),tests/example/,$(BUILD)/example)))

.PHONY: example
example: $(EXAMPLE_SHLIB) $(EXAMPLE_DATA) $(DATA_built) $(EXTENSION:%=%.control)
	@scripts/check-exports $(EXAMPLE_SHLIB) $(DATA_built) $(filter %.sql,$(EXAMPLE_DATA))
	cp $(DATA_built) $(EXTENSION:%=%.control) $(BUILD)/example

$(EXAMPLE_SHLIB): $(filter-out extension/module.o,$(OBJS)) $(EXAMPLE_OBJS) $(BUILD)/example/exports.map
	$(COMPILER) -shared -o $@ $(filter %.o,$^) $(LDFLAGS) $(LDFLAGS_SL) $(LIBRARIES) -Wl,--version-script=$(CURDIR)/$(BUILD)/example/exports.map
