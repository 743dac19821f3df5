// A topic without a leader for some partition is asked about again by who works with it.
#include "relay/check/topics.hpp"

#include "daemon/failure.hpp"
#include "relay/kafka/groups.hpp"

namespace command_center::relay::check {

std::string look_at_topic(const settings::Kafka& settings, kafka::Cluster& cluster, const std::string& group,
                          const std::string& topic) {
  using Presence = kafka::Cluster::Presence;
  const kafka::Cluster::Topic found = cluster.look_for_all({topic}).at(topic);
  switch (found.presence) {
    case Presence::kThere:
      kafka::require_right_to_consume(settings, group, topic);
      kafka::fetch_from(settings, group, topic);
      return std::to_string(cluster.partitions_of(topic)) + " partitions, and may be read";
    case Presence::kMissing:
      if (settings.topic_creation == settings::TopicCreation::kAllow) return "will be created";
      throw Failure(FailureKind::kTopicMissing, sqlstate::kNotFound, "it does not exist", {},
                    "Create it, or let the relay create topics (--create-topics).");
    case Presence::kSettling:
    case Presence::kRefused:
      break;
  }
  throw Failure(FailureKind::kKafka, kConnectionFailure, found.detail);
}

}  // namespace command_center::relay::check
