// Calls of the server that several test functions make; Postgres regime.
#pragma once

#include <string_view>

struct FunctionCallInfoBaseData;
struct MemoryContextData;

namespace command_center::boundary_test {

// Argument `index` of type text; valid as long as the call.
[[nodiscard]] std::string_view text_argument(FunctionCallInfoBaseData* call, int index);
// The same, zero-terminated.
[[nodiscard]] const char* c_string_argument(FunctionCallInfoBaseData* call, int index);

// Runs one statement through SPI. Its first value as text, in the memory context current at the call; "" when
// there is none.
[[nodiscard]] const char* run_sql(const char* sql);

}  // namespace command_center::boundary_test
