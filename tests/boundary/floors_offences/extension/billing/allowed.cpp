// Builds on all that is below.
#include "extension/billing/invoice.hpp"
#include "extension/command_center/permissions/permissions.hpp"
#include "extension/core/error/error.hpp"

const char* table = "billing.invoices";
