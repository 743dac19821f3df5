// Nights of a stay: dates as they are, instants as dates in the zone of the property.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace command_center::inventory {

// A day of the calendar, by its distance from 1970-01-01.
using Day = std::int32_t;

// The nights from the day of arrival to the one before the departure, whose day is free.
struct Stay {
  Day arrival;
  Day departure;
};

[[nodiscard]] constexpr bool operator==(const Stay& left, const Stay& right) noexcept {
  return left.arrival == right.arrival && left.departure == right.departure;
}

// Whether they have a night in common.
[[nodiscard]] constexpr bool overlap(const Stay& left, const Stay& right) noexcept {
  return left.arrival < right.departure && right.arrival < left.departure;
}

[[nodiscard]] constexpr bool has_night(const Stay& stay, Day night) noexcept {
  return stay.arrival <= night && night < stay.departure;
}

inline constexpr Day kFirstDay = -719'162;  // 0001-01-01
inline constexpr Day kLastDay = 2'932'896;  // 9999-12-31
inline constexpr Day kMostNights = 1100;

enum class StayFault { kNone, kNoNight, kTooLong, kOutOfRange };

// What is wrong with it. An arrival in the afternoon and a departure that is the same date in the property's
// zone have no night, and would block nobody.
[[nodiscard]] StayFault fault_of(const Stay& stay) noexcept;

// When a stay begins or ends, as a caller writes it.
struct Moment {
  enum class Kind { kDay, kInstant };
  Kind kind;
  Day day;                    // of kDay
  std::int64_t unix_seconds;  // of kInstant
};

// ISO 8601: a date; a date and a time of day without an offset, which is the hotel's own and so that date; a
// date and a time with Z or an offset, which is an instant.
[[nodiscard]] std::optional<Moment> parse_moment(std::string_view text) noexcept;

// The rules of a zone, which the server knows.
struct Zone {
  const void* rules;
  // Seconds that local time is ahead of UTC at an instant.
  std::int32_t (*offset_at)(const void* rules, std::int64_t unix_seconds) noexcept;
};

[[nodiscard]] Day day_in_zone(std::int64_t unix_seconds, const Zone& zone) noexcept;

// Of the proleptic Gregorian calendar; the month from 1. Nothing for a day that there is not.
[[nodiscard]] std::optional<Day> day_of(int year, int month, int day) noexcept;

}  // namespace command_center::inventory
