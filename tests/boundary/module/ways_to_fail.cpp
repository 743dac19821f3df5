// The failures that the suite takes through every crossing.
#include "tests/boundary/module/ways_to_fail.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "extension/boundary/call_pg.hpp"
#include "extension/boundary/postgres_error.hpp"
#include "extension/core/error/error.hpp"
#include "tests/boundary/module/live_object.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary_test {

namespace {

struct Way {
  std::string_view name;
  void (*fail)();
};

std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  while (times-- > 0) {
    all += text;
  }
  return all;
}

[[noreturn]] void allocate_too_much() {
  // Through a volatile, or the compiler sees what happens and refuses.
  volatile std::size_t size = std::numeric_limits<std::ptrdiff_t>::max();
  void* const memory = ::operator new(size);
  ::operator delete(memory);
  throw std::logic_error("memory without end");
}

// Bounds the address space to little more than what is in use, while it lives.
class NoMoreMemory {
 public:
  NoMoreMemory() noexcept { getrlimit(RLIMIT_AS, &before_); }
  NoMoreMemory(const NoMoreMemory&) = delete;
  NoMoreMemory& operator=(const NoMoreMemory&) = delete;
  ~NoMoreMemory() { setrlimit(RLIMIT_AS, &before_); }

  void begin() const noexcept {
    char status[64] = {};
    const int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0 || read(file, status, sizeof status - 1) <= 0) {
      return;
    }
    close(file);
    const rlim_t pages = std::strtoul(status, nullptr, 10);
    const rlimit now{pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + kLittle, before_.rlim_max};
    setrlimit(RLIMIT_AS, &now);
  }

 private:
  static constexpr rlim_t kLittle = rlim_t{8} << 20;
  rlimit before_{};
};

// Raises an error so large that it cannot be copied: memory ends once the server has built it, while it asks
// for context.
void raise_too_large_to_copy() {
  const NoMoreMemory no_more_memory;
  boundary::call_pg([&no_more_memory]() noexcept {
    constexpr Size kLarge = Size{64} << 20;
    auto* const detail = static_cast<char*>(palloc(kLarge));
    std::memset(detail, 'x', kLarge - 1);
    detail[kLarge - 1] = '\0';
    ErrorContextCallback callback;
    callback.previous = error_context_stack;
    callback.callback = [](void* argument) { static_cast<const NoMoreMemory*>(argument)->begin(); };
    callback.arg = const_cast<void*>(static_cast<const void*>(&no_more_memory));
    error_context_stack = &callback;
    ereport(ERROR, (errmsg("too much to say"), errdetail_internal("%s", detail)));
  });
}

constexpr std::array kWays{
    Way{"not at all", [] {}},
    Way{"Error", [] { throw Error("KC007", "the room is taken", "{\"room\": \"101\"}", "Try room 102."); }},
    Way{"Error with a message only", [] { throw Error("KC007", "the room is taken"); }},
    Way{"Error with a broken SQLSTATE", [] { throw Error("kc 07?", "the room is taken"); }},
    Way{"Error with the SQLSTATE of success", [] { throw Error("00000", "the room is taken"); }},
    Way{"Error with long texts",
        [] { throw Error("KC007", repeat("ä", 3000), repeat("ö", 100000), repeat("ü", 3000)); }},
    Way{"Error with an endless detail", [] { throw Error("KC007", "much to say", repeat("ö", 1000000)); }},
    Way{"Error with bytes that are no text",
        [] {
          throw Error("KC007",
                      "a\xff\xfe"
                      "b \xc3",
                      "c\x80", "d\xe2\x82");
        }},
    Way{"Error with a percent sign", [] { throw Error("KC007", "100%s %n", "50%d", "0%m"); }},
    Way{"std::exception", [] { throw std::runtime_error("wheels came off"); }},
    Way{"int", [] { throw 42; }},
    Way{"bad_alloc", [] { throw std::bad_alloc(); }},
    Way{"bad_alloc from the heap", allocate_too_much},
    Way{"Stopped", [] { throw Stopped{}; }},
    Way{"PostgresError without memory", [] { throw boundary::PostgresError(nullptr); }},
    Way{"raise too large to copy", raise_too_large_to_copy},
    Way{"raise through call_pg",
        [] {
          boundary::call_pg([]() noexcept {
            ereport(ERROR, (errcode(ERRCODE_CHECK_VIOLATION), errmsg("the server says no"),
                            errdetail("It looked twice."), errhint("Ask again."),
                            err_generic_string(PG_DIAG_CONSTRAINT_NAME, "never")));
          });
        }},
};

void fail_at_depth(const Way& way, int depth) {
  const LiveObject one;
  const std::vector<LiveObject> three(3);
  if (depth > 0) {
    fail_at_depth(way, depth - 1);
  } else {
    way.fail();
  }
}

}  // namespace

void fail(std::string_view way) {
  for (const Way& known : kWays) {
    if (known.name == way) {
      fail_at_depth(known, 3);
      return;
    }
  }
  throw Error("22023", "no such way to fail: \"" + std::string(way) + "\"");
}

}  // namespace command_center::boundary_test
