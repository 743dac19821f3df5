// A header that lets the server's macros out; never compiled.
#include "extension/boundary/postgres_all.hpp"
