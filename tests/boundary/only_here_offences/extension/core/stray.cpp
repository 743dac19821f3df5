// Breaks every rule of the boundary; never compiled. A comment may say catch (…) and PG_TRY().
// The order of the includes is one of the offences.
// clang-format off
#include <regex>
#include <postgres.h>
#include "extension/boundary/postgres_all.hpp"
#include <string>

void stray() {
  PG_TRY();
  try {
    const std::regex pattern("[;a-z]\\\\");
  } catch (...) {
  }
  if (sigsetjmp(jump, 0) == 0) {
    std::thread([] {}).detach();
  }
  catch_up(1);
}
