// The ratio is decided by the trace's last eight bytes, as other implementations do it: services with the
// same ratio decide alike.
#include "daemon/spans/sampling.hpp"

#include <cmath>

namespace command_center::daemon::spans {
namespace {

// Below 2^63, which a double can hold.
bool is_within(double ratio, const TraceId& trace) noexcept {
  if (ratio >= 1) return true;
  std::uint64_t value = 0;
  for (std::size_t index = 8; index < trace.size(); ++index) value = value << 8U | trace[index];
  return static_cast<double>(value >> 1U) < ratio * std::ldexp(1.0, 63);
}

}  // namespace

bool is_sampled(const Settings& settings, const TraceId& trace, const Context* parent) noexcept {
  if (parent != nullptr && settings.obeys == Obeys::kParent) return parent->is_sampled;
  switch (settings.sampler) {
    case Sampler::kAlwaysOn:
      return true;
    case Sampler::kAlwaysOff:
      return false;
    case Sampler::kRatio:
      break;
  }
  return is_within(settings.ratio, trace);
}

}  // namespace command_center::daemon::spans
