// Calls handlers of messages as handlers of commands are called: as the current user.
#include "extension/command_center/subscriptions/message_handler.hpp"

#include "extension/boundary/in_subtransaction.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/user_function.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr const char* kShape =
    "A handler is a function schema.name(command_center.kafka_message), or of "
    "command_center.kafka_message[], that returns one value; one that is SECURITY DEFINER has a SET "
    "search_path.";

constexpr const char* kTrust =
    "A handler runs with the rights of the relay: it belongs to a superuser, to the owner of the tables "
    "(unless the relay is a superuser) or to a role that has the rights of the relay. One of another role is "
    "SECURITY DEFINER with a SET search_path, and runs with the rights of its owner.";

// The type of the only argument; 0 where the function is none for messages.
Oid argument_type(Oid function) {
  HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
  if (!HeapTupleIsValid(tuple)) return InvalidOid;
  const auto* const form = reinterpret_cast<Form_pg_proc>(GETSTRUCT(tuple));
  const bool fits = form->prokind == PROKIND_FUNCTION && form->pronargs == 1 && !form->proretset;
  const Oid type = fits ? form->proargtypes.values[0] : InvalidOid;
  ReleaseSysCache(tuple);
  if (!OidIsValid(type) || is_open_to_callers(function)) return InvalidOid;
  const Oid message = message_type();
  return type == message || type == get_array_type(message) ? type : InvalidOid;
}

// A handler may leave much behind in memory.
void call_with(const MessageHandler& handler, Datum argument) {
  bool is_null = false;
  (void)call_user_function(kInstallation, handler.function, argument, &is_null);
}

void call_whole(const MessageHandler& handler, const Message* const* messages, int count) {
  const Oid row_type = message_type();
  auto* rows = static_cast<Datum*>(palloc(sizeof(Datum) * static_cast<std::size_t>(count)));
  for (int i = 0; i < count; ++i) rows[i] = message_row(row_type, *messages[i]);
  call_with(handler, PointerGetDatum(construct_array(rows, count, row_type, -1, false, TYPALIGN_DOUBLE)));
}

// An error says which message it is about.
void name_message(void* argument) {
  const auto* const message = *static_cast<const Message* const*>(argument);
  errcontext("message %.*s/%d@" INT64_FORMAT, static_cast<int>(message->topic.size()), message->topic.data(),
             message->partition, message->offset);
}

void call_one_by_one(const MessageHandler& handler, const Message* const* messages, int count) {
  const Oid row_type = message_type();
  MemoryContext memory =
      AllocSetContextCreate(CurrentMemoryContext, "command_center message", ALLOCSET_DEFAULT_SIZES);
  MemoryContext calling = MemoryContextSwitchTo(memory);
  const Message* at_hand = nullptr;
  ErrorContextCallback context = {error_context_stack, name_message, &at_hand};
  error_context_stack = &context;
  for (int i = 0; i < count; ++i) {
    CHECK_FOR_INTERRUPTS();
    at_hand = messages[i];
    call_with(handler, message_row(row_type, *at_hand));
    MemoryContextReset(memory);
  }
  error_context_stack = context.previous;
  MemoryContextSwitchTo(calling);
  MemoryContextDelete(memory);
}

// What is deferred to the commit would fail it, and with it every other message of the batch. It is tried
// now, and the trial undone: it still runs at the commit.
void try_deferred() {
  bool passed = false;
  const auto trial = boundary::in_subtransaction([&passed] {
    AfterTriggerSetState(makeNode(ConstraintsSetStmt));  // SET CONSTRAINTS ALL IMMEDIATE
    passed = true;
    ereport(ERROR, (errmsg_internal("the trial is undone")));
  });
  if (!passed) ReThrowError(trial.error);
}

}  // namespace

const char* check_message_handler(const char* signature) {
  const char* stored = nullptr;
  Oid function = InvalidOid;
  const auto resolution = boundary::in_subtransaction([&] {
    function = resolve_function(signature);
    if (OidIsValid(argument_type(function))) stored = format_procedure_qualified(function);
  });
  if (!resolution.succeeded()) refuse("KC013", resolution.error->message, nullptr, kShape);
  if (stored == nullptr)
    refuse("KC013", psprintf("function %s cannot be a handler of messages", signature), nullptr, kShape);
  check_author(kInstallation, function, "messages of relays", kTrust);
  return stored;
}

MessageHandler find_message_handler(const char* signature) {
  const Oid function = find_function(signature);
  if (!OidIsValid(function)) {
    refuse("KC015", psprintf("function %s does not exist any more", signature), nullptr,
           "Create it again, or give the subscription another handler with "
           "command_center.set_subscription().");
  }
  check_may_execute(function);
  const Oid type = argument_type(function);
  if (!OidIsValid(type)) {
    refuse("KC015", psprintf("function %s cannot be a handler of messages any more", signature), nullptr,
           kShape);
  }
  const Authorship authorship = authorship_of(function);
  if (!authorship.is_definer && !is_trusted(kInstallation, authorship))
    refuse_distrusted("KC015", function, authorship, kTrust);
  return {function, type != message_type()};
}

void call_handler(const MessageHandler& handler, const Message* const* messages, int count) {
  if (count == 0) return;
  if (handler.takes_array) {
    call_whole(handler, messages, count);
  } else {
    call_one_by_one(handler, messages, count);
  }
  try_deferred();
}

}  // namespace command_center::extension
