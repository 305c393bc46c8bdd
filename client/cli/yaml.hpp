#pragma once
// YAML, for what is printed and for the file of contexts. The one place that knows yaml-cpp.

#include <boost/json/value.hpp>

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace peyk::cli {

// The value as a YAML document that ends with a line feed. Texts that YAML 1.1 or 1.2 could take
// for something else are quoted.
[[nodiscard]] std::string to_yaml(boost::json::value const& value);

// A mapping of mappings and texts: scalars stay texts, whatever they look like.
struct yaml_document {
    boost::json::object fields;
    std::map<std::string, int> lines; // from 1, of a field by its path: "contexts/local/url"
};

// What is wrong with a text that should be YAML, and in which line, from 1.
class yaml_error : public std::runtime_error {
public:
    yaml_error(int line, std::string const& why) : std::runtime_error(why), line_(line) {}
    [[nodiscard]] int line() const { return line_; }

private:
    int line_;
};

// Throws yaml_error, also for lists, for a name that comes twice and for what is nested too deeply.
[[nodiscard]] yaml_document parse_yaml(std::string const& text);

} // namespace peyk::cli
