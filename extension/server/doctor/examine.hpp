// Asks every question of doctor() and hands on what it found.
#pragma once

#include "extension/server/family.hpp"

struct ReturnSetInfo;

namespace command_center::server {

// Adds a row of severity, name, finding, remedy to a materialised result for each finding: of the checks that
// every extension has (common_checks.hpp), then of its own. A question that cannot be asked is a finding.
// Postgres regime, in no session.
void examine(const Extension& extension, const ReturnSetInfo* result);

// The same for every other extension of ours that is in use, with its schema before the name of the check.
// What fails is a finding.
void examine_others(const Extension& extension, const ReturnSetInfo* result);

}  // namespace command_center::server
