#include "client/src/broker_url.hpp"

#include <peyk/client_options.hpp>
#include <peyk/error.hpp>

#include <charconv>

namespace peyk {
namespace {

constexpr std::string_view scheme = "peyk://";

boost::system::result<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0)
        return make_error_code(errc::invalid_url);
    return port;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '/'))
        text.remove_suffix(1);
    return text;
}

} // namespace

boost::system::result<broker_url> parse_url(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with(scheme))
        text.remove_prefix(scheme.size());
    else if (text.find("://") != text.npos)
        return make_error_code(errc::invalid_url);
    auto const bracketed = text.starts_with('[');
    auto const host_end = bracketed ? text.find(']') : text.find(':');
    if (bracketed && host_end == text.npos)
        return make_error_code(errc::invalid_url);
    auto const host = bracketed ? text.substr(1, host_end - 1) : text.substr(0, host_end);
    auto rest = host_end == text.npos ? std::string_view{} : text.substr(host_end + bracketed);
    if (host.empty() || host.find_first_of("/@ ") != host.npos)
        return make_error_code(errc::invalid_url);
    if (rest.empty())
        return broker_url{std::string{host}, default_port};
    if (!rest.starts_with(':'))
        return make_error_code(errc::invalid_url);
    auto const port = parse_port(rest.substr(1));
    if (!port)
        return port.error();
    return broker_url{std::string{host}, *port};
}

boost::system::result<std::vector<broker_url>> parse_urls(std::string_view text) {
    std::vector<broker_url> urls;
    while (true) {
        auto const comma = text.find(',');
        auto url = parse_url(text.substr(0, comma));
        if (!url)
            return url.error();
        urls.push_back(std::move(*url));
        if (comma == text.npos)
            return urls;
        text.remove_prefix(comma + 1);
    }
}

} // namespace peyk
