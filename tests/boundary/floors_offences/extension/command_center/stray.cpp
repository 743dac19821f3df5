// May name itself, and not what builds on it.
#include "extension/billing/invoice.hpp"
#include "extension/server/statements.hpp"

const char* table = "command_center.services";
