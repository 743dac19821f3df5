// A thread for each connection, which answers one request and is closed.
#include "tests/receiver/receiver.hpp"

#include <sys/socket.h>
#include <csignal>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace command_center::receiver {
namespace {

struct FreeTls {
  void operator()(SSL* tls) const noexcept { SSL_free(tls); }
};

void run(const std::string& command) {
  if (std::system(command.c_str()) != 0)  // NOLINT(cert-env33-c)
    throw std::runtime_error("failed: " + command);
}

const Authority& authority() {
  static const Authority made;
  return made;
}

// Header names in lower case; false until all of the request is there.
bool read_request(const std::string& input, Request& request) {
  const std::size_t end = input.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  std::size_t line = input.find("\r\n");
  const std::size_t target = input.find(' ') + 1;
  request.target = input.substr(target, input.find(' ', target) - target);
  while (line < end) {
    const std::size_t next = input.find("\r\n", line + 2);
    const std::size_t colon = input.find(": ", line + 2);
    std::string name = input.substr(line + 2, colon - line - 2);
    for (char& character : name) character = static_cast<char>(std::tolower(character));
    request.headers[name] = input.substr(colon + 2, next - colon - 2);
    line = next;
  }
  const auto length = request.headers.find("content-length");
  const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
  request.body = input.substr(end + 4);
  return request.body.size() >= size;
}

}  // namespace

Authority::Authority() {
  char name[] = "/tmp/command-center-receiver-XXXXXX";
  if (mkdtemp(name) == nullptr) throw std::runtime_error("could not make a directory");
  directory_ = name;
  std::ofstream(file("names")) << "subjectAltName=IP:127.0.0.1,IP:127.0.0.2,DNS:receiver.test\n";
  run("cd " + directory_ +
      " && exec >/dev/null 2>&1"
      " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -keyout ca.key "
      "-out ca.pem -subj '/CN=receiver "
      "ca'"
      " && openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key -out "
      "server.csr -subj '/CN=receiver'"
      " && openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 1 -out server.pem"
      " -extfile names");
}

Authority::~Authority() {
  (void)std::system(("rm -rf '" + directory_ + "'").c_str());  // NOLINT(cert-env33-c)
}

std::string Receiver::ca_file() {
  return authority().file("ca.pem");
}

Receiver::Receiver() : context_(SSL_CTX_new(TLS_server_method())) {
  // A client that is gone is nobody's business.
  (void)std::signal(SIGPIPE, SIG_IGN);
  const std::string certificate = authority().file("server.pem");
  const std::string key = authority().file("server.key");
  if (SSL_CTX_use_certificate_file(context_.get(), certificate.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_use_PrivateKey_file(context_.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("could not read the certificate");
  accepting_ = std::thread([this] { accept_clients(); });
}

Receiver::~Receiver() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  listener_.stop();
  accepting_.join();
  for (const auto& client : clients_) shutdown(client.get(), SHUT_RDWR);
  for (std::thread& thread : threads_) thread.join();
}

std::string Receiver::url(const std::string& host, const std::string& path) const {
  return "https://" + host + ":" + std::to_string(port()) + path;
}

void Receiver::set(Answer answer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  answer_ = std::move(answer);
  ++answers_set_;
  changed_.notify_all();
}

void Receiver::next(Answer answer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  next_.push_back(std::move(answer));
}

std::vector<Request> Receiver::requests() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return requests_;
}

void Receiver::accept_clients() {
  while (true) {
    loopback::Descriptor client = listener_.accept_one();
    if (client.get() < 0) return;
    ++connections_;
    clients_.push_back(std::move(client));
    threads_.emplace_back([this, fd = clients_.back().get()] { serve(fd); });
  }
}

void Receiver::serve(int client) {
  const std::unique_ptr<SSL, FreeTls> tls(SSL_new(context_.get()));
  SSL_set_fd(tls.get(), client);
  if (SSL_accept(tls.get()) != 1) {
    shutdown(client, SHUT_RDWR);
    return;
  }
  std::string input;
  Request request;
  char bytes[16384];
  while (!read_request(input, request)) {
    const int count = SSL_read(tls.get(), bytes, sizeof(bytes));
    if (count <= 0) return;
    input.append(bytes, static_cast<std::size_t>(count));
  }
  answer(tls.get(), request);
  shutdown(client, SHUT_RDWR);
}

void Receiver::answer(SSL* tls, const Request& request) {
  std::unique_lock<std::mutex> lock(mutex_);
  requests_.push_back(request);
  Answer chosen = answer_;
  if (!next_.empty()) {
    chosen = next_.front();
    next_.pop_front();
  }
  const int since = answers_set_;
  if (chosen.manner == Answer::Manner::kStalls) {
    changed_.wait(lock, [&] { return stopping_ || answers_set_ != since; });
    if (!stopping_) chosen = answer_;
  }
  lock.unlock();
  if (chosen.manner != Answer::Manner::kAnswers) return;
  const std::string text = "HTTP/1.1 " + std::to_string(chosen.status) + " X\r\n" + chosen.headers +
                           "Content-Length: " + std::to_string(chosen.body.size()) +
                           "\r\nConnection: close\r\n\r\n" + chosen.body;
  SSL_write(tls, text.data(), static_cast<int>(text.size()));
  SSL_shutdown(tls);
}

}  // namespace command_center::receiver
