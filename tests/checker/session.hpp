// A connection that tells a refusal from a connection that broke: after a COMMIT the two mean different
// things.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <vector>

namespace command_center::checker {

enum class Reply { kDone, kRefused, kBroken };

class Session {
 public:
  // Does not throw: a session that could not connect answers kBroken.
  explicit Session(const std::string& conninfo);

  // Rows and tag are those of the last statement that was done.
  [[nodiscard]] Reply run(const std::string& sql);
  [[nodiscard]] const std::vector<std::vector<std::string>>& rows() const { return rows_; }
  [[nodiscard]] const std::string& tag() const { return tag_; }
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  struct Finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
  };
  std::unique_ptr<PGconn, Finish> connection_;
  std::vector<std::vector<std::string>> rows_;
  std::string tag_;
  std::string error_;
};

}  // namespace command_center::checker
