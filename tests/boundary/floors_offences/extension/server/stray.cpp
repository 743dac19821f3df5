// What the server's room must not do.
#include "extension/boundary/enter.hpp"
#include "extension/command_center/installation.hpp"

command_center::server::Statement statement = {"SELECT FROM billing.invoices"};
void command_center_stray();
