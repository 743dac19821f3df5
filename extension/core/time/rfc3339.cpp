// Writes instants without the C library's time zone machinery.
#include "extension/core/time/rfc3339.hpp"

#include <array>
#include <charconv>

namespace command_center::time {
namespace {

constexpr std::int64_t kMicrosecondsPerDay = 86'400'000'000;

struct Date {
  std::int64_t year;
  std::int64_t month;
  std::int64_t day;
};

// Days since 1970-01-01 to a date of the proleptic Gregorian calendar, counted in eras of 400 years that
// start on 1 March.
Date civil_date(std::int64_t days_since_epoch) {
  const std::int64_t days = days_since_epoch + 719'468;
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t day_of_era = days - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

// With zeros in front. printf would take as long as all the rest of a message.
void append_padded(std::string& text, std::int64_t number, std::size_t width) {
  std::array<char, 20> digits{};
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  const auto length = static_cast<std::size_t>(end - digits.data());
  text.append(width > length ? width - length : 0, '0').append(digits.data(), length);
}

}  // namespace

std::string to_rfc3339(std::int64_t unix_microseconds) {
  std::int64_t days = unix_microseconds / kMicrosecondsPerDay;
  std::int64_t rest = unix_microseconds % kMicrosecondsPerDay;
  if (rest < 0) {
    rest += kMicrosecondsPerDay;
    --days;
  }
  const Date date = civil_date(days);
  const std::int64_t seconds = rest / 1'000'000;
  std::string text;
  text.reserve(32);
  append_padded(text, date.year, 4);
  append_padded(text += '-', date.month, 2);
  append_padded(text += '-', date.day, 2);
  append_padded(text += 'T', seconds / 3'600, 2);
  append_padded(text += ':', seconds / 60 % 60, 2);
  append_padded(text += ':', seconds % 60, 2);
  append_padded(text += '.', rest % 1'000'000, 6);
  return text += 'Z';
}

}  // namespace command_center::time
