// One partition after the other: memory holds a page of ids and what is fetched ahead of one partition.
#include "relay/kafka/read_back.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "relay/kafka/failures.hpp"
#include "relay/kafka/partition_reader.hpp"

namespace command_center::relay::kafka {
namespace {

constexpr const char* kAction = "read messages back";
constexpr int kRequestTimeoutMs = 10'000;
constexpr std::size_t kPage = 50'000;  // recover_messages takes twice as many
// The longest that brokers let a transaction be open by default, and a little more.
constexpr std::chrono::seconds kStandstillLimit{15 * 60 + 30};
constexpr std::size_t kUuidSize = 36;

bool is_uuid(std::string_view text) {
  if (text.size() != kUuidSize) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool is_hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (is_dash ? c != '-' : !is_hex) return false;
  }
  return true;
}

std::optional<std::string> id_of(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_header_get_last(headers, "ce_id", &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      value == nullptr)
    return std::nullopt;
  const std::string_view id(static_cast<const char*>(value), size);
  if (!is_uuid(id)) return std::nullopt;
  return std::string(id);
}

// The first offset at or after the time; nothing where there is none.
std::optional<std::int64_t> offset_at(rd_kafka_t* client, const std::string& topic, std::int32_t partition,
                                      std::int64_t ms) {
  const Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = ms;
  rd_kafka_resp_err_t error = rd_kafka_offsets_for_times(client, list.get(), kRequestTimeoutMs);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = list->elems[0].err;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail("find an offset by time", error);
  if (list->elems[0].offset < 0) return std::nullopt;
  return list->elems[0].offset;
}

}  // namespace

ReadBack read_back(const settings::Kafka& settings, Cluster& cluster, runtime::Waiter& waiter,
                   const std::vector<std::string>& topics, std::int64_t since_ms,
                   const std::function<void(const std::vector<std::string>& ids)>& take_page,
                   const std::function<void()>& while_waiting) {
  PartitionReader reader(settings, waiter, kAction, kStandstillLimit, while_waiting);
  ReadBack read;
  std::vector<std::string> page;
  const auto turn_page = [&] {
    if (!page.empty()) take_page(page);
    page.clear();
  };
  for (const std::string& topic : topics) {
    const int partitions = cluster.partitions_of(topic);
    if (partitions > 0) ++read.topics;
    for (std::int32_t partition = 0; partition < partitions; ++partition) {
      while_waiting();
      const std::int64_t end = cluster.extent(topic, partition).end;
      const auto begin = offset_at(reader.client(), topic, partition, since_ms);
      if (!begin || *begin >= end) continue;
      reader.read(topic, partition, {*begin, end}, [&](const rd_kafka_message_t& message) {
        auto id = id_of(message);
        if (!id) return;
        ++read.messages;
        page.push_back(std::move(*id));
        if (page.size() == kPage) turn_page();
      });
    }
  }
  turn_page();
  return read;
}

}  // namespace command_center::relay::kafka
