// Tells systemd how the daemon is, where systemd asked for it ($NOTIFY_SOCKET).
#pragma once

#include <string>
#include <string_view>

namespace command_center::daemon::runtime {

class ServiceManager {
 public:
  // Takes the socket from the environment; without one every call does nothing.
  ServiceManager();
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  // Assignments as of sd_notify(3), such as "READY=1", one a line. Never waits; a failure is nobody's
  // business.
  void notify(std::string_view assignments) const noexcept;

 private:
  int fd_ = -1;
};

}  // namespace command_center::daemon::runtime
