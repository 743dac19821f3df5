// Lets the caller interrupt a long evaluation.
#pragma once

namespace command_center::json_schema {

// A function and its context, asked every few hundred steps; answering true makes the engine throw Stopped.
class StopPredicate {
 public:
  using Function = bool (*)(void* context);

  constexpr StopPredicate() noexcept = default;  // never stops
  constexpr explicit StopPredicate(Function function, void* context = nullptr) noexcept
      : function_(function), context_(context) {}

  [[nodiscard]] bool operator()() const { return function_ != nullptr && function_(context_); }

 private:
  Function function_ = nullptr;
  void* context_ = nullptr;
};

}  // namespace command_center::json_schema
