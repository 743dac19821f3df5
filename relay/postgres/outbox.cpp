// One SQL function for each step; columns are taken by position, as the contract lists them.
#include "relay/postgres/outbox.hpp"

#include <charconv>

#include "relay/failure.hpp"

namespace command_center::relay::postgres {
namespace {

std::int64_t integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter,
                  "postgres did not answer with a number");
  }
  return value;
}

void require_row(const Result& result) {
  if (result.get() == nullptr || result.rows() != 1) {
    throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter,
                  "postgres did not answer with one row");
  }
}

// KC015 from the functions that compare the two sides is the operator's to resolve, anything else may pass.
template <typename Call>
auto with_disagreement(Call&& call) {
  try {
    return call();
  } catch (const Failure& failure) {
    if (failure.sqlstate() != sqlstate::kWrongState) throw;
    throw Failure(FailureKind::kDisagreement, failure.sqlstate(), failure.message(), failure.detail(),
                  failure.hint());
  }
}

}  // namespace

std::string Outbox::identity() {
  return with_disagreement([&] {
    const Result result = connection_.query("SELECT command_center.publisher_identity($1)", {publisher_});
    require_row(result);
    return std::string(result.text(0, 0));
  });
}

LeaseAnswer Outbox::acquire_lease(const std::string& holder, std::chrono::seconds ttl) {
  const Result result = connection_.query(
      "SELECT l.granted, l.term, pg_catalog.ceil(extract(epoch FROM l.expires_in) * 1000)::bigint"
      " FROM command_center.acquire_lease($1, $2, pg_catalog.make_interval(secs => $3)) l",
      {publisher_, holder, std::to_string(ttl.count())});
  require_row(result);
  return {result.text(0, 0) == "t", result.is_null(0, 1) ? 0 : integer(result.text(0, 1)),
          std::chrono::milliseconds(result.is_null(0, 2) ? 0 : integer(result.text(0, 2)))};
}

void Outbox::release_lease(const std::string& holder) {
  connection_.query("SELECT command_center.release_lease($1, $2)", {publisher_, holder});
}

std::int64_t Outbox::resume(const std::optional<std::string>& progress) {
  return with_disagreement([&] {
    const Result result =
        connection_.query("SELECT command_center.resume_publication($1, $2)", {publisher_, progress});
    require_row(result);
    return integer(result.text(0, 0));
  });
}

// Asks for READ COMMITTED by name, since the role or the database may default to another level; in one
// script, to save round trips.
std::optional<Batch> Outbox::next_batch(std::int64_t published_through, int max_messages,
                                        std::int64_t max_bytes) {
  const std::string call = "SELECT batch_id, messages, progress FROM command_center.next_batch(" +
                           connection_.quote(publisher_) + ", " + std::to_string(published_through) + ", " +
                           std::to_string(max_messages) + ", " + std::to_string(max_bytes) + ")";
  [[maybe_unused]] const bool earlier = connection_.take_commit_warning();
  const Result result =
      connection_.script("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; " + call + "; COMMIT");
  if (connection_.take_commit_warning()) {
    throw Failure(FailureKind::kPostgres, "01000", "the commit of a batch may not have reached the standby");
  }
  if (result.get() == nullptr || result.rows() == 0) return std::nullopt;
  return Batch{integer(result.text(0, 0)), integer(result.text(0, 1)), std::string(result.text(0, 2))};
}

void Outbox::start_messages(std::int64_t batch_id) {
  connection_.start_rows(
      "SELECT topic, partition_key, headers, value FROM command_center.batch_messages($1, $2)",
      {publisher_, std::to_string(batch_id)});
}

std::optional<OutboxMessage> Outbox::next_message() {
  row_ = connection_.next_row();
  if (!row_) return std::nullopt;
  return OutboxMessage{row_->text(0, 0), row_->text(0, 1), row_->text(0, 2), row_->text(0, 3)};
}

}  // namespace command_center::relay::postgres
