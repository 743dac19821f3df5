// Calendar arithmetic after Howard Hinnant's days_from_civil, and a reader of ISO 8601 that takes no more
// than what is documented.
#include "extension/core/inventory/stay.hpp"

namespace command_center::inventory {
namespace {

constexpr std::int64_t kSecondsOfDay = 86'400;

constexpr bool is_leap(int year) noexcept {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

constexpr int days_in(int year, int month) noexcept {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

constexpr Day days_from_civil(int year, int month, int day) noexcept {
  const int from_march = month > 2 ? month - 3 : month + 9;
  const int counted = month > 2 ? year : year - 1;
  const int era = (counted >= 0 ? counted : counted - 399) / 400;
  const int year_of_era = counted - era * 400;
  const int day_of_year = (153 * from_march + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

static_assert(days_from_civil(1970, 1, 1) == 0 && days_from_civil(1, 1, 1) == kFirstDay &&
              days_from_civil(9999, 12, 31) == kLastDay);

// Rounds towards the past: an instant before 1970 has a date, too.
constexpr std::int64_t days_in_seconds(std::int64_t seconds) noexcept {
  const std::int64_t days = seconds / kSecondsOfDay;
  return seconds % kSecondsOfDay < 0 ? days - 1 : days;
}

// Takes text from its front, or notes that it is not as it must be.
class Reader {
 public:
  explicit Reader(std::string_view text) noexcept : rest_(text) {}

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  int digits(std::size_t count) noexcept {
    if (rest_.size() < count) return fail();
    int number = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return fail();
      number = number * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }

  bool skip(char expected) noexcept {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char expected) noexcept {
    if (!skip(expected)) (void)fail();
  }

  void skip_digits() noexcept {
    std::size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
    if (count == 0 || count > kMostFraction) (void)fail();
    rest_.remove_prefix(count);
  }

  int fail() noexcept {
    failed_ = true;
    rest_ = {};
    return 0;
  }

 private:
  static constexpr std::size_t kMostFraction = 9;

  std::string_view rest_;
  bool failed_ = false;
};

// Seconds of the day. 24:00 is no time here: it would be another date.
int read_time(Reader& reader) noexcept {
  const int hour = reader.digits(2);
  reader.expect(':');
  const int minute = reader.digits(2);
  int second = 0;
  if (reader.skip(':')) {
    second = reader.digits(2);
    if (reader.skip('.')) reader.skip_digits();
  }
  // A leap second is the last one of its minute.
  if (hour > 23 || minute > 59 || second > 60) return reader.fail();
  return hour * 3600 + minute * 60 + (second == 60 ? 59 : second);
}

// Hours, and minutes with or without a colon.
int read_offset(Reader& reader, int sign) noexcept {
  const int hour = reader.digits(2);
  int minute = 0;
  if (!reader.at_end()) {
    (void)reader.skip(':');
    minute = reader.digits(2);
  }
  if (hour > 15 || minute > 59) return reader.fail();
  return sign * (hour * 3600 + minute * 60);
}

}  // namespace

StayFault fault_of(const Stay& stay) noexcept {
  if (stay.arrival < kFirstDay || stay.departure > kLastDay) return StayFault::kOutOfRange;
  if (stay.arrival >= stay.departure) return StayFault::kNoNight;
  return stay.departure - stay.arrival > kMostNights ? StayFault::kTooLong : StayFault::kNone;
}

std::optional<Day> day_of(int year, int month, int day) noexcept {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in(year, month)) return {};
  return days_from_civil(year, month, day);
}

std::optional<Moment> parse_moment(std::string_view text) noexcept {
  Reader reader(text);
  const int year = reader.digits(4);
  reader.expect('-');
  const int month = reader.digits(2);
  reader.expect('-');
  const int day_of_month = reader.digits(2);
  const std::optional<Day> day = day_of(year, month, day_of_month);
  if (reader.failed() || !day) return {};
  const Moment as_day = {Moment::Kind::kDay, *day, 0};
  if (reader.at_end()) return as_day;
  if (!reader.skip('T') && !reader.skip('t') && !reader.skip(' ')) return {};
  const int time = read_time(reader);
  if (reader.failed()) return {};
  if (reader.at_end()) return as_day;
  int offset = 0;
  if (reader.skip('+')) {
    offset = read_offset(reader, 1);
  } else if (reader.skip('-')) {
    offset = read_offset(reader, -1);
  } else if (!reader.skip('Z') && !reader.skip('z')) {
    return {};
  }
  if (reader.failed() || !reader.at_end()) return {};
  return Moment{Moment::Kind::kInstant, 0, *day * kSecondsOfDay + time - offset};
}

Day day_in_zone(std::int64_t unix_seconds, const Zone& zone) noexcept {
  const std::int64_t day = days_in_seconds(unix_seconds + zone.offset_at(zone.rules, unix_seconds));
  // What no calendar of ours has is refused by fault_of().
  if (day < kFirstDay) return kFirstDay - 1;
  if (day > kLastDay) return kLastDay + 1;
  return static_cast<Day>(day);
}

}  // namespace command_center::inventory
