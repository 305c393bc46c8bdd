#pragma once
// Commands, records, deliveries and effects as one line of text each: what --trace prints and what
// the hash of a run is made of.

#include "broker/core/command.hpp"
#include "broker/core/effect.hpp"
#include "broker/core/record.hpp"

#include <string>

namespace peyk::simulation {

[[nodiscard]] std::string text(core::message_id id);
[[nodiscard]] std::string text(core::session_id id);
[[nodiscard]] std::string text(core::delivery_token token);
[[nodiscard]] std::string text(core::any_command const& command);
[[nodiscard]] std::string text(core::any_record const& record);
[[nodiscard]] std::string text(core::delivery const& delivery);
[[nodiscard]] std::string text(core::any_effect const& effect);
[[nodiscard]] std::string text(core::status const& status);

// FNV-1a, 64 bits.
[[nodiscard]] std::uint64_t hash_of(std::string_view bytes,
                                    std::uint64_t from = 0xcbf29ce484222325u);

} // namespace peyk::simulation
