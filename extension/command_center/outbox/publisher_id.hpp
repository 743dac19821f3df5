// The names of publishers: what is divided among several, since which change, and which part one of them has.
#pragma once

#include <cstdint>
#include <string_view>

namespace command_center::extension {

// Which keys a publisher has: those whose hash leaves number - 1 when it is divided by count.
struct Shard {
  std::int64_t number = 1;
  std::int64_t count = 1;
};

// "default:3:1/2" is shard 1 of 2 of "default" since its third generation. A name of another form is a
// family by itself, which has every key in its first. Views of the name.
struct PublisherId {
  std::string_view family;
  std::int64_t generation = 1;
  Shard shard;
};

[[nodiscard]] PublisherId parse_publisher(std::string_view publisher) noexcept;

// SQL: whether a message is of a shard, by its key. The same on every server and in every database: what is
// published already depends on it. One of one has all, and costs no hash.
#define IS_OF_SHARD(key, number, count)                                                                  \
  "(" count " = 1 OR mod(hashtextextended(" key "::text COLLATE \"C\", 0) & 9223372036854775807, " count \
  ") = " number " - 1)"

}  // namespace command_center::extension
