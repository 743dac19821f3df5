// The tables of setup() that are read or written below the SQL layer, as setup() makes them.
#pragma once

#include "extension/command_center/installation.hpp"
#include "extension/server/table_shape.hpp"

namespace command_center::extension {

extern const TableShape kCommandDispatches;
extern const TableShape kTransactionalOutbox;
extern const TableShape kTransactionalOutboxBefore;  // what versions before 0.4.0 made
extern const TableShape kDispatchEvents;
extern const TableShape kDispatchDeadlines;
extern const TableShape kIdempotencyKeys;
extern const TableShape kPublicationBatches;
extern const TableShape kTenantModules;

// All of them, for doctor().
[[nodiscard]] Shapes table_shapes() noexcept;

}  // namespace command_center::extension
