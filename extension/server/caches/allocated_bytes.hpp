// What C++ objects of this process occupy, so that caches can weigh what they keep.
#pragma once

#include <cstddef>

namespace command_center::server {

// Bytes that malloc has handed out and not got back; 0 where the C library does not tell. Takes microseconds.
[[nodiscard]] std::size_t allocated_bytes() noexcept;

// How many more than `before`, or 0.
[[nodiscard]] std::size_t allocated_since(std::size_t before) noexcept;

// Gives the operating system back what is free, also between what is in use. Takes up to milliseconds.
void return_free_memory() noexcept;

}  // namespace command_center::server
