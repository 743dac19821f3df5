// Says so where a filter names what there is not: what it finds would look as if all were well.
#pragma once

#include <string_view>

namespace command_center::extension {

// A notice for a command that has no template, and for a service that does not exist; data() is null for
// none. No refusal: dispatches of a service outlive it. Postgres regime, in an open session.
void tell_of_unknown_names(std::string_view command_name, std::string_view service_id);

}  // namespace command_center::extension
