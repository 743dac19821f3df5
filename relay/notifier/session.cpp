// Events of a partition go on independently of each other: an offset is told to the group once everything
// before it is settled, and what a restart reads again is known by its rows in the database.
#include "relay/notifier/session.hpp"

#include <algorithm>
#include <chrono>

#include "daemon/failure.hpp"
#include "daemon/logging/log.hpp"
#include "daemon/spans/span.hpp"
#include "relay/kafka/cluster.hpp"
#include "relay/kafka/trace.hpp"
#include "relay/stop_points/stop_points.hpp"

namespace command_center::relay::notifier {
namespace {

using inventory::Channel;
using runtime::Clock;
using stop_points::StopPoint;

constexpr std::chrono::milliseconds kPoll{100};
constexpr std::chrono::milliseconds kLookAtCouriers{20};
constexpr int kMostTakenAtOnce = 100;
constexpr const char* kIdHeader = "ce_id";

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string header_of(const rd_kafka_message_t& message, const char* name) {
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_header_get_last(headers, name, &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      value == nullptr)
    return {};
  return {static_cast<const char*>(value), size};
}

std::optional<spans::Origin> trace_of(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  if (!spans::is_on() || rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::nullopt;
  return kafka::origin_of(headers);
}

}  // namespace

Session::~Session() {
  forget_waiting();
}

void Session::run() {
  Deliveries(connection()).require_rights();
  await_couriers();
  settle_done();
  subscribe();
  while (!around_.waiter.stopping()) {
    show_health();
    take_what_comes();
    settle_done();
    read_again();
    tell_group();
  }
  forget_waiting();
  await_couriers();
  settle_done();
  tell_group();
}

postgres::Connection& Session::connection() {
  if (!connection_)
    connection_ = std::make_unique<postgres::Connection>(around_.settings.common.postgres, around_.waiter);
  return *connection_;
}

// --- whose partition goes on where ---

void Session::subscribe() {
  const settings::Notify& notify = around_.settings.notify;
  kafka::Cluster(around_.settings.kafka, around_.waiter).ensure_topic(notify.topic);
  subscriber_ = std::make_unique<kafka::Subscriber>(
      around_.settings.kafka, notify.group, std::vector<std::string>{notify.topic},
      kafka::Subscriber::Events{
          [this](const std::vector<Partition>& assigned) { return places_of(assigned); },
          [this] { give_back(); }, [this](const Partition& partition) { note_lost(partition); },
          [](const Partition&, std::int64_t) {}});
  logging::info(
      "notifying",
      {{"topic", notify.topic}, {"group", notify.group}, {"dry_run", notify.is_dry_run ? "true" : "false"}});
}

// From the beginning where the group has no offset: an event that is new to it may not be missed, and one
// that is old is known, or too old.
kafka::PartitionOffsets Session::places_of(const std::vector<Partition>& assigned) {
  lanes_.clear();
  told_.clear();
  kafka::PartitionOffsets places = subscriber_->committed(assigned);
  for (const Partition& partition : assigned) {
    const auto found = places.find(partition);
    if (found == places.end()) places[partition] = subscriber_->extent(partition).first;
    lanes_[partition].next_to_take = places.at(partition);
  }
  logging::info("has partitions", {{"topic", around_.settings.notify.topic}, {"partitions", places.size()}});
  return places;
}

// Whoever gets them finds what became of the calls that are under way.
void Session::give_back() {
  forget_waiting();
  await_couriers();
  // What failed is tried again by whoever gets the partition: here it is only written down.
  is_giving_back_ = true;
  settle_done();
  is_giving_back_ = false;
  tell_group();
  lanes_.clear();
  events_.clear();
  lost_.clear();
  bytes_ = 0;
}

void Session::note_lost(const Partition& partition) {
  lost_.insert(partition);
}

// What was dropped once there is room again, and what Kafka does not have any more from what it has.
void Session::read_again() {
  const bool any_dropped =
      std::any_of(lanes_.begin(), lanes_.end(), [](const auto& one) { return one.second.overflowed; });
  if (lost_.empty() && (!any_dropped || !has_room(2))) return;
  for (const Partition& partition : lost_) {
    const auto found = lanes_.find(partition);
    if (found == lanes_.end()) continue;
    const std::int64_t begin = subscriber_->extent(partition).first;
    logging::error("the group's offset is not in kafka any more", {{"topic", partition.first},
                                                                   {"partition", partition.second},
                                                                   {"offset", found->second.next_to_take},
                                                                   {"goes_on_at", begin}});
    found->second.next_to_take = begin;
  }
  lost_.clear();
  kafka::PartitionOffsets places;
  for (auto& [partition, lane] : lanes_) {
    lane.overflowed = false;
    places[partition] = lane.next_to_take;
  }
  subscriber_->assign(places);
}

// --- taking ---

void Session::take_what_comes() {
  around_.waiter.beat();
  auto message = subscriber_->poll(kPoll);
  for (int taken = 1; message; ++taken) {
    around_.waiter.beat();
    take(*message);
    if (taken == kMostTakenAtOnce) return;
    message = subscriber_->poll(std::chrono::milliseconds(0));
  }
}

void Session::take(const rd_kafka_message_t& message) {
  const Place place{{rd_kafka_topic_name(message.rkt), message.partition}, message.offset};
  const auto found = lanes_.find(place.first);
  if (found == lanes_.end()) return;
  Lane& lane = found->second;
  // librdkafka may fetch again what was taken already.
  if (message.offset < lane.next_to_take || lane.overflowed) return;
  if (!has_room(1)) {
    lane.overflowed = true;
    return;
  }
  lane.next_to_take = message.offset + 1;
  const std::string_view text(static_cast<const char*>(message.payload),
                              message.payload == nullptr ? 0 : message.len);
  Reading reading =
      read_notification(header_of(message, kIdHeader), text, around_.settings.notify.recipients, now_ms());
  if (!reading.notification) {
    around_.metrics.add_event(Outcome::kSkipped);
    logging::warning("skipped what is no notification", {{"topic", place.first.first},
                                                         {"partition", place.first.second},
                                                         {"offset", place.second},
                                                         {"message", reading.mistake}});
    return;
  }
  begin(std::move(*reading.notification), place, trace_of(message));
}

void Session::begin(Notification&& notification, const Place& place, std::optional<spans::Origin> trace) {
  const identifiers::Uuid event_id = notification.event_id;
  if (const auto known = events_.find(event_id); known != events_.end()) {
    known->second.places.push_back(place);
    lanes_.at(place.first).open.insert(place.second);
    return;
  }
  std::vector<Channel> channels = channels_of(notification);
  if (channels.empty()) {
    around_.metrics.add_event(Outcome::kSkipped);
    logging::warning("skipped a notification that no channel is for",
                     {{"event_id", identifiers::to_text(event_id)},
                      {"recipients_of_no_channel", notification.recipients.nobodys().size()}});
    return;
  }
  bool any_told = false;
  for (const Settled& settled : Deliveries(connection()).settled(notification.tenant_id, event_id)) {
    any_told = any_told || settled.status != name_of(Status::kFailed);
    channels.erase(
        std::remove_if(channels.begin(), channels.end(),
                       [&](Channel channel) { return inventory::name_of(channel) == settled.channel; }),
        channels.end());
  }
  if (channels.empty()) return;
  if (is_too_old(notification)) {
    around_.metrics.add_event(any_told ? Outcome::kProcessed : Outcome::kFailed);
    logging::error("gave up a notification that is too old",
                   {{"event_id", identifiers::to_text(event_id)}, {"channels", channels.size()}});
    return;
  }
  if (around_.settings.notify.is_dry_run) return tell_log(notification, channels);
  const settings::Notify& notify = around_.settings.notify;
  UnderWay event{std::move(notification),
                 Plan(channels, any_told, {notify.retries, notify.backoff}, seeds_()),
                 std::move(trace),
                 {place}};
  lanes_.at(place.first).open.insert(place.second);
  const UnderWay& kept = events_.emplace(event_id, std::move(event)).first->second;
  bytes_ += kept.notification.bytes();
  for (const Channel channel : channels) send(kept, channel, std::chrono::milliseconds(0));
}

// Those that are on and that somebody is to be told by.
std::vector<Channel> Session::channels_of(const Notification& notification) {
  std::vector<Channel> channels;
  for (const Channel channel : inventory::kChannels) {
    if (notification.recipients.of(channel).empty()) continue;
    if (around_.settings.notify.of(channel).is_enabled) {
      channels.push_back(channel);
    } else {
      around_.metrics.add_delivery(channel, "skipped");
    }
  }
  return channels;
}

void Session::tell_log(const Notification& notification, const std::vector<Channel>& channels) {
  for (const Channel channel : channels) {
    const std::size_t recipients = notification.recipients.of(channel).size();
    logging::info("would notify", {{"event_id", identifiers::to_text(notification.event_id)},
                                   {"channel", inventory::name_of(channel)},
                                   {"recipients", recipients},
                                   {"payload", notification.request(channel)}});
    Deliveries(connection())
        .record({notification.tenant_id,
                 notification.event_id,
                 channel,
                 Status::kDryRun,
                 0,
                 static_cast<int>(recipients),
                 {}});
    around_.metrics.add_delivery(channel, name_of(Status::kDryRun));
  }
  around_.metrics.add_event(Outcome::kProcessed);
  around_.health.note_progress();
}

void Session::send(const UnderWay& event, Channel channel, std::chrono::milliseconds pause) {
  const Notification& notification = event.notification;
  Errand errand;
  errand.tenant_id = notification.tenant_id;
  errand.event_id = notification.event_id;
  errand.channel = channel;
  errand.webhook_id = notification.webhook_id(channel);
  errand.body = notification.request(channel);
  errand.recipients = static_cast<int>(notification.recipients.of(channel).size());
  errand.attempt = event.plan.calls(channel) + 1;
  errand.published_ms = notification.published_ms;
  errand.trace = event.trace;
  errand.not_before = Clock::now() + pause;
  around_.couriers.courier(channel).send(std::move(errand));
}

// --- settling ---

// What cannot be written down now is kept for the next session.
void Session::settle_done() {
  auto& done = around_.couriers.done;
  for (const auto& courier : around_.couriers.of) {
    if (!courier) continue;
    for (Done& one : courier->take_done()) done.push_back(std::move(one));
  }
  for (; !done.empty(); done.pop_front()) settle(done.front());
}

void Session::settle(const Done& done) {
  const Errand& errand = done.errand;
  if (done.call.end == Call::End::kStopped) return;
  if (done.call.end == Call::End::kTaken) {
    stop_points::reached(StopPoint::kAfterDelivery);
    Deliveries(connection())
        .record({errand.tenant_id,
                 errand.event_id,
                 errand.channel,
                 Status::kDelivered,
                 errand.attempt,
                 errand.recipients,
                 {}});
    around_.metrics.add_delivery(errand.channel, name_of(Status::kDelivered));
    around_.metrics.observe_lag(
        std::chrono::milliseconds(std::max<std::int64_t>(now_ms() - errand.published_ms, 0)));
    around_.health.note_progress();
  } else {
    around_.metrics.add_failed_call(errand.channel);
    logging::warning("a webhook's call failed", {{"event_id", identifiers::to_text(errand.event_id)},
                                                 {"channel", inventory::name_of(errand.channel)},
                                                 {"attempt", errand.attempt},
                                                 {"reason", done.call.reason}});
  }
  const auto found = events_.find(errand.event_id);
  // Of a partition that is another relay's now.
  if (found == events_.end()) return;
  UnderWay& event = found->second;
  const Plan::Steps steps = event.plan.note(errand.channel, done.call);
  if (done.call.end != Call::End::kTaken && is_too_old(event.notification)) {
    follow(event, event.plan.give_up());
  } else {
    follow(event, steps);
  }
  if (event.plan.is_over()) finish(errand.event_id);
}

void Session::follow(UnderWay& event, const Plan::Steps& steps) {
  for (const Plan::Step& step : steps) {
    if (step.what == Plan::Step::What::kSend) {
      if (!is_giving_back_) send(event, step.channel, step.pause);
      continue;
    }
    const Notification& notification = event.notification;
    const std::string& detail = event.plan.detail(step.channel);
    Deliveries(connection())
        .record({notification.tenant_id, notification.event_id, step.channel, Status::kFailed,
                 event.plan.calls(step.channel),
                 static_cast<int>(notification.recipients.of(step.channel).size()), detail});
    around_.metrics.add_delivery(step.channel, name_of(Status::kFailed));
    logging::error("gave up a notification on a channel",
                   {{"event_id", identifiers::to_text(notification.event_id)},
                    {"channel", inventory::name_of(step.channel)},
                    {"reason", detail}});
  }
}

void Session::finish(const identifiers::Uuid& event_id) {
  const auto found = events_.find(event_id);
  const UnderWay& event = found->second;
  around_.metrics.add_event(event.plan.any_told() ? Outcome::kProcessed : Outcome::kFailed);
  for (const auto& [partition, offset] : event.places) {
    if (const auto lane = lanes_.find(partition); lane != lanes_.end()) lane->second.open.erase(offset);
  }
  bytes_ -= event.notification.bytes();
  events_.erase(found);
  around_.health.note_progress();
}

// Half the room before what was dropped is read again, so that it is not dropped again at once.
bool Session::has_room(std::size_t part) const noexcept {
  return events_.size() < kMostUnderWay / part && bytes_ < kMostBytes / part;
}

bool Session::is_too_old(const Notification& notification) const {
  const std::chrono::milliseconds most = around_.settings.notify.give_up_after;
  return now_ms() - notification.published_ms > most.count();
}

// --- waiting and telling ---

// Calls end by their own limits; a stop that has no time left ends them at once.
void Session::await_couriers() {
  const auto any_calls = [this] {
    return std::any_of(around_.couriers.of.begin(), around_.couriers.of.end(),
                       [](const auto& courier) { return courier && courier->is_calling(); });
  };
  while (any_calls()) {
    constexpr int kNone = -1;
    if (around_.waiter.wait_for_fd(kNone, 0, kLookAtCouriers) != runtime::WaitEnd::kStopping) continue;
    for (const auto& courier : around_.couriers.of) {
      if (courier) courier->break_off();
    }
    throw Failure(FailureKind::kStopping, kConnectionFailure, "there is no time left to wait for webhooks");
  }
}

void Session::forget_waiting() noexcept {
  for (const auto& courier : around_.couriers.of) {
    if (courier) courier->forget_waiting();
  }
}

void Session::tell_group() {
  kafka::PartitionOffsets settled;
  for (const auto& [partition, lane] : lanes_) settled[partition] = lane.settled_to();
  if (settled == told_ || !subscriber_) return;
  subscriber_->tell_group(settled);
  told_ = std::move(settled);
}

void Session::show_health() {
  around_.health.set(admin::State::kWorking);
  around_.metrics.set_under_way(events_.size());
  if (events_.empty()) around_.health.note_progress();
}

}  // namespace command_center::relay::notifier
