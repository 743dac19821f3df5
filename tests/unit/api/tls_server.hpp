// An HTTPS server on a loopback port that gives every client a certain answer, and the certificates for it.
#pragma once

#include <netinet/in.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

namespace command_center::api {

struct FreeOpenssl {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  void operator()(SSL* session) const noexcept { SSL_free(session); }
  void operator()(X509_EXTENSION* extension) const noexcept { X509_EXTENSION_free(extension); }
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
template <class Type>
using Openssl = std::unique_ptr<Type, FreeOpenssl>;

// A key and its certificate; one that nobody signed is an authority of its own.
class Certificate {
 public:
  // `names`: as subjectAltName has them, "DNS:localhost,IP:127.0.0.1"; of an authority empty.
  explicit Certificate(const std::string& names = {}, const Certificate* signer = nullptr,
                       long seconds_from_now = 3600)
      : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    static std::atomic<long> serial{1};
    const Certificate& by = signer == nullptr ? *this : *signer;
    X509* const made = certificate_.get();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made), -7200);
    X509_gmtime_adj(X509_getm_notAfter(made), seconds_from_now);
    X509_set_pubkey(made, key_.get());
    const std::string name = (signer == nullptr ? "authority " : "server ") + std::to_string(serial);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.data()),
                               static_cast<int>(name.size()), -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(by.certificate_.get()));
    if (signer == nullptr) extend(NID_basic_constraints, "critical,CA:TRUE");
    if (!names.empty()) extend(NID_subject_alt_name, names);
    if (X509_sign(made, by.key_.get(), EVP_sha256()) == 0) throw std::runtime_error("could not sign");
  }

  [[nodiscard]] std::string pem() const {
    const Openssl<BIO> bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate_.get());
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }
  [[nodiscard]] EVP_PKEY* key() const { return key_.get(); }
  [[nodiscard]] X509* get() const { return certificate_.get(); }

 private:
  void extend(int what, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate_.get(), certificate_.get(), nullptr, nullptr, 0);
    const Openssl<X509_EXTENSION> extension(X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str()));
    if (!extension || X509_add_ext(certificate_.get(), extension.get(), -1) != 1)
      throw std::runtime_error("could not extend");
  }

  Openssl<EVP_PKEY> key_;
  Openssl<X509> certificate_;
};

class TlsServer {
 public:
  TlsServer(const Certificate& certificate, std::string answer)
      : context_(SSL_CTX_new(TLS_server_method())), answer_(std::move(answer)) {
    SSL_CTX_use_certificate(context_.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context_.get(), certificate.key());
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    if (bind(fd_, reinterpret_cast<sockaddr*>(&address), length) != 0 || listen(fd_, 16) != 0 ||
        getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
      throw std::runtime_error("could not listen");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsServer() {
    stopping_ = true;
    shutdown(fd_, SHUT_RDWR);  // wakes accept()
    thread_.join();
    close(fd_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  [[nodiscard]] std::string url(const std::string& host = "127.0.0.1") const {
    return "https://" + host + ":" + std::to_string(port_) + "/keys";
  }
  // Of clients that came as far as to ask.
  [[nodiscard]] int asked() const { return asked_; }
  void answer_with(std::string answer) {
    const std::lock_guard<std::mutex> lock(mutex_);
    answer_ = std::move(answer);
  }

 private:
  void serve() {
    while (!stopping_) {
      const int client = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      const timeval limit{30, 0};
      setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
      talk(client);
      close(client);
    }
  }
  void talk(int client) {
    const Openssl<SSL> session(SSL_new(context_.get()));
    SSL_set_fd(session.get(), client);
    if (SSL_accept(session.get()) != 1) return;
    std::string request;
    char bytes[1024];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const int count = SSL_read(session.get(), bytes, sizeof(bytes));
      if (count <= 0) return;
      request.append(bytes, static_cast<std::size_t>(count));
    }
    ++asked_;
    const std::lock_guard<std::mutex> lock(mutex_);
    SSL_write(session.get(), answer_.data(), static_cast<int>(answer_.size()));
    SSL_shutdown(session.get());
  }

  Openssl<SSL_CTX> context_;
  std::mutex mutex_;
  std::string answer_;
  std::atomic<int> asked_{0};
  std::atomic<bool> stopping_{false};
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace command_center::api
