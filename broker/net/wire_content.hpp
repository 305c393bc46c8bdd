#pragma once
// The content of a task's message, made by the broker itself: for what its configuration publishes.

#include <span>
#include <string>
#include <utility>

namespace peyk::net {

// An encoded Content; the arguments are JSON texts.
[[nodiscard]] std::string
encode_content(std::span<std::string const> args,
               std::span<std::pair<std::string, std::string> const> kwargs,
               std::string const& publisher);

} // namespace peyk::net
