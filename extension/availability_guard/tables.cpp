// Columns in their order, the partition column and the primary key.
#include "extension/availability_guard/tables.hpp"

#include <iterator>

#include "extension/boundary/postgres_all.hpp"

namespace command_center::guard {
namespace {

constexpr ShapeColumn kEventColumns[] = {{"tenant_id", UUIDOID},
                                         {"reservation_id", UUIDOID},
                                         {"event_id", UUIDOID},
                                         {"lock_id", UUIDOID},
                                         {"version", INT8OID},
                                         {"kind", TEXTOID},
                                         {"mode", TEXTOID},
                                         {"line", TEXTOID},
                                         {"room_type_id", UUIDOID},
                                         {"room_id", UUIDOID},
                                         {"stay_start", DATEOID},
                                         {"stay_end", DATEOID},
                                         {"hold", TEXTOID},
                                         {"expires_at", TIMESTAMPTZOID},
                                         {"lock_key", TEXTOID},
                                         {"request_id", TEXTOID},
                                         {"reason", TEXTOID},
                                         {"correlation_id", TEXTOID},
                                         {"initiator", JSONBOID},
                                         {"property_id", UUIDOID},
                                         {"recorded_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kLockColumns[] = {{"tenant_id", UUIDOID},
                                        {"lock_id", UUIDOID},
                                        {"mode", TEXTOID},
                                        {"reservation_id", UUIDOID},
                                        {"line", TEXTOID},
                                        {"room_type_id", UUIDOID},
                                        {"room_id", UUIDOID},
                                        {"wanted_room_id", UUIDOID},
                                        {"stay", DATERANGEOID},
                                        {"hold", TEXTOID},
                                        {"expires_at", TIMESTAMPTZOID},
                                        {"version", INT8OID},
                                        {"lock_key", TEXTOID},
                                        {"property_id", UUIDOID},
                                        {"locked_at", TIMESTAMPTZOID}};

constexpr ShapeColumn kPropertyColumns[] = {
    {"tenant_id", UUIDOID}, {"property_id", UUIDOID}, {"zone", TEXTOID}};

constexpr ShapeColumn kRoomColumns[] = {
    {"tenant_id", UUIDOID}, {"room_id", UUIDOID}, {"property_id", UUIDOID}, {"room_type_id", UUIDOID}};

constexpr ShapeColumn kSettingColumns[] = {
    {"tenant_id", UUIDOID}, {"default_ttl_seconds", INT4OID}, {"max_ttl_seconds", INT4OID}};

constexpr ShapeColumn kNightColumns[] = {{"tenant_id", UUIDOID},   {"room_type_id", UUIDOID},
                                         {"night", DATEOID},       {"capacity", INT4OID},
                                         {"overbooking", INT4OID}, {"out_of_order", INT4OID}};

constexpr ShapeColumn kDeliveryColumns[] = {
    {"tenant_id", UUIDOID}, {"event_id", UUIDOID},   {"channel", TEXTOID}, {"status", TEXTOID},
    {"attempts", INT4OID},  {"recipients", INT4OID}, {"detail", TEXTOID},  {"recorded_at", TIMESTAMPTZOID}};

// Statements alone read and write it; the first columns are its key.
template <std::size_t count>
constexpr TableShape by_statements(const char* name, const ShapeColumn (&columns)[count], int key_count,
                                   int partition_column = -1) {
  return {kInstallation, name,     Ground::kStatements, columns, static_cast<int>(count), partition_column,
          key_count,     {0, 1, 2}};
}

const TableShape kLocks = by_statements("inventory_locks", kLockColumns, 2);
const TableShape kProperties = by_statements("properties", kPropertyColumns, 2);
const TableShape kRooms = by_statements("rooms", kRoomColumns, 2);
const TableShape kSettings = by_statements("guard_settings", kSettingColumns, 1);
const TableShape kNights = by_statements("type_nights", kNightColumns, 3);
const TableShape kDeliveries = by_statements("notification_deliveries", kDeliveryColumns, 3, 1);

constexpr const TableShape* kShapes[] = {&kLockEvents, &kLocks,  &kProperties, &kRooms,
                                         &kSettings,   &kNights, &kDeliveries};

}  // namespace

const TableShape kLockEvents = {kInstallation,
                                "lock_events",
                                Ground::kWritten,
                                kEventColumns,
                                static_cast<int>(std::size(kEventColumns)),
                                2,
                                3,
                                {0, 1, 2}};

Shapes table_shapes() noexcept {
  return {kShapes, static_cast<int>(std::size(kShapes))};
}

}  // namespace command_center::guard
