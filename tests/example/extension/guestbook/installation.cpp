// Names the schema, its owner's table and the catalogue.
#include "tests/example/extension/guestbook/installation.hpp"

#include <iterator>

#include "extension/server/caches/generation.hpp"

namespace command_center::guestbook {
namespace {

CatalogueChanges changes;

constexpr const char* kCatalogue[] = {"books"};

}  // namespace

const Installation kInstallation = {
    "guestbook",
    "entries",
    kCatalogue,
    static_cast<int>(std::size(kCatalogue)),
    "Call guestbook.setup() first, as the role that shall own the tables: it makes and migrates them.",
    "Call guestbook.maintain(): it makes the partitions of the coming days.",
    &changes};

}  // namespace command_center::guestbook
