// Asks the server which bytes are text.
#include "extension/boundary/sendable.hpp"

#include <cstring>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::boundary::internal {

char* make_sendable(char* text) {
  const int length = static_cast<int>(std::strlen(text));
  const int encoding = GetDatabaseEncoding();
  int good = 0;
  while ((good += pg_encoding_verifymbstr(encoding, text + good, length - good)) < length) {
    text[good] = '?';
  }
  return text;
}

}  // namespace command_center::boundary::internal
