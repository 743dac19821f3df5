// Relays of one kind, which reach both servers through proxies, two for each share of the work: one of them
// works, and the other stands by or works beside it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/support/relay_process.hpp"
#include "tests/faults/proxy.hpp"

namespace command_center::chaos {

class Relays {
 public:
  Relays(const e2e::Database& database, const faults::Proxy& to_postgres, const faults::Proxy& to_kafka);
  virtual ~Relays() = default;
  Relays(const Relays&) = delete;
  Relays& operator=(const Relays&) = delete;

  [[nodiscard]] std::size_t count() const { return relays_.size(); }
  // Which one has the same share.
  [[nodiscard]] static std::size_t partner_of(std::size_t slot) { return slot ^ 1U; }

  // Kills the one that is there and starts another; with a stop point (name:n), if one is named.
  void start(std::size_t slot, const std::string& stop_point = {});
  void kill_9(std::size_t slot);
  [[nodiscard]] e2e::RelayProcess& operator[](std::size_t slot) { return *relays_.at(slot); }
  // How many were killed.
  [[nodiscard]] int kills() const { return kills_; }

  // No relay ends by itself, whatever happens around it. Answers what each one that did says for itself, and
  // starts it again.
  [[nodiscard]] std::vector<std::string> restart_ended();
  // All are told to stop, and do so in time; answers what is to be said about one that does not.
  [[nodiscard]] std::vector<std::string> drain();

 protected:
  // There are two for each share, all of them new.
  void share_among(std::size_t shares);

 private:
  [[nodiscard]] virtual e2e::RelayOptions options_of(std::size_t slot) const = 0;

  const e2e::Database& database_;
  std::vector<std::string> environment_;
  std::vector<std::unique_ptr<e2e::RelayProcess>> relays_;
  int kills_ = 0;
};

// Each shard of the publisher has two.
class Publishers : public Relays {
 public:
  Publishers(const e2e::Database& database, const faults::Proxy& to_postgres, const faults::Proxy& to_kafka);

  [[nodiscard]] int shards() const { return shards_; }
  // As many shards from now on, whose relays are new.
  void divide(int shards);

 private:
  [[nodiscard]] e2e::RelayOptions options_of(std::size_t slot) const override;
  int shards_ = 1;
};

// Two of one group.
class Consumers : public Relays {
 public:
  Consumers(const e2e::Database& database, const faults::Proxy& to_postgres, const faults::Proxy& to_kafka);

 private:
  [[nodiscard]] e2e::RelayOptions options_of(std::size_t slot) const override;
};

}  // namespace command_center::chaos
