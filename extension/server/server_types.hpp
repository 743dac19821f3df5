// Names two of the server's plain types, so that our headers need none of the server's.
#pragma once

#include <cstdint>

// The same declarations as in postgres.h and postgres_ext.h; C++ lets them be repeated.
typedef std::uintptr_t Datum;  // NOLINT(modernize-use-using)
typedef unsigned int Oid;      // NOLINT(modernize-use-using)

struct varlena;
struct FunctionCallInfoBaseData;
struct JsonbContainer;
