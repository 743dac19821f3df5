// Writes instants without the C library's time zone machinery.
#include "extension/core/time/rfc3339.hpp"

#include <array>
#include <cstdio>

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
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04lld-%02lld-%02lldT%02lld:%02lld:%02lld.%06lldZ",
      static_cast<long long>(date.year), static_cast<long long>(date.month), static_cast<long long>(date.day),
      static_cast<long long>(seconds / 3'600), static_cast<long long>(seconds / 60 % 60),
      static_cast<long long>(seconds % 60), static_cast<long long>(rest % 1'000'000));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace command_center::time
