// Looks subscriptions up once for each batch: a batch is worth more than a cache.
#include "extension/command_center/subscriptions/subscription.hpp"

#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

Statement select_subscription = {
    kInstallation,
    "SELECT subscription, subscription_id, known.version, status = 'paused', topics, handler, filter,"
    " schema_check, max_attempts, dead_letter_topic, coalesce(topic.max_message_bytes, 0)"
    " FROM command_center.subscriptions AS known"
    " LEFT JOIN command_center.topics AS topic ON topic.topic = known.dead_letter_topic"
    " WHERE subscription = $1",
    1,
    {TEXTOID}};

SchemaCheck schema_check_of(std::string_view name) {
  if (name == "off") return SchemaCheck::kOff;
  return name == "required" ? SchemaCheck::kRequired : SchemaCheck::kKnown;
}

enum Order : std::uint64_t { kWhole, kPartition, kDeadLetters };

// All of a subscription come before any partition of it.
OwnLock consumer_lock(Order order, const char* text) {
  OwnLock lock = named_lock(LockKind::kConsumer, text);
  lock.rank = {LockKind::kConsumer, order, lock.key};
  return lock;
}

}  // namespace

Subscription find_subscription(std::string_view name) {
  (void)installed_relation(kInstallation, "subscriptions");
  Parameters parameters;
  parameters.add_text(name);
  if (run_with_latest_snapshot(select_subscription, parameters) == 0) {
    refuse("KC002", psprintf("subscription \"%s\" does not exist", zero_terminated(name)), nullptr,
           "command_center.list_subscriptions() has those there are.");
  }
  Subscription found = {};
  found.id = uuid_value(value(0, 1, UUIDOID));
  found.version = int_value(0, 2);
  found.is_paused = bool_value(0, 3);
  found.schema_check = schema_check_of(text_value(0, 7));
  found.max_attempts = int_value(0, 8);
  found.dead_letter_bytes = int_value(0, 10);
  const char* const own_name = text_value(0, 0);
  const char* const handler = text_value(0, 5);
  const char* const dead_letter_topic = text_value(0, 9);
  const Datum topics = value(0, 4, TEXTARRAYOID);
  const Datum filter = value(0, 6, JSONBOID);
  // The session's memory goes with it.
  MemoryContext session = MemoryContextSwitchTo(TopTransactionContext);
  found.name = pstrdup(own_name);
  found.handler = pstrdup(handler);
  found.dead_letter_topic = pstrdup(dead_letter_topic);
  found.topics = text_list(datumCopy(topics, false, -1));
  found.filter = PointerGetDatum(PG_DETOAST_DATUM_COPY(filter));
  MemoryContextSwitchTo(session);
  return found;
}

Subscription expected_subscription(std::string_view name, const identifiers::Uuid& id) {
  const Subscription found = find_subscription(name);
  if (!(found.id == id)) {
    refuse("KC006", psprintf("subscription \"%s\" was reset or made anew", zero_terminated(name)),
           psprintf("{\"subscriptionId\": \"%s\", \"version\": %d}",
                    DatumGetCString(DirectFunctionCall1(uuid_out, uuid_datum(found.id))), found.version),
           "Read it again with command_center.list_subscriptions(), and begin its topics.");
  }
  return found;
}

void lock_subscription(std::string_view name, LockMode mode) {
  take_lock(consumer_lock(kWhole, psprintf("subscription %s", zero_terminated(name))), mode,
            "the subscription");
}

OwnLock partition_lock(std::string_view subscription, std::string_view topic, int partition) {
  // No name of a subscription or topic has a space.
  return consumer_lock(
      kPartition, psprintf("%s %s %d", zero_terminated(subscription), zero_terminated(topic), partition));
}

void lock_dead_letters(std::string_view subscription) {
  take_lock(consumer_lock(kDeadLetters, psprintf("dead letters of %s", zero_terminated(subscription))),
            LockMode::kExclusive, "the dead letters of the subscription");
}

}  // namespace command_center::extension
