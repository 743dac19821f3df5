// Which environments there are, and who may name which: a control for one must not be avoided by another
// word.
#pragma once

#include <string_view>

#include "extension/server/server_types.hpp"

namespace command_center::extension {

// For a decision, after begin_decision(), with no session open: 22023 as an Error for an environment that is
// not declared, KC003 for one that is not open to the current user, who acts for single tenants. Everything
// goes until setup() has made the table. Postgres regime.
void check_may_name(std::string_view environment);

// 22023 when an argument names an environment that is not declared; NULL names none. Postgres regime, in an
// open session.
void check_is_declared(FunctionCallInfoBaseData* fcinfo, int environment);

}  // namespace command_center::extension
