// What is applied is a row with the message's place, so that twice is two rows.
#include "tests/e2e/support/consuming.hpp"

namespace command_center::e2e {

RelayOptions consume_with(const std::vector<std::string>& flags) {
  RelayOptions options = kConsume;
  options.flags.insert(options.flags.end(), flags.begin(), flags.end());
  return options;
}

std::vector<std::string> numbers(int first, int count) {
  std::vector<std::string> made;
  for (int i = 0; i < count; ++i) made.push_back(std::to_string(first + i));
  return made;
}

Consuming::Consuming() : topic_("in-" + database_.name()) {
  create_topic(topic_, "delete");
  client_.query("CREATE TABLE applied (value text, topic text, place text)");
  client_.query(
      "CREATE FUNCTION apply_one(message command_center.kafka_message) RETURNS void LANGUAGE plpgsql AS $$"
      " BEGIN IF message.value = 'poison' THEN RAISE EXCEPTION 'poison'; END IF;"
      " INSERT INTO public.applied VALUES (message.value, message.topic,"
      "  format('%s/%s@%s', message.topic, message.partition, message.offset)); END $$");
}

void Consuming::subscribe(const std::string& more, const std::string& name) {
  client_.query("SELECT command_center.set_subscription('" + name + "', ARRAY['" + topic_ +
                "'], 'public.apply_one(command_center.kafka_message)'" + more + ")");
}

bool Consuming::becomes_applied(int count, std::chrono::milliseconds patience) {
  return eventually([&] { return applied() >= count; }, patience);
}

void Consuming::expect_each_once(int count) {
  EXPECT_EQ(client_.value("SELECT count(*) || ' ' || count(DISTINCT value) FROM applied"),
            std::to_string(count) + " " + std::to_string(count));
}

}  // namespace command_center::e2e
