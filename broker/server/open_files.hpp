#pragma once
// Every connection is an open file, and so is every segment of the journal. Connections come from
// outside: they must leave the journal its share, or a crowd of them would end the broker.

#include <cstddef>

namespace peyk::server {

// How many of `wanted` connections there is room for among `limit` open files.
[[nodiscard]] std::size_t connections_within(std::size_t wanted, std::size_t limit) noexcept;

// The same for this process, whose limit is raised before as far as needed and allowed.
[[nodiscard]] std::size_t room_for_connections(std::size_t wanted) noexcept;

} // namespace peyk::server
