#pragma once
// Arguments and results as JSON. Legal are the arithmetic types, std::string, optional, vector,
// map, tuple, boost::json::value, durations (a number in their own unit), and every struct and enum
// described by BOOST_DESCRIBE_STRUCT / BOOST_DESCRIBE_ENUM.

#include <peyk/error.hpp>

#include <boost/describe.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace peyk {

inline constexpr std::string_view json_content_type = "application/json";

namespace json_detail {

template <class T>
struct is_duration : std::false_type {};
template <class Rep, class Period>
struct is_duration<std::chrono::duration<Rep, Period>> : std::true_type {};

// Small types need no document to be written.
std::string integer_to_json(std::int64_t value);
std::string integer_to_json(std::uint64_t value);
std::string string_to_json(std::string_view value);
// Throws peyk::error with errc::invalid_json.
boost::json::value parse(std::string_view text);
[[noreturn]] void throw_mismatch(std::string const& why);

} // namespace json_detail

// The JSON text of a value.
template <class T>
[[nodiscard]] std::string to_json(T const& value) {
    if constexpr (json_detail::is_duration<T>::value)
        return to_json(value.count());
    else if constexpr (std::is_same_v<T, bool>)
        return value ? "true" : "false";
    else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>)
        return json_detail::integer_to_json(std::int64_t{value});
    else if constexpr (std::is_integral_v<T>)
        return json_detail::integer_to_json(std::uint64_t{value});
    else if constexpr (std::is_convertible_v<T const&, std::string_view>)
        return json_detail::string_to_json(value);
    else
        return boost::json::serialize(boost::json::value_from(value));
}

// The value of a JSON text. Throws peyk::error with errc::invalid_json if it is not one of a T.
// Empty text is null.
template <class T>
[[nodiscard]] T from_json(std::string_view text) {
    if constexpr (json_detail::is_duration<T>::value) {
        return T{from_json<typename T::rep>(text)};
    } else {
        auto const parsed = json_detail::parse(text);
        auto value = boost::json::try_value_to<T>(parsed);
        if (!value)
            json_detail::throw_mismatch(value.error().message());
        return std::move(*value);
    }
}

// A named argument: add.delay(2, kw("b", 2)).
struct keyword {
    std::string name;
    std::string value; // JSON
};

template <class T>
[[nodiscard]] keyword kw(std::string name, T const& value) {
    return {std::move(name), to_json(value)};
}

// Named arguments: {kw("a", 1), kw("b", "two")}.
using keywords = std::vector<keyword>;

} // namespace peyk
