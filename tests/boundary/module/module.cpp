// Makes the test functions a module that a server loads by path; it is never installed.
#include "extension/boundary/postgres_all.hpp"

extern "C" {
PG_MODULE_MAGIC;
}
