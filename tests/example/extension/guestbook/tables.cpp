// Columns in their order, the partition column and the primary key.
#include "tests/example/extension/guestbook/tables.hpp"

#include <iterator>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guestbook {
namespace {

constexpr ShapeColumn kEntryColumns[] = {{"tenant_id", UUIDOID},
                                         {"entry_id", UUIDOID},
                                         {"book", TEXTOID},
                                         {"remark", TEXTOID},
                                         {"written_by", TEXTOID}};

constexpr ShapeColumn kBookColumns[] = {{"book", TEXTOID}, {"is_open", BOOLOID}};

// Statements alone read and write it.
const TableShape kBooks = {kInstallation,
                           "books",
                           Ground::kStatements,
                           kBookColumns,
                           static_cast<int>(std::size(kBookColumns)),
                           -1,
                           1,
                           {0}};

constexpr const TableShape* kShapes[] = {&kEntries, &kBooks};

}  // namespace

const TableShape kEntries = {kInstallation,
                             "entries",
                             Ground::kWritten,
                             kEntryColumns,
                             static_cast<int>(std::size(kEntryColumns)),
                             1,
                             2,
                             {0, 1}};

Shapes table_shapes() noexcept {
  return {kShapes, static_cast<int>(std::size(kShapes))};
}

}  // namespace command_center::guestbook
