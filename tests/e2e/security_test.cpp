// TLS to PostgreSQL, TLS and SASL to Kafka, with certificates of the test's own.
#include <librdkafka/rdkafka.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/e2e/support/checks.hpp"

namespace command_center::e2e {
namespace {

void run(const std::string& command) {
  if (std::system(command.c_str()) != 0)  // NOLINT(cert-env33-c)
    throw std::runtime_error("failed: " + command);
}

// One of Kafka's own programs, against the plain listener.
void kafka_tool(const std::string& program, const std::string& arguments) {
  run("bash -c '. " E2E_SOURCE_DIR "/scripts/lib/common.sh; . " E2E_SOURCE_DIR
      "/scripts/lib/kafka.sh; kafka_tool " +
      program + " --bootstrap-server $KAFKA_BROKERS " + arguments + "' >/dev/null");
}

const std::string& directory() {
  static const std::string made = [] {
    const std::string path = required_variable("COMMAND_CENTER_TEST_DIR") + "/certificates";
    run("mkdir -p '" + path + "' && " E2E_SOURCE_DIR "/tests/e2e/support/certificates '" + path + "'");
    return path;
  }();
  return made;
}

// The broker's listeners with TLS, beside the plain one that the tests read from.
struct Listeners {
  std::string certificates;  // demands one of its clients
  std::string passwords;     // over TLS
};

std::string free_address() {
  const std::string file = directory() + "/port";
  run("bash -c '. " E2E_SOURCE_DIR "/scripts/lib/common.sh; free_port' >'" + file + "'");
  std::string port;
  std::getline(std::ifstream(file), port);
  return "127.0.0.1:" + port;
}

// Restarts the broker once, with listeners that stay. Who comes without a name may do everything, others what
// nobody denies.
const Listeners& listeners() {
  static const Listeners made = [] {
    const Listeners addresses{free_address(), free_address()};
    control(Server::kKafka, "stop");
    const std::string properties = required_variable("COMMAND_CENTER_TEST_KAFKA_DIR") + "/server.properties";
    const std::string more = ",TLS://" + addresses.certificates + ",SASLTLS://" + addresses.passwords;
    run("sed -i 's#^listeners=.*#&" + more + "#; s#^advertised.listeners=.*#&" + more +
        "#; s#^listener.security.protocol.map=.*#&,TLS:SSL,SASLTLS:SASL_SSL#' '" + properties + "'");
    std::ofstream(properties, std::ios::app)
        << "ssl.keystore.type=PEM\nssl.keystore.location=" << directory() << "/server.both.pem\n"
        << "ssl.truststore.type=PEM\nssl.truststore.location=" << directory() << "/ca.pem\n"
        << "listener.name.tls.ssl.client.auth=required\n"
        << "listener.name.sasltls.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512\n"
        << "listener.name.sasltls.plain.sasl.jaas.config=org.apache.kafka.common.security.plain."
           "PlainLoginModule"
           " required user_relay=\"secret\";\n"
        << "listener.name.sasltls.scram-sha-512.sasl.jaas.config="
           "org.apache.kafka.common.security.scram.ScramLoginModule required;\n"
        << "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
        << "super.users=User:ANONYMOUS\nallow.everyone.if.no.acl.found=true\n";
    control(Server::kKafka, "start");
    return addresses;
  }();
  return made;
}

std::string property(const std::string& name_and_value) {
  return "--kafka-property=" + name_and_value;
}

class Security : public EndToEnd {
 protected:
  // Flags for passwords over TLS.
  [[nodiscard]] static std::vector<std::string> sasl(const std::string& mechanism,
                                                     const std::string& password) {
    return {"--kafka-brokers=" + listeners().passwords,
            property("security.protocol=sasl_ssl"),
            property("ssl.ca.location=" + directory() + "/ca.pem"),
            property("sasl.mechanism=" + mechanism),
            property("sasl.username=relay"),
            property("sasl.password=" + password)};
  }
};

TEST_F(Security, PasswordsOverTls) {
  RelayProcess relay(database_, {sasl("PLAIN", "secret"), {}});
  database_.execute(10);
  expect_exactly_once(relay);
  EXPECT_EQ(relay.log().find("secret"), std::string::npos);
}

TEST_F(Security, WrongPasswordIsNoWayIn) {
  database_.execute(1);
  RelayProcess relay(database_, {sasl("PLAIN", "wrong"), {}});
  EXPECT_TRUE(relay.logs("Authentication failed")) << relay.log();
  EXPECT_NE(relay.get("/readyz").first, 200);
}

TEST_F(Security, CertificatesInsteadOfPasswords) {
  std::vector<std::string> flags{"--kafka-brokers=" + listeners().certificates,
                                 property("security.protocol=ssl"),
                                 property("ssl.ca.location=" + directory() + "/ca.pem")};
  {
    RelayProcess stranger(database_, {flags, {}});
    EXPECT_TRUE(stranger.logs("SSL")) << stranger.log();
    EXPECT_NE(stranger.get("/readyz").first, 200);
  }
  flags.push_back(property("ssl.certificate.location=" + directory() + "/client.pem"));
  flags.push_back(property("ssl.key.location=" + directory() + "/client.key"));
  RelayProcess relay(database_, {flags, {}});
  database_.execute(10);
  expect_exactly_once(relay);
}

// With a library that Kafka 4 refuses, the operator is told so instead of "wrong password".
TEST_F(Security, ScramWhereTheLibraryCan) {
  constexpr int kSendsTheRightNonce = 0x020601ff;
  const std::vector<std::string> flags = sasl("SCRAM-SHA-512", "secret");
  kafka_tool(
      "kafka.admin.ConfigCommand",
      "--alter --add-config \"SCRAM-SHA-512=[password=secret]\" --entity-type users --entity-name relay");
  if (rd_kafka_version() < kSendsTheRightNonce) {
    std::vector<std::string> check(flags);
    check.emplace_back("--check");
    RelayProcess relay(database_, {check, {}});
    EXPECT_EQ(relay.exit_status(), 1) << relay.log();
    EXPECT_TRUE(relay.logs("SCRAM against Kafka 4 needs librdkafka 2.6.1")) << relay.log();
    return;
  }
  RelayProcess relay(database_, {flags, {}});
  database_.execute(10);
  expect_exactly_once(relay);
}

// One subscription whose topic it may not read, one whose group it may not join, and one that is well.
TEST_F(Security, CheckTellsWhatMayNotBeConsumed) {
  const std::string acls = "org.apache.kafka.tools.AclCommand";
  std::vector<std::string> flags = sasl("PLAIN", "secret");
  flags.emplace_back("--check");
  const std::string topic = "open-" + database_.name();
  const std::string denied = "denied-" + database_.name();
  Client client = database_.connect();
  client.query("CREATE FUNCTION take(message command_center.kafka_message) RETURNS void LANGUAGE sql AS ''");
  const auto subscribe = [&](const std::string& name, const std::string& to, const std::string& group) {
    client.query("SELECT command_center.set_subscription('" + name + "', ARRAY['" + to +
                 "'], 'public.take(command_center.kafka_message)', consumer_group => '" + group + "')");
  };
  for (const std::string& one : {topic, denied}) create_topic(one, TopicConfig{});
  subscribe("well", topic, topic);
  subscribe("no_topic", denied, topic);
  subscribe("no_group", topic, denied);
  for (const std::string kind : {"topic", "group"})
    kafka_tool(acls, "--add --deny-principal User:relay --operation Read --" + kind + " " + denied);
  std::string said;
  EXPECT_TRUE(eventually([&] {
    RelayProcess relay(database_, {flags, {}, {}, "consume"});
    (void)relay.exit_status();
    said = relay.log();
    return said.find("FAILS  subscription \"no_topic\", topic") != std::string::npos &&
           said.find("FAILS  subscription \"no_group\", topic") != std::string::npos;
  })) << said;
  EXPECT_NE(said.find("ok     subscription \"well\", topic \"" + topic + "\": 1 partitions, and may be read"),
            std::string::npos)
      << said;
}

// A topic that the relay may not write to, and one that it may not even see, delay nobody.
TEST_F(Security, TopicsThatAreDeniedAreHeldUntilTheyAreNot) {
  const std::vector<std::string> flags = sasl("PLAIN", "secret");
  const std::string acls = "org.apache.kafka.tools.AclCommand";
  const std::string readable = "readable-" + database_.name();
  const std::string hidden = "hidden-" + database_.name();
  Client client = database_.connect();
  client.query("SELECT command_center.set_undeclared_topics('allow')");
  for (const std::string& topic : {readable, hidden}) {
    create_topic(topic, TopicConfig{});
    kafka_tool(acls, "--add --deny-principal User:relay --operation " +
                         std::string(topic == readable ? "Write" : "All") + " --topic " + topic);
  }
  database_.execute(100);
  for (const std::string& topic : {readable, hidden}) {
    client.query("SELECT command_center.publish_event('" + topic + "', 'e', '1', '" + database_.tenant() +
                 "')");
  }
  database_.execute(100);
  RelayProcess relay(database_, {flags, {}});
  EXPECT_TRUE(reader_.receives(database_.committed())) << relay.log();
  EXPECT_TRUE(eventually([&] {
    return client.value("SELECT count(*) FROM command_center.list_parked(reason => 'topic')") == "2";
  })) << relay.log();
  for (const std::string& topic : {readable, hidden}) {
    kafka_tool(acls, "--remove --force --topic " + topic);
    TopicReader reader(topic, {});
    EXPECT_TRUE(eventually([&] {
      reader.read_to_end();
      return reader.messages().size() == 1;
    })) << relay.log();
  }
  expect_exactly_once(relay);
}

// PostgreSQL speaks TLS for as long as it lives.
class PostgresWithTls {
 public:
  explicit PostgresWithTls(const Database& database) : client_(database.connect()) {
    set("ssl_cert_file = '" + directory() + "/server.pem'");
    set("ssl_key_file = '" + directory() + "/server.key'");
    set("ssl = on");
  }
  ~PostgresWithTls() { set("ssl = off"); }
  PostgresWithTls(const PostgresWithTls&) = delete;
  PostgresWithTls& operator=(const PostgresWithTls&) = delete;

 private:
  void set(const std::string& setting) {
    client_.query("ALTER SYSTEM SET " + setting);
    client_.query("SELECT pg_reload_conf()");
  }

  Client client_;
};

TEST_F(Security, PostgresOverTls) {
  const PostgresWithTls tls(database_);
  const std::string verified = "--postgres=host=127.0.0.1 sslmode=verify-full sslrootcert=";
  {
    RelayProcess relay(database_, {{verified + "/no/such/file"}, {}});
    EXPECT_TRUE(relay.logs("root certificate file")) << relay.log();
  }
  RelayProcess relay(database_, {{verified + directory() + "/ca.pem"}, {}});
  ASSERT_TRUE(relay.becomes("leading")) << relay.log();
  EXPECT_EQ(
      database_.connect().value("SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                                " WHERE application_name LIKE 'command-center%'"),
      "t");
  database_.execute(10);
  expect_exactly_once(relay);
}

}  // namespace
}  // namespace command_center::e2e
