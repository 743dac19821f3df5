// A table that is partitioned by day.
#pragma once

namespace command_center::server {

enum class PartitionedBy { kUuidV7, kTime };

struct DailyTable {
  const char* name;
  PartitionedBy partitioned_by;
};

}  // namespace command_center::server
