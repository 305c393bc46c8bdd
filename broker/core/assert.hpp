#pragma once
// PEYK_ASSERT: a broken assumption of our own stops the program, in every build. Never for input.

namespace peyk::core {

// Prints file, line and text of the broken assumption and aborts.
[[noreturn]] void assertion_failed(char const* condition, char const* file, int line) noexcept;

} // namespace peyk::core

#define PEYK_ASSERT(condition)                                                                     \
    ((condition) ? static_cast<void>(0)                                                            \
                 : ::peyk::core::assertion_failed(#condition, __FILE__, __LINE__))
