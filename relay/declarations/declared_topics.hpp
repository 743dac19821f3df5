// What the database says of topics (set_topic).
#pragma once

#include <map>
#include <set>
#include <string>

#include "daemon/postgres/connection.hpp"
#include "relay/kafka/topic_shape.hpp"

namespace command_center::relay::declarations {

using Shapes = std::map<std::string, kafka::TopicShape>;

// Those of `names` that are declared, or all of them where it is empty. None where the role may not read
// them, which a role of an earlier version may not. Throws Failure as Connection does.
[[nodiscard]] Shapes declared_topics(daemon::postgres::Connection& connection,
                                     const std::set<std::string>& names);

}  // namespace command_center::relay::declarations
