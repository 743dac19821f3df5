// What answers look like: the SQL that makes them and the schema that describes them come from one list.
#pragma once

#include <string>
#include <vector>

#include "api/routes/route.hpp"

namespace command_center::api::routes::rows {

enum class Null : std::uint8_t { kNever, kMaybe };

// A member of a JSON object and the expression that is its value.
struct Field {
  std::string name;
  std::string sql;
  Kind kind = Kind::kText;
  Null null = Null::kNever;
  std::vector<std::string> words{};  // it is one of these
};

struct Shape {
  std::string name;  // of the schema; pages are <name>Page
  std::vector<Field> fields;
};

extern const Shape kCommand, kCommandVersion, kRoute, kFeature, kService, kModule, kEnvironment, kTopic,
    kEvent, kSubscription, kConsumerOffset, kDeadLetter, kParked, kTopicHold, kDispatch, kFoundDispatch,
    kAuditRow, kFinding, kDoctorFinding, kHealthCheck, kOutboxStatus, kReplayedDispatch, kReplayedDeadLetter,
    kReplayedMessage, kSimulated, kLockOutcome, kLock, kNight;

// All of them.
const std::vector<const Shape*>& shapes();

// json_build_object(…) of the fields.
std::string object(const Shape& shape);

// One page of `from`, whose rows the fields' expressions call `alias`: those behind the cursor, in an order
// that begins with `key`. At most pageSize rows and 250 kB, but one row always.
struct Page {
  std::string alias;
  std::string from;
  std::string key;
  std::string behind;  // the condition with {pageAfter}
  std::string order;
  std::string where = "true";
};
std::string page(const Shape& shape, const Page& page);
// The same in the order of a text.
std::string page_by(const Shape& shape, const std::string& alias, const std::string& key,
                    const std::string& from, const std::string& where = "true");

// {"items": [...]} of few rows.
std::string list(const Shape& shape, const std::string& from);
// {"findings": [...]} of what a function says, as a column of this name.
std::string findings(const std::string& call, const std::string& column = "findings");
// The same of what makes something, with a second column: NULL where nothing was written.
std::string findings_of_making(const std::string& call);

}  // namespace command_center::api::routes::rows
