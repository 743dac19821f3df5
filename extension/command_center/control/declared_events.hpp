// What doctor() of an extension asks that publishes events of its own.
#pragma once

#include "extension/server/doctor/check.hpp"

namespace command_center::extension {

// A row for each event of the catalogue of the extension's own name that publish_own_event() would not write.
inline constexpr server::Check kEventsAreDeclared = {
    "events",
    "SELECT 'warning', pg_catalog.format('event \"%s\" is not published: it is not registered, or not any "
    "more',"
    "  definition.content ->> 'event'),"
    " 'SELECT {schema}.load_catalog(''{schema}''); registers what never was. What was deprecated is as "
    "somebody"
    " wanted it.'"
    " FROM {schema}.catalog_definitions() AS definition"
    " WHERE definition.catalog = '{schema}' AND definition.content ? 'event' AND NOT EXISTS ("
    "  SELECT FROM command_center.event_types AS known JOIN command_center.topics AS declared"
    "   ON declared.topic = known.topic"
    "  WHERE known.event_type = definition.content ->> 'event' AND known.status = 'active')"
    " ORDER BY definition.name"};

}  // namespace command_center::extension
