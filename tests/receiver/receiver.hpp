// Stands for whoever takes webhooks: an HTTPS server with a certificate of an authority of its own, that
// answers as it is told to.
#pragma once

#include <openssl/ssl.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/loopback.hpp"

namespace command_center::receiver {

struct Request {
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct Answer {
  int status = 200;
  std::string headers{};  // lines that end in CR LF
  std::string body{};
  enum class Manner {
    kAnswers,
    kStalls,  // says nothing until it ends, or is told to answer otherwise
    kCloses   // without a word
  } manner = Manner::kAnswers;
};

// The authority, and a certificate of it for 127.0.0.1, 127.0.0.2 and receiver.test, in files of a directory
// that goes with it.
class Authority {
 public:
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  [[nodiscard]] std::string file(const std::string& name) const { return directory_ + "/" + name; }

 private:
  std::string directory_;
};

class Receiver {
 public:
  Receiver();
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  // Of every authority that this process has: there is one.
  [[nodiscard]] static std::string ca_file();
  // "https://host:port/path"
  [[nodiscard]] std::string url(const std::string& host = "127.0.0.1",
                                const std::string& path = "/hook") const;
  [[nodiscard]] int port() const { return listener_.port(); }

  // How it answers from now on, once what next() was told is used up; also who waits.
  void set(Answer answer);
  void next(Answer answer);

  [[nodiscard]] std::vector<Request> requests() const;
  // Whatever became of them.
  [[nodiscard]] int connections() const { return connections_; }

 private:
  void accept_clients();
  void serve(int client);
  void answer(SSL* tls, const Request& request);

  struct FreeContext {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };

  std::unique_ptr<SSL_CTX, FreeContext> context_;
  loopback::Listener listener_;
  std::atomic<int> connections_{0};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  int answers_set_ = 0;
  Answer answer_;
  std::deque<Answer> next_;
  std::vector<Request> requests_;
  std::deque<loopback::Descriptor> clients_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

}  // namespace command_center::receiver
