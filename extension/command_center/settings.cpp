// Defines the settings with their bounds and who may change them.
#include "extension/command_center/settings.hpp"

#include <cstring>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

constexpr std::size_t kMaxRemark = 1000;
constexpr int kSecondsPerDay = 86'400;
constexpr int kMaxBytes = 64 * 1024 * 1024;

Settings current;

// What ends up in control_audit has a size.
bool check_remark(char** value, void** /*extra*/, GucSource /*source*/) {
  if (*value == nullptr || std::strlen(*value) <= kMaxRemark) return true;
  GUC_check_errdetail("It must have at most %zu bytes.", kMaxRemark);
  return false;
}

}  // namespace

const Settings& settings() noexcept {
  return current;
}

void define_settings() {
  DefineCustomBoolVariable("command_center.enabled", "Commands are taken; off refuses every one.", nullptr,
                           &current.enabled, true, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomStringVariable("command_center.environment", "Environment of commands that name none.", nullptr,
                             &current.environment, "production", PGC_USERSET, 0, nullptr, nullptr, nullptr);
  DefineCustomStringVariable("command_center.actor", "Who asks for changes through this session.",
                             "Kept in control_audit; SET LOCAL it in the transaction of the change.",
                             &current.actor, "", PGC_USERSET, 0, check_remark, nullptr, nullptr);
  DefineCustomStringVariable("command_center.change_reason", "Why changes are made.",
                             "Kept in control_audit; SET LOCAL it in the transaction of the change.",
                             &current.change_reason, "", PGC_USERSET, 0, check_remark, nullptr, nullptr);
  DefineCustomIntVariable("command_center.max_payload_bytes", "Largest payload, as text.", nullptr,
                          &current.max_payload_bytes, 256 * 1024, 1, kMaxBytes, PGC_SUSET, GUC_UNIT_BYTE,
                          nullptr, nullptr, nullptr);
  DefineCustomIntVariable("command_center.max_payload_depth", "Deepest nesting of a payload.", nullptr,
                          &current.max_payload_depth, 64, 1, 512, PGC_SUSET, 0, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("command_center.max_message_bytes",
                          "Largest message: envelope, key and headers together.", nullptr,
                          &current.max_message_bytes, 900 * 1024, 1024, kMaxBytes, PGC_SUSET, GUC_UNIT_BYTE,
                          nullptr, nullptr, nullptr);
  DefineCustomIntVariable("command_center.schema_cache_entries", "Compiled templates that a session keeps.",
                          nullptr, &current.schema_cache_entries, 256, 1, 1'000'000, PGC_SUSET, 0, nullptr,
                          nullptr, nullptr);
  DefineCustomIntVariable(
      "command_center.schema_cache_bytes", "Memory of the compiled schemas that a session keeps.",
      "Of templates and of the ad-hoc functions each. One of more than half of it is forgotten with "
      "its transaction.",
      &current.schema_cache_bytes, 32 * 1024 * 1024, 1024 * 1024, INT_MAX, PGC_SUSET, GUC_UNIT_BYTE, nullptr,
      nullptr, nullptr);
  DefineCustomIntVariable("command_center.pattern_budget",
                          "Instructions of a pattern times bytes of a text that one match may cost.",
                          "For schemas compiled afterwards. A match cannot be interrupted.",
                          &current.pattern_budget, 20'000'000, 1'000, INT_MAX, PGC_SUSET, 0, nullptr, nullptr,
                          nullptr);
  // A library that is loaded later than the server's start cannot have a setting of the server's start.
  DefineCustomIntVariable("command_center.limit_subjects",
                          "How many subjects of rate limits the shared memory holds.",
                          "Takes about 230 bytes for each.", &current.limit_subjects, 65'536, 64, 10'000'000,
                          process_shared_preload_libraries_in_progress ? PGC_POSTMASTER : PGC_SIGHUP, 0,
                          nullptr, nullptr, nullptr);
  DefineCustomIntVariable("command_center.outbox_retention",
                          "How long messages, and batches, are kept once they are published.",
                          "-1 keeps them for ever.", &current.outbox_retention, 7 * kSecondsPerDay, -1,
                          INT_MAX, PGC_SUSET, GUC_UNIT_S, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("command_center.dispatch_retention",
                          "How long dispatches and their events are kept.", "-1 keeps them for ever.",
                          &current.dispatch_retention, 90 * kSecondsPerDay, -1, INT_MAX, PGC_SUSET,
                          GUC_UNIT_S, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("command_center.idempotency_ttl",
                          "How long an idempotency key answers with the first acceptance.", nullptr,
                          &current.idempotency_ttl, kSecondsPerDay, 1, 30 * kSecondsPerDay, PGC_SUSET,
                          GUC_UNIT_S, nullptr, nullptr, nullptr);
  DefineCustomIntVariable("command_center.maintenance_lock_timeout",
                          "How long maintain() waits for an old partition that somebody uses.", nullptr,
                          &current.maintenance_lock_timeout, 100, 1, INT_MAX, PGC_SUSET, GUC_UNIT_MS, nullptr,
                          nullptr, nullptr);
  MarkGUCPrefixReserved("command_center");
}

}  // namespace command_center::extension
