// Chooses the authenticator that the settings ask for.
#pragma once

#include <memory>

#include "api/identity/authenticator.hpp"
#include "api/identity/settings.hpp"

namespace command_center::api::identity {

// Settings in which find_mistakes() finds none. Reads files at once, and throws Failure where they are wrong;
// keys of a URL are fetched on a thread, and until they are there is_ready() is false.
[[nodiscard]] std::unique_ptr<Authenticator> make_authenticator(const Settings& settings);

}  // namespace command_center::api::identity
