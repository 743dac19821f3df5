// The relay is a daemon: it calls what the room daemon/ has by its short names.
#pragma once

namespace command_center::daemon {}

namespace command_center::relay {

using namespace daemon;  // NOLINT(google-build-using-namespace)

}  // namespace command_center::relay
