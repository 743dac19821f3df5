// What the file that may know pistache must not do.
#include <pistache/http.h>
#include <pistache/tcp.h>

#include "daemon/roles/role.hpp"
#include "relay/publisher/publisher.hpp"
