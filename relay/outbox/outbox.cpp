// One SQL function for each step; columns are taken by position, as the contract lists them.
#include "relay/outbox/outbox.hpp"

#include <charconv>

#include "daemon/failure.hpp"

namespace command_center::relay::outbox {
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

// KC015 with a hint at rebase_outbox() is the operator's to resolve. With another hint the database is not
// ready for us, as one without the extension is not: somebody will call setup(), and we go on.
template <typename Call>
auto with_disagreement(Call&& call) {
  try {
    return call();
  } catch (const Failure& failure) {
    if (failure.sqlstate() == sqlstate::kNotFound) {
      throw Failure(FailureKind::kRefused, failure.sqlstate(), failure.message(), failure.detail(),
                    failure.hint());
    }
    const bool disagrees = failure.sqlstate() == sqlstate::kWrongState &&
                           failure.hint().find("rebase_outbox") != std::string::npos;
    if (!disagrees) throw;
    throw Failure(FailureKind::kDisagreement, failure.sqlstate(), failure.message(), failure.detail(),
                  failure.hint());
  }
}

}  // namespace

postgres::Result Outbox::call(const std::string& select) {
  return connection_.transaction("SELECT " + select);
}

postgres::Result Outbox::call_for_row(const std::string& select) {
  postgres::Result result = call(select);
  if (result.get() == nullptr || result.rows() != 1) {
    throw Failure(FailureKind::kPostgres, sqlstate::kInvalidParameter,
                  "postgres did not answer with one row");
  }
  return result;
}

std::string Outbox::identity() {
  return with_disagreement([&] {
    const postgres::Result result =
        call_for_row("command_center.publisher_identity(" + connection_.quote(publisher_) + ")");
    return std::string(result.text(0, 0));
  });
}

leases::Answer Outbox::acquire(const std::string& holder, std::chrono::seconds ttl) {
  const postgres::Result result = call_for_row(
      "l.granted, l.term, pg_catalog.ceil(extract(epoch FROM l.expires_in) * 1000)::bigint"
      " FROM command_center.acquire_lease(" +
      connection_.quote(publisher_) + ", " + connection_.quote(holder) +
      ", pg_catalog.make_interval(secs => " + std::to_string(ttl.count()) + ")) l");
  return {result.text(0, 0) == "t", result.is_null(0, 1) ? 0 : integer(result.text(0, 1)),
          std::chrono::milliseconds(result.is_null(0, 2) ? 0 : integer(result.text(0, 2)))};
}

void Outbox::release(const std::string& holder) {
  call("command_center.release_lease(" + connection_.quote(publisher_) + ", " + connection_.quote(holder) +
       ")");
}

std::int64_t Outbox::resume(const std::optional<std::string>& progress) {
  return with_disagreement([&] {
    const std::string record = progress ? connection_.quote(*progress) : "NULL";
    return integer(call_for_row("command_center.resume_publication(" + connection_.quote(publisher_) + ", " +
                                record + ")")
                       .text(0, 0));
  });
}

std::optional<Batch> Outbox::next_batch(std::int64_t published_through, int max_messages,
                                        std::int64_t max_bytes) {
  [[maybe_unused]] const bool earlier = connection_.take_commit_warning();
  const postgres::Result result =
      call("batch_id, messages, progress FROM command_center.next_batch(" + connection_.quote(publisher_) +
           ", " + std::to_string(published_through) + ", " + std::to_string(max_messages) + ", " +
           std::to_string(max_bytes) + ")");
  if (connection_.take_commit_warning()) {
    throw Failure(FailureKind::kPostgres, "01000", "the commit of a batch may not have reached the standby");
  }
  if (result.get() == nullptr || result.rows() == 0) return std::nullopt;
  return Batch{integer(result.text(0, 0)), integer(result.text(0, 1)), std::string(result.text(0, 2))};
}

void Outbox::start_messages(std::int64_t batch_id) {
  connection_.start_rows("SELECT topic, partition_key, headers, value FROM command_center.batch_messages(" +
                         connection_.quote(publisher_) + ", " + std::to_string(batch_id) + ")");
}

std::optional<OutboxMessage> Outbox::next_message() {
  row_ = connection_.next_row();
  if (!row_) return std::nullopt;
  return OutboxMessage{row_->text(0, 0), row_->text(0, 1), row_->text(0, 2),
                       row_->is_null(0, 3) ? std::string_view() : row_->text(0, 3)};
}

}  // namespace command_center::relay::outbox
