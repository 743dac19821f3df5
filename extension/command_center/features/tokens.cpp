// Takes tokens and keeps them with the transaction, whose end decides about them.
#include <algorithm>
#include <cstring>
#include <string>

#include "extension/command_center/features/features.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/shared_state/limit_store.hpp"
#include "extension/command_center/shared_state/shared_state.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/features/feature.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/sha256.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

// The tokens of this session's transaction, in the order in which they were taken. Subtransactions are
// numbered in the order in which they begin, so those of one and of all within it are at the end while it
// lasts.
struct Wallet {
  TakenToken* tokens;
  std::size_t count;
  std::size_t capacity;
  std::uint64_t last_ticket;
};

Wallet wallet = {};

void give_back_range(std::size_t first, std::size_t last) noexcept {
  if (first == last) return;
  give_back_to_store(wallet.tokens + first, last - first);
  std::memmove(wallet.tokens + first, wallet.tokens + last, (wallet.count - last) * sizeof(TakenToken));
  wallet.count -= last - first;
}

// Both run while a transaction ends, where nothing may fail: they allocate nothing.
void at_end_of_transaction(XactEvent event, void* /*argument*/) noexcept {
  switch (event) {
    case XACT_EVENT_ABORT:
      give_back_range(0, wallet.count);
      break;
    case XACT_EVENT_COMMIT:
    case XACT_EVENT_PREPARE:
      wallet.count = 0;
      break;
    default:
      break;
  }
}

void at_end_of_subtransaction(SubXactEvent event, SubTransactionId ended, SubTransactionId /*parent*/,
                              void* /*argument*/) noexcept {
  if (event != SUBXACT_EVENT_ABORT_SUB) return;
  std::size_t first = wallet.count;
  while (first > 0 && wallet.tokens[first - 1].owner >= ended) --first;
  give_back_range(first, wallet.count);
}

void register_callbacks() {
  static bool registered = false;
  if (registered) return;
  // Should the second fail, the first is registered again: it does nothing then.
  RegisterXactCallback(at_end_of_transaction, nullptr);
  RegisterSubXactCallback(at_end_of_subtransaction, nullptr);
  registered = true;
}

// Tokens that have grown back are worth nothing: a long transaction needs no more than its buckets can hold.
void drop_what_has_grown_back(std::int64_t now) noexcept {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < wallet.count; ++i) {
    if (wallet.tokens[i].token.full_at > now) wallet.tokens[kept++] = wallet.tokens[i];
  }
  wallet.count = kept;
}

// One transaction may have had a million.
void free_large_wallet() {
  constexpr std::size_t kLarge = 8192;
  if (wallet.count > 0 || wallet.capacity < kLarge) return;
  pfree(wallet.tokens);
  wallet.tokens = nullptr;
  wallet.capacity = 0;
}

void make_room(std::int64_t now) {
  constexpr std::size_t kMostTokens = features::kMostMatches;  // of one command
  constexpr std::size_t kSmallest = 4 * kMostTokens;
  if (wallet.count + kMostTokens <= wallet.capacity) return;
  drop_what_has_grown_back(now);
  if (wallet.count * 2 + kMostTokens <= wallet.capacity) return;
  const std::size_t capacity = wallet.capacity == 0 ? kSmallest : wallet.capacity * 2;
  const Size bytes = capacity * sizeof(TakenToken);
  wallet.tokens =
      static_cast<TakenToken*>(wallet.tokens == nullptr ? MemoryContextAllocHuge(TopMemoryContext, bytes)
                                                        : repalloc_huge(wallet.tokens, bytes));
  wallet.capacity = capacity;
}

// --- subjects ---

enum Kind : std::uint32_t { kTenant, kProperty, kNoProperty, kRole, kNoRole };

// 128 bits of its hash: two roles do not get the same by accident, nor by intent.
identifiers::Uuid fingerprint(std::string_view role) {
  const Sha256 hash = sha256(role);
  identifiers::Uuid made;
  std::copy_n(hash.begin(), made.bytes.size(), made.bytes.begin());
  return made;
}

