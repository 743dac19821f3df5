// The settings of the extension (command_center.*); docs/settings.md is their table.
#pragma once

namespace command_center::extension {

struct Settings {
  bool enabled;
  char* environment;
  char* actor;
  char* change_reason;
  int max_payload_bytes;
  int max_payload_depth;
  int max_message_bytes;
  int schema_cache_entries;
  int schema_cache_bytes;
  int pattern_budget;
  int limit_subjects;
  int outbox_retention;          // seconds; -1: for ever
  int dispatch_retention;        // seconds; -1: for ever
  int idempotency_ttl;           // seconds
  int maintenance_lock_timeout;  // milliseconds
};

[[nodiscard]] const Settings& settings() noexcept;

// Tells the server about the settings. Postgres regime, once for each backend.
void define_settings();

}  // namespace command_center::extension
