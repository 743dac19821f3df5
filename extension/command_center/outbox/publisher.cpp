// Reads and compares identities, and queues those who would publish at once.
#include "extension/command_center/outbox/publisher.hpp"
#include "extension/command_center/installation.hpp"

#include <cstring>

#include "extension/boundary/enter.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/locks/own_lock.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_installation = {
    kInstallation, "SELECT database_uuid FROM command_center.installation", 0, {}};
Statement select_publisher = {
    kInstallation, "SELECT identity FROM command_center.publishers WHERE publisher = $1", 1, {TEXTOID}};

}  // namespace

const char* database_identity() {
  if (run(select_installation, Parameters()) == 0) {
    refuse("KC015", "table \"command_center.installation\" is empty", nullptr,
           "It holds the uuid that setup() gave to this database; restore the row.");
  }
  return psprintf("%s." UINT64_FORMAT ".%u", text_value(0, 0), GetSystemIdentifier(), MyDatabaseId);
}

const char* recorded_identity(std::string_view publisher) {
  Parameters parameters;
  parameters.add_text(publisher);
  if (run(select_publisher, parameters) == 0) {
    refuse(
        "KC002",
        psprintf("publisher \"%.*s\" does not exist", static_cast<int>(publisher.size()), publisher.data()),
        nullptr, "The publisher that setup() makes is \"default\".");
  }
  return text_value(0, 0);
}

const char* publisher_identity(std::string_view publisher) {
  const char* recorded = recorded_identity(publisher);
  const char* current = database_identity();
  if (std::strcmp(recorded, current) != 0) {
    refuse("KC015", "outbox belongs to another database",
           psprintf("{\"recorded\": \"%s\", \"current\": \"%s\"}", recorded, current),
           "This is a copy or a restored dump. Nothing is published until command_center.rebase_outbox() was "
           "called with the progress that Kafka holds. See docs/operations.md.");
  }
  return current;
}

void lock_publisher(std::string_view publisher, PublisherLock lock) {
  const bool cursor = lock == PublisherLock::kCursor;
  const OwnLock named = named_lock(
      LockKind::kPublisher, psprintf("%s of %s", cursor ? "cursor" : "lease", zero_terminated(publisher)));
  take_lock(named, LockMode::kExclusive, cursor ? "the publisher's cursor" : "the publisher's lease");
}

void require_read_committed(const char* function) {
  if (!IsolationUsesXactSnapshot()) return;
  refuse("25001", psprintf("%s cannot run under REPEATABLE READ or SERIALIZABLE", function), nullptr,
         "Call it in a transaction of its own with the isolation level READ COMMITTED.");
}

}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_database_identity);
PG_FUNCTION_INFO_V1(command_center_publisher_identity);
}

Datum command_center_database_identity(PG_FUNCTION_ARGS) {
  using namespace command_center::extension;  // NOLINT(google-build-using-namespace)
  (void)fcinfo;
  return command_center::boundary::enter([] {
    MemoryContext caller = CurrentMemoryContext;
    const OwnerSession session = open_session(kInstallation);
    const char* identity = MemoryContextStrdup(caller, database_identity());
    close_session(session);
    return CStringGetTextDatum(identity);
  });
}

Datum command_center_publisher_identity(PG_FUNCTION_ARGS) {
  using namespace command_center::extension;  // NOLINT(google-build-using-namespace)
  return command_center::boundary::enter([fcinfo] {
    MemoryContext caller = CurrentMemoryContext;
    const std::string_view publisher = text_argument(fcinfo, 0);
    const OwnerSession session = open_session(kInstallation);
    const char* identity = MemoryContextStrdup(caller, publisher_identity(publisher));
    close_session(session);
    return CStringGetTextDatum(identity);
  });
}
