// Promises of what systemd is told.
#include "daemon/runtime/service_manager.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

namespace command_center::daemon::runtime {
namespace {

TEST(ServiceManager, GetsTheAssignments) {
  std::string directory = testing::TempDir() + "notifyXXXXXX";
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  const std::string path = directory + "/socket";
  const int receiver = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(bind(receiver, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  setenv("NOTIFY_SOCKET", path.c_str(), 1);
  ServiceManager().notify("READY=1\nWATCHDOG=1");
  unsetenv("NOTIFY_SOCKET");
  std::array<char, 64> buffer{};
  const ssize_t got = recv(receiver, buffer.data(), buffer.size(), 0);
  close(receiver);
  EXPECT_EQ(std::string(buffer.data(), got < 0 ? 0 : static_cast<std::size_t>(got)), "READY=1\nWATCHDOG=1");
}

TEST(ServiceManager, NobodyNeedsToListen) {
  ServiceManager().notify("READY=1");
  setenv("NOTIFY_SOCKET", "/no/such/socket", 1);
  ServiceManager().notify("READY=1");
  unsetenv("NOTIFY_SOCKET");
}

}  // namespace
}  // namespace command_center::daemon::runtime
