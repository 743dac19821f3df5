// Owning pointers to librdkafka's objects, each freed the way the library wants it.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

namespace command_center::relay::kafka {

template <auto free_function>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const noexcept {
    free_function(object);
  }
};

using Client = std::unique_ptr<rd_kafka_t, FreeWith<rd_kafka_destroy>>;
using Conf = std::unique_ptr<rd_kafka_conf_t, FreeWith<rd_kafka_conf_destroy>>;
using Topic = std::unique_ptr<rd_kafka_topic_t, FreeWith<rd_kafka_topic_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, FreeWith<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, FreeWith<rd_kafka_event_destroy>>;
using KafkaError = std::unique_ptr<rd_kafka_error_t, FreeWith<rd_kafka_error_destroy>>;
using Headers = std::unique_ptr<rd_kafka_headers_t, FreeWith<rd_kafka_headers_destroy>>;
using Message = std::unique_ptr<rd_kafka_message_t, FreeWith<rd_kafka_message_destroy>>;
using Partitions =
    std::unique_ptr<rd_kafka_topic_partition_list_t, FreeWith<rd_kafka_topic_partition_list_destroy>>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, FreeWith<rd_kafka_metadata_destroy>>;
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, FreeWith<rd_kafka_NewTopic_destroy>>;
using NewPartitions = std::unique_ptr<rd_kafka_NewPartitions_t, FreeWith<rd_kafka_NewPartitions_destroy>>;
using ConfigResource = std::unique_ptr<rd_kafka_ConfigResource_t, FreeWith<rd_kafka_ConfigResource_destroy>>;
using AdminOptions = std::unique_ptr<rd_kafka_AdminOptions_t, FreeWith<rd_kafka_AdminOptions_destroy>>;

}  // namespace command_center::relay::kafka
