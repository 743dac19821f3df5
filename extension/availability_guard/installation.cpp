// Names the schema, its owner's table and the catalogue.
#include "extension/availability_guard/installation.hpp"

#include <iterator>

#include "extension/server/caches/generation.hpp"

namespace command_center::guard {
namespace {

CatalogueChanges changes;

// Those whose changes are put in order and announced. Rooms and capacities come in a stream; no session keeps
// anything.
constexpr const char* kCatalogue[] = {"properties", "guard_settings"};

}  // namespace

const Installation kInstallation = {
    "availability_guard",
    "inventory_locks",
    kCatalogue,
    static_cast<int>(std::size(kCatalogue)),
    "Call availability_guard.setup() first, as the role that shall own the tables: it makes and migrates "
    "them.",
    "Call availability_guard.maintain(): it makes the partitions of the coming days.",
    &changes};

}  // namespace command_center::guard
