// Raises the project's errors from Postgres regime.
#pragma once

namespace command_center::server {

// An SQL error with one of our SQLSTATEs (five characters). `detail` and `hint` may be null. Postgres regime:
// no C++ object with a destructor may be alive; C++ regime throws command_center::Error.
[[noreturn]] void refuse(const char* sqlstate, const char* message, const char* detail = nullptr,
                         const char* hint = nullptr);

}  // namespace command_center::server
