// What the server calls when it loads the library, and the extensions that are in it, each after those it
// builds on.
#include <iterator>

#include "extension/availability_guard/extension.hpp"
#include "extension/boundary/enter.hpp"
#include "extension/command_center/extension.hpp"
#include "extension/server/family.hpp"

#include "extension/boundary/postgres_all.hpp"

extern "C" {
PG_MODULE_MAGIC;
// The server looks for this name, which is none of ours.
void _PG_init();  // NOLINT
}

namespace {

constexpr const command_center::server::Extension* kExtensions[] = {
    &command_center::extension::kExtension,
    &command_center::guard::kExtension,
};

}  // namespace

void _PG_init() {  // NOLINT
  command_center::boundary::enter([] {
    command_center::server::load_family({kExtensions, static_cast<int>(std::size(kExtensions))});
  });
}
