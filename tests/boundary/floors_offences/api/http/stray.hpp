// Nor may another file know of it what that one may.
#include <pistache/tcp.h>
