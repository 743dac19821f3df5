// Checks dates, times and durations by their grammar and the calendar.
#include "extension/core/json_schema/formats/date_time.hpp"

#include <cstddef>

#include "extension/core/json_schema/formats/characters.hpp"

namespace command_center::json_schema::formats {

namespace {

// The number in `count` digits at a place, or -1.
int read_digits(std::string_view text, std::size_t at, std::size_t count) noexcept {
  if (text.size() < at + count) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

int days_in(int year, int month) noexcept {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

constexpr int kHoursPerDay = 24;
constexpr int kMinutesPerHour = 60;
constexpr int kMinutesPerDay = kHoursPerDay * kMinutesPerHour;

// Reads Z or ±hh:mm to the end of the text; `minutes` is what must be taken off for UTC.
bool read_offset(std::string_view text, int& minutes) noexcept {
  if (text == "Z" || text == "z") {
    minutes = 0;
    return true;
  }
  constexpr std::size_t kLength = 6;
  if (text.size() != kLength || (text[0] != '+' && text[0] != '-') || text[3] != ':') return false;
  const int hour = read_digits(text, 1, 2);
  const int minute = read_digits(text, 4, 2);
  if (hour < 0 || hour >= kHoursPerDay || minute < 0 || minute >= kMinutesPerHour) return false;
  minutes = (hour * kMinutesPerHour + minute) * (text[0] == '+' ? 1 : -1);
  return true;
}

// Takes digits and a unit letter off the front. True if the unit was there.
bool take_unit(std::string_view& text, char unit) noexcept {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0 || digits == text.size() || text[digits] != unit) return false;
  text.remove_prefix(digits + 1);
  return true;
}

// A run of consecutive units, such as Y M D: a later one may follow only its neighbour.
bool take_units(std::string_view& text, std::string_view units) noexcept {
  bool any = false;
  for (const char unit : units) {
    if (take_unit(text, unit)) {
      any = true;
    } else if (any) {
      break;
    }
  }
  return any;
}

}  // namespace

bool is_date(std::string_view text) noexcept {
  constexpr std::size_t kLength = 10;
  if (text.size() != kLength || text[4] != '-' || text[7] != '-') return false;
  const int year = read_digits(text, 0, 4);
  const int month = read_digits(text, 5, 2);
  const int day = read_digits(text, 8, 2);
  return year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= days_in(year, month);
}

bool is_time(std::string_view text) noexcept {
  constexpr std::size_t kSecondsEnd = 8;
  const int hour = read_digits(text, 0, 2);
  const int minute = read_digits(text, 3, 2);
  const int second = read_digits(text, 6, 2);
  if (hour < 0 || minute < 0 || second < 0 || text[2] != ':' || text[5] != ':') return false;
  if (hour >= kHoursPerDay || minute >= kMinutesPerHour || second > 60) return false;
  std::size_t end = kSecondsEnd;
  if (end < text.size() && text[end] == '.') {
    const std::size_t fraction = ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end == fraction) return false;
  }
  int offset = 0;
  if (!read_offset(text.substr(end), offset)) return false;
  // A leap second ends a day of UTC.
  const int utc = (hour * kMinutesPerHour + minute - offset + 2 * kMinutesPerDay) % kMinutesPerDay;
  return second < 60 || utc == kMinutesPerDay - 1;
}

bool is_date_time(std::string_view text) noexcept {
  constexpr std::size_t kDateLength = 10;
  if (text.size() <= kDateLength || (text[kDateLength] != 'T' && text[kDateLength] != 't')) return false;
  return is_date(text.substr(0, kDateLength)) && is_time(text.substr(kDateLength + 1));
}

bool is_duration(std::string_view text) noexcept {
  if (text.empty() || text[0] != 'P') return false;
  text.remove_prefix(1);
  std::string_view weeks = text;
  if (take_unit(weeks, 'W')) return weeks.empty();
  const bool has_date = take_units(text, "YMD");
  if (text.empty()) return has_date;
  if (text[0] != 'T') return false;
  text.remove_prefix(1);
  return take_units(text, "HMS") && text.empty();
}

}  // namespace command_center::json_schema::formats
