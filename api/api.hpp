// The API is a daemon: it calls what the room daemon/ has by its short names.
#pragma once

namespace command_center::daemon {}

namespace command_center::api {

using namespace daemon;  // NOLINT(google-build-using-namespace)

}  // namespace command_center::api
