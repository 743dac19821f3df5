// The stop points of the program that is installed: none.
#include "relay/stop_points/stop_points.hpp"

namespace command_center::relay::stop_points {

void reached(StopPoint /*point*/) noexcept {}

}  // namespace command_center::relay::stop_points
