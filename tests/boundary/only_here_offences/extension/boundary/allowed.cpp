// Does what only the boundary may; never compiled.
#include "extension/boundary/postgres_all.hpp"

void allowed() {
  PG_TRY();
  try {
  } catch (...) {
  }
}
