// One table for HTTP and gRPC. Codes come before their classes.
#include "api/problems/table.hpp"

#include <array>

namespace command_center::api::problems {
namespace {

// grpc::StatusCode, which this room does not include.
constexpr int kInvalidArgument = 3;
constexpr int kDeadlineExceeded = 4;
constexpr int kNotFound = 5;
constexpr int kAlreadyExists = 6;
constexpr int kPermissionDenied = 7;
constexpr int kResourceExhausted = 8;
constexpr int kFailedPrecondition = 9;
constexpr int kAborted = 10;
constexpr int kOutOfRange = 11;
constexpr int kInternal = 13;
constexpr int kUnavailable = 14;

constexpr int kNever = 0;
constexpr int kSoon = 1;
constexpr int kLater = 5;

constexpr std::array kTable{
    Entry{"KC001", 422, kInvalidArgument, kNever, Words::kPassedOn, "Payload fails its schema"},
    Entry{"KC002", 404, kNotFound, kNever, Words::kPassedOn, "Not found"},
    Entry{"KC003", 403, kPermissionDenied, kNever, Words::kPassedOn, "Not permitted"},
    Entry{"KC004", 409, kAborted, kSoon, Words::kPassedOn, "Idempotency key in progress"},
    Entry{"KC005", 422, kFailedPrecondition, kNever, Words::kPassedOn, "Idempotency key reused"},
    Entry{"KC006", 412, kAborted, kNever, Words::kPassedOn, "Version clash"},
    Entry{"KC007", 409, kAlreadyExists, kNever, Words::kPassedOn, "Conflict"},
    Entry{"KC008", 410, kFailedPrecondition, kNever, Words::kPassedOn, "Expired"},
    Entry{"KC009", 409, kFailedPrecondition, kNever, Words::kPassedOn, "Balance too low"},
    Entry{"KC010", 429, kResourceExhausted, kSoon, Words::kPassedOn, "Rate limited"},
    Entry{"KC011", 403, kPermissionDenied, kNever, Words::kPassedOn, "Command disabled"},
    Entry{"KC012", 503, kUnavailable, kLater, Words::kPassedOn, "No target available"},
    Entry{"KC013", 422, kInvalidArgument, kNever, Words::kPassedOn, "Invalid definition"},
    Entry{"KC014", 413, kOutOfRange, kNever, Words::kPassedOn, "Too large"},
    Entry{"KC015", 409, kFailedPrecondition, kNever, Words::kPassedOn, "Not allowed in this state"},
    Entry{"0A000", 500, kInternal, kNever, Words::kReplaced, "Not supported by this server"},
    Entry{"22004", 400, kInvalidArgument, kNever, Words::kPassedOn, "Missing argument"},
    Entry{"22023", 400, kInvalidArgument, kNever, Words::kPassedOn, "Argument out of bounds"},
    Entry{"22", 400, kInvalidArgument, kNever, Words::kPassedOn, "Invalid value"},
    Entry{"23514", 503, kUnavailable, kLater, Words::kReplaced, "No partition for this day"},
    Entry{"23", 409, kFailedPrecondition, kNever, Words::kReplaced,
          "A constraint of the database forbids it"},
    Entry{"25001", 500, kInternal, kNever, Words::kReplaced, "Wrong transaction isolation"},
    Entry{"25006", 503, kUnavailable, kLater, Words::kReplaced, "The database takes no writes now"},
    Entry{"40001", 409, kAborted, kSoon, Words::kReplaced, "Conflict with another transaction"},
    Entry{"40P01", 409, kAborted, kSoon, Words::kReplaced, "Conflict with another transaction"},
    Entry{"42501", 403, kPermissionDenied, kNever, Words::kReplaced, "The database does not permit it"},
    Entry{"54001", 413, kOutOfRange, kNever, Words::kReplaced, "Too deep"},
    Entry{"55P03", 409, kAborted, kSoon, Words::kReplaced, "Held by another transaction"},
    Entry{"57014", 503, kDeadlineExceeded, kSoon, Words::kReplaced, "Not finished in time"},
    Entry{"P0001", 422, kFailedPrecondition, kNever, Words::kPassedOn, "Refused by its handler"},
    // The database is away, full or not set up; 0P000: the role of the request is not there.
    Entry{"0P", 503, kUnavailable, kLater, Words::kReplaced, "The database is not set up"},
    Entry{"08", 503, kUnavailable, kSoon, Words::kReplaced, "The database cannot be reached"},
    Entry{"53", 503, kUnavailable, kLater, Words::kReplaced, "The database is short of resources"},
    Entry{"57", 503, kUnavailable, kSoon, Words::kReplaced, "The database is not available"},
    Entry{"3D", 503, kUnavailable, kLater, Words::kReplaced, "The database is not set up"},
    Entry{"3F", 503, kUnavailable, kLater, Words::kReplaced, "The database is not set up"},
    Entry{"42P01", 503, kUnavailable, kLater, Words::kReplaced, "The database is not set up"},
    Entry{"42883", 503, kUnavailable, kLater, Words::kReplaced, "The database is not set up"},
};

constexpr Entry kUnexpected{"", 500, kInternal, kNever, Words::kReplaced, "Internal error"};

constexpr std::size_t kClassLength = 2;

}  // namespace

const std::vector<Entry>& entries() {
  static const std::vector<Entry> all(kTable.begin(), kTable.end());
  return all;
}

const Entry& entry_of(std::string_view sqlstate) noexcept {
  const Entry* of_class = nullptr;
  for (const Entry& entry : kTable) {
    if (entry.code == sqlstate) return entry;
    if (entry.code.size() == kClassLength && sqlstate.substr(0, kClassLength) == entry.code)
      of_class = &entry;
  }
  return of_class != nullptr ? *of_class : kUnexpected;
}

}  // namespace command_center::api::problems
