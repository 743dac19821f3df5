// Feeds traceparent and tracestate to what reads them: nothing goes on that is not valid, and what goes on is
// read as the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "daemon/spans/context.hpp"
#include "extension/core/envelope/trace_context.hpp"

namespace {

namespace envelope = command_center::envelope;
namespace spans = command_center::daemon::spans;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_state(std::string_view text) {
  const std::string state = spans::read_tracestate(text);
  require(state.empty() != envelope::is_tracestate(text));
  if (state.empty()) return;
  require(state.size() <= 512 && state.size() <= text.size());
  for (const char character : state) require(character >= ' ' && character <= '~');
  require(spans::read_tracestate(state) == state);
}

void check_context(std::string_view text) {
  const auto context = spans::read_traceparent(text);
  require(context.has_value() == envelope::is_traceparent(text));
  if (!context) return;
  const std::string again = spans::traceparent_of(*context);
  const auto same = spans::read_traceparent(again);
  require(same && *same == *context && same->is_sampled == context->is_sampled);
}

// As SQL takes both.
void check_both(std::string_view text) {
  const envelope::TraceContext both = envelope::read_trace_context(text);
  require(!both.traceparent.empty() || both.tracestate.empty());
  if (both.traceparent.empty()) return;
  require(envelope::is_traceparent(both.traceparent));
  require(both.tracestate.empty() || envelope::is_tracestate(both.tracestate));
  const std::string joined = spans::passed_on(std::string(both.traceparent), both.tracestate);
  const envelope::TraceContext again = envelope::read_trace_context(joined);
  require(again.traceparent == both.traceparent && again.tracestate == both.tracestate);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_state(text);
  check_context(text);
  check_both(text);
  check_both(std::string(envelope::kTraceparentExample).append(text));
  return 0;
}
