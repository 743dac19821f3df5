// Writes a refusal as JSON.
#include "extension/command_center/explained_refusal.hpp"

namespace command_center::extension {

void write_refusal(json::TextWriter& writer, const boundary::Refusal& refusal) {
  writer.key("refusal");
  writer.begin_object();
  writer.member("sqlstate", refusal.sqlstate);
  writer.member("message", refusal.message);
  if (refusal.detail != nullptr) {
    writer.key("detail");
    const bool is_json = refusal.detail[0] == '{' || refusal.detail[0] == '[';
    is_json ? writer.raw(refusal.detail) : writer.text(refusal.detail);
  }
  if (refusal.hint != nullptr) writer.member("hint", refusal.hint);
  writer.end_object();
}

}  // namespace command_center::extension