LimitedSubject subject_of(const Limit& limit, const Request& request) {
  LimitedSubject subject = {};
  subject.key.database = MyDatabaseId;
  subject.key.feature_id = limit.feature_id;
  subject.key.tenant_id = request.tenant_id;
  subject.rate = limit.definition.rate();
  subject.version = limit.version;
  switch (limit.definition.per) {
    case features::Per::kProperty:
      subject.key.kind = request.has_property ? kProperty : kNoProperty;
      if (request.has_property) subject.key.detail = request.property_id;
      break;
    case features::Per::kRole:
      subject.key.kind = request.role.empty() ? kNoRole : kRole;
      if (!request.role.empty()) subject.key.detail = fingerprint(request.role);
      break;
    default:
      subject.key.kind = kTenant;
  }
  return subject;
}

// --- refusals, C++ regime ---

void require_shared_state(const SharedState* state) {
  if (state != nullptr) return;
  throw Error(sqlstate::kWrongState, "rate limits need shared memory, and this server has none of ours", {},
              kSharedStateHint);
}

[[noreturn]] void refuse_limited(const Limit& limit, const Request& request, const TakeOutcome& outcome) {
  constexpr std::int64_t kSecond = 1'000'000;
  throw Error(sqlstate::kRateLimited,
              "command \"" + std::string(request.command_name) + "\" has reached the limit of " +
                  std::to_string(limit.definition.max_per_minute) + " per minute of its " +
                  std::string(to_text(limit.definition.per)),
              "{\"retryAfterSeconds\": " + std::to_string((outcome.retry_after + kSecond - 1) / kSecond) +
                  ", \"featureId\": \"" + to_text(limit.feature_id) + "\", \"limit\": " +
                  to_json(limit.definition) + (outcome.together ? ", \"countedTogether\": true}" : "}"),
              outcome.together ? "The tenant has its share of command_center.limit_subjects: what it has "
                                 "beyond is counted together."
                               : "Send it again after retryAfterSeconds.");
}

void refuse_unless_taken(const TakeOutcome& outcome, const FeatureVerdict& verdict, const Request& request) {
  switch (outcome.kind) {
    case TakeOutcome::Kind::kTaken:
      return;
    case TakeOutcome::Kind::kTableFull:
      throw Error(
          sqlstate::kTooLarge, "table of rate limits is full", {},
          "Raise command_center.limit_subjects and restart the server; a subject leaves the table when "
          "it has all its tokens again.");
    case TakeOutcome::Kind::kRefused:
      refuse_limited(verdict.limits[outcome.subject], request, outcome);
  }
}

}  // namespace

std::uint64_t take_tokens(const FeatureVerdict& verdict, const Request& request, std::int64_t received_at) {
  if (verdict.limit_count == 0) return 0;
  require_shared_state(shared_state());
  register_callbacks();
  free_large_wallet();
  make_room(received_at);
  LimitedSubject subjects[features::kMostMatches];
  for (int i = 0; i < verdict.limit_count; ++i) subjects[i] = subject_of(verdict.limits[i], request);
  TakenToken* taken = wallet.tokens + wallet.count;
  const SubTransactionId owner = GetCurrentSubTransactionId();
  const TakeOutcome outcome = take_from_store(subjects, verdict.limit_count, received_at, taken);
  if (outcome.kind == TakeOutcome::Kind::kTaken) {
    ++wallet.last_ticket;
    for (int i = 0; i < verdict.limit_count; ++i) {
      taken[i].ticket = wallet.last_ticket;
      taken[i].owner = owner;
    }
    wallet.count += static_cast<std::size_t>(verdict.limit_count);
  }
  refuse_unless_taken(outcome, verdict, request);
  return wallet.last_ticket;
}

void check_limits(const FeatureVerdict& verdict, const Request& request, std::int64_t received_at) {
  if (verdict.limit_count == 0) return;
  require_shared_state(shared_state());
  LimitedSubject subjects[features::kMostMatches];
  for (int i = 0; i < verdict.limit_count; ++i) subjects[i] = subject_of(verdict.limits[i], request);
  refuse_unless_taken(look_into_store(subjects, verdict.limit_count, received_at), verdict, request);
}

void give_back_tokens(std::uint64_t ticket) noexcept {
  if (ticket == 0) return;
  std::size_t last = wallet.count;
  while (last > 0 && wallet.tokens[last - 1].ticket > ticket) --last;
  std::size_t first = last;
  while (first > 0 && wallet.tokens[first - 1].ticket == ticket) --first;
  give_back_range(first, last);
}

}  // namespace command_center::extension
