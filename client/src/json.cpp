#include <peyk/json.hpp>

#include <boost/json/string.hpp>

namespace peyk::json_detail {

std::string integer_to_json(std::int64_t value) {
    return std::to_string(value);
}

std::string integer_to_json(std::uint64_t value) {
    return std::to_string(value);
}

std::string string_to_json(std::string_view value) {
    return boost::json::serialize(boost::json::string_view{value.data(), value.size()});
}

boost::json::value parse(std::string_view text) {
    if (text.empty())
        return nullptr;
    error_code error;
    auto parsed = boost::json::parse({text.data(), text.size()}, error);
    if (error)
        throw peyk::error(errc::invalid_json, error.message());
    return parsed;
}

void throw_mismatch(std::string const& why) {
    throw error(errc::invalid_json, why);
}

} // namespace peyk::json_detail
