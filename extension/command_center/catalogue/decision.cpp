// Checks the schema engine and fixes what the caches answer by.
#include "extension/command_center/catalogue/decision.hpp"

#include "extension/command_center/installation.hpp"
#include "extension/command_center/validation/programs.hpp"
#include "extension/server/caches/reading.hpp"

namespace command_center::extension {

void begin_decision() {
  check_engine();
  begin_reading(kInstallation);
}

}  // namespace command_center::extension
