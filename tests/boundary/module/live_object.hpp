// Counts C++ objects that are alive in this backend, so that a skipped destructor shows.
#pragma once

#include <cstdint>
#include <string>

namespace command_center::boundary_test {

// Also holds heap memory, for those who count bytes.
class LiveObject {
 public:
  LiveObject() { ++alive; }
  LiveObject(const LiveObject& other) : text_(other.text_) { ++alive; }
  LiveObject& operator=(const LiveObject&) = default;
  ~LiveObject() { --alive; }

  [[nodiscard]] static std::int64_t count() noexcept { return alive; }

 private:
  inline static std::int64_t alive = 0;
  std::string text_ = std::string(200, 'x');
};

}  // namespace command_center::boundary_test
