// Neither the extension beside it nor the one on top.
#include "extension/housekeeping/tasks.hpp"
#include "extension/reservations/stays.hpp"
