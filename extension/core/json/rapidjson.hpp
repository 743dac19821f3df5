// Brings in RapidJSON with its assertions turned into exceptions: an abort() in a backend ends every session
// of the cluster. The core includes RapidJSON through this file only.
#pragma once

#include "extension/core/error/error.hpp"

namespace command_center::json {

[[noreturn]] inline void broken_promise(const char* condition) {
  throw Error("XX000", std::string("JSON was written or read out of order: ") + condition);
}

}  // namespace command_center::json

#ifdef RAPIDJSON_ASSERT
#error "RapidJSON was included before"
#endif
#define RAPIDJSON_ASSERT(condition) \
  (static_cast<bool>(condition) ? static_cast<void>(0) : ::command_center::json::broken_promise(#condition))
#define RAPIDJSON_NOEXCEPT_ASSERT(condition) static_cast<void>(condition)

#include <rapidjson/document.h>
#include <rapidjson/writer.h>
