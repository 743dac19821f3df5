// Replays the pick of past dispatches under another policy.
#include <algorithm>
#include <string>
#include <vector>

#include "extension/boundary/enter.hpp"
#include "extension/boundary/make_in_context.hpp"
#include "extension/command_center/catalogue/decision.hpp"
#include "extension/command_center/catalogue/services.hpp"
#include "extension/command_center/control/definition_check.hpp"
#include "extension/command_center/control/scoped_rows.hpp"
#include "extension/command_center/installation.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/core/error/error.hpp"
#include "extension/core/routing/decision.hpp"
#include "extension/server/arguments.hpp"
#include "extension/server/caches/reading.hpp"
#include "extension/server/refusal.hpp"
#include "extension/server/statements.hpp"

#include "extension/boundary/postgres_all.hpp"

namespace command_center::extension {
namespace {

enum Argument : int { kCommandName, kPolicy, kSample };

constexpr int kLargestSample = 1'000'000;
constexpr int kRowsAtOnce = 1000;

// Of one partition. No index has the command's name, and ids are in order within a tenant alone.
constexpr char kSelectDispatches[] =
    "SELECT command_id::text, sticky_key, target_service FROM %s"
    " WHERE command_name = $1 ORDER BY command_id DESC LIMIT $2";

// How many dispatches one service would get, and has got.
struct Share {
  std::string target;  // empty: none is available
  std::int64_t simulated = 0;
  std::int64_t actual = 0;
};

class Simulation {
 public:
  Simulation(std::string_view command_name, std::string_view policy_text) : command_name_(command_name) {
    route_.policy = routing::parse_policy(policy_text).policy;
  }

  [[nodiscard]] const routing::Policy& policy() const noexcept { return route_.policy; }

  void add(std::string_view command_id, std::string_view sticky_key, std::string_view actual_target) {
    const bool by_command = route_.policy.stickiness == routing::Stickiness::kCommand;
    const routing::Decision decision =
        routing::decide(command_name_, by_command ? command_id : sticky_key, &route_, {}, availability_);
    ++share_of(decision.target).simulated;
    ++share_of(actual_target).actual;
  }

  [[nodiscard]] const std::vector<Share>& shares() {
    std::sort(shares_.begin(), shares_.end(),
              [](const Share& a, const Share& b) { return a.target < b.target; });
    return shares_;
  }

 private:
  Share& share_of(std::string_view target) {
    for (Share& share : shares_) {
      if (share.target == target) return share;
    }
    shares_.push_back({std::string(target)});
    return shares_.back();
  }

  std::string command_name_;
  routing::Route route_;
  KnownAvailability availability_;
  std::vector<Share> shares_;
};

PortalData* open_partition(Oid partition, Datum command_name, int most) {
  char* sql = psprintf(
      kSelectDispatches,
      quote_qualified_identifier(get_namespace_name(get_rel_namespace(partition)), get_rel_name(partition)));
  Oid types[] = {TEXTOID, INT4OID};
  Datum values[] = {command_name, Int32GetDatum(most)};
  return SPI_cursor_open_with_args(nullptr, sql, lengthof(types), types, values, nullptr, true, 0);
}

// Answers how many there were.
int simulate(Simulation& simulation, PortalData* cursor) {
  MemoryContext texts =
      AllocSetContextCreate(CurrentMemoryContext, "simulated dispatches", ALLOCSET_DEFAULT_SIZES);
  int count = 0;
  while (const std::uint64_t rows = fetch(cursor, kRowsAtOnce)) {
    CHECK_FOR_INTERRUPTS();
    MemoryContext session_memory = MemoryContextSwitchTo(texts);
    for (std::uint64_t row = 0; row < rows; ++row)
      simulation.add(text_value(row, 0), text_value(row, 1), text_value(row, 2));
    MemoryContextSwitchTo(session_memory);
    MemoryContextReset(texts);
    count += static_cast<int>(rows);
  }
  SPI_cursor_close(cursor);
  MemoryContextDelete(texts);
  return count;
}

// The newest day first, until the sample is full; the others are not even locked.
void simulate_newest(Simulation& simulation, Datum command_name, int sample) {
  Relation table = table_open(installed_relation(kInstallation, "command_dispatches"), AccessShareLock);
  if (table->rd_rel->relkind != RELKIND_PARTITIONED_TABLE) {
    (void)simulate(simulation, open_partition(RelationGetRelid(table), command_name, sample));
    table_close(table, NoLock);
    return;
  }
  PartitionDesc partitions = RelationGetPartitionDesc(table, true);
  for (int i = partitions->nparts - 1; i >= 0 && sample > 0; --i)
    sample -= simulate(simulation, open_partition(partitions->oids[i], command_name, sample));
  table_close(table, NoLock);
}

void put_shares(FunctionCallInfo fcinfo, const std::vector<Share>& shares) {
  const auto* const results = reinterpret_cast<ReturnSetInfo*>(fcinfo->resultinfo);
  for (const Share& share : shares) {
    Datum values[] = {text_datum(share.target), Int64GetDatum(share.simulated), Int64GetDatum(share.actual)};
    bool nulls[] = {share.target.empty(), false, false};
    tuplestore_putvalues(results->setResult, results->setDesc, values, nulls);
  }
}

Datum simulate_route(FunctionCallInfo fcinfo) {
  const int sample = PG_GETARG_INT32(kSample);
  if (sample < 1 || sample > kLargestSample)
    refuse("22023", psprintf("sample must be 1 to %d", kLargestSample));
  check_every_tenant();  // it counts the dispatches of all of them
  const std::string_view policy_text = jsonb_text(PG_GETARG_DATUM(kPolicy));
  check_policy(policy_text);
  InitMaterializedSRF(fcinfo, 0);
  begin_decision();
  // The server's memory owns it, so that an error of the server may skip this frame.
  auto& simulation = boundary::make_in_context<Simulation>(CurrentMemoryContext,
                                                           text_argument(fcinfo, kCommandName), policy_text);
  learn_services(simulation.policy());
  const OwnerSession session = open_session(kInstallation);
  check_command_exists(fcinfo, kCommandName);
  simulate_newest(simulation, PG_GETARG_DATUM(kCommandName), sample);
  put_shares(fcinfo, simulation.shares());
  close_session(session);
  return Datum{0};
}

}  // namespace
}  // namespace command_center::extension

extern "C" {
PG_FUNCTION_INFO_V1(command_center_simulate_route);
}

Datum command_center_simulate_route(PG_FUNCTION_ARGS) {
  return command_center::boundary::enter(
      [fcinfo] { return command_center::extension::simulate_route(fcinfo); });
}
