# The entry points of the project; the extension itself is built by pgxs.mk, the daemons and tests by CMakeLists.txt.
#
#   make deps      installs what a fresh Debian lacks (apt packages, Kafka's jars); needs root or sudo
#   make           builds the extension, the relay, the API and the tests
#   make example   builds the extension of tests/example, which only tests use
#   make install   installs the extension into $(PG_CONFIG)'s server, the relay and the API under $(PREFIX)
#   make demo      sets everything up and shows the whole path, counted
#   make sandbox   sets everything up and opens a shell with servers of its own
#   make test      sets everything up and runs all tests through ctest
#   make chaos     sets everything up and hurts the relay and its servers under load (CHAOS_SECONDS, CHAOS_SEED)
#   make bench     sets everything up and prints the table of ratios
#   make check     formatting, clang-tidy, sanitizers
#   make fuzz      fuzzes the core
#   make clean

PG_CONFIG ?= pg_config
PREFIX ?= /usr/local
BUILD := build
EXTENSION_MAKE = $(MAKE) --no-print-directory -f pgxs.mk PG_CONFIG=$(PG_CONFIG)

.PHONY: all extension example daemons install deps demo sandbox test chaos bench check fuzz clean
.DEFAULT_GOAL := all

all: extension daemons

extension: | $(BUILD)
	@command -v $(PG_CONFIG) >/dev/null \
		|| { echo "$(PG_CONFIG) is not there: run \`make deps\` first, or name it with PG_CONFIG=" >&2; exit 1; }
	+@$(EXTENSION_MAKE) all

example: extension
	+@$(EXTENSION_MAKE) example

daemons: | $(BUILD)
	@cmake -S . -B $(BUILD)/cmake -DCMAKE_BUILD_TYPE=RelWithDebInfo >$(BUILD)/cmake-configure.log 2>&1 \
		|| { cat $(BUILD)/cmake-configure.log; exit 1; }
	+@cmake --build $(BUILD)/cmake

install: all
	+@$(EXTENSION_MAKE) install
	cmake --install $(BUILD)/cmake --prefix "$(DESTDIR)$(PREFIX)"

$(BUILD):
	@mkdir -p $@

deps:
	@scripts/deps

demo sandbox test chaos bench check fuzz:
	@scripts/deps
	@scripts/$@

clean:
	@! command -v $(PG_CONFIG) >/dev/null || $(EXTENSION_MAKE) clean
	rm -rf $(BUILD)
