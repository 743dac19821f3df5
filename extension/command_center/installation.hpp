// The Command Center among our extensions.
#pragma once

#include "extension/server/installation.hpp"

namespace command_center::extension {

// The whole room is written in the server's terms.
using namespace server;  // NOLINT(google-build-using-namespace)

extern const Installation kInstallation;

}  // namespace command_center::extension
