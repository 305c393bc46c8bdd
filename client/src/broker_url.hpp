#pragma once
// "peyk://host:port" and lists of them.

#include <boost/system/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace peyk {

struct broker_url {
    std::string host;
    std::uint16_t port = 0;

    bool operator==(broker_url const&) const = default;
};

// One url; the scheme and the port may be missing. IPv6 addresses stand in brackets. Error:
// errc::invalid_url.
[[nodiscard]] boost::system::result<broker_url> parse_url(std::string_view text);
// One or more, with commas between them.
[[nodiscard]] boost::system::result<std::vector<broker_url>> parse_urls(std::string_view text);

} // namespace peyk
