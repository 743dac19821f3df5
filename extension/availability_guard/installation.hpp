// The Availability Guard among our extensions.
#pragma once

#include "extension/server/installation.hpp"

namespace command_center::guard {

// The whole room is written in the server's terms.
using namespace server;  // NOLINT(google-build-using-namespace)

extern const Installation kInstallation;

}  // namespace command_center::guard
