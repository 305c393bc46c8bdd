#include "client/cli/yaml.hpp"

#include <boost/json.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace peyk::cli {
namespace {

namespace json = boost::json;

constexpr int depth_max = 8; // of what is read; what is printed is our own

// Words that some version of YAML takes for a truth value, a null or a number.
constexpr std::array<std::string_view, 12> reserved{
    "y", "n", "yes", "no", "on", "off", "true", "false", "null", "none", "inf", "nan"};

// Without quotes it is the same text for every reader.
bool is_plain(std::string_view text) {
    auto const is_letter = [](char c) {
        return std::isalpha(static_cast<unsigned char>(c)) != 0;
    };
    auto const is_safe = [&](char c) {
        return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)) != 0 ||
               std::string_view{"_-./+@"}.find(c) != std::string_view::npos;
    };
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, is_safe) &&
           std::ranges::find(reserved, lower) == reserved.end();
}

// Readers of YAML 1.1 take no exponent without a point and a sign.
std::string number(double value) {
    std::array<char, 400> text{}; // the longest double without an exponent has 309 digits
    auto const format = std::abs(value) < 1e15 ? std::chars_format::fixed : std::chars_format{};
    auto const end = format == std::chars_format{}
                         ? std::to_chars(text.begin(), text.end(), value).ptr
                         : std::to_chars(text.begin(), text.end(), value, format).ptr;
    return {text.begin(), end};
}

void write(YAML::Emitter& out, json::value const& value) {
    if (auto const* fields = value.if_object()) {
        out << (fields->empty() ? YAML::Flow : YAML::Block) << YAML::BeginMap;
        for (auto const& [key, field] : *fields) {
            out << YAML::Key;
            write(out, json::value(key));
            out << YAML::Value;
            write(out, field);
        }
        out << YAML::EndMap;
    } else if (auto const* rows = value.if_array()) {
        out << (rows->empty() ? YAML::Flow : YAML::Block) << YAML::BeginSeq;
        for (auto const& row : *rows)
            write(out, row);
        out << YAML::EndSeq;
    } else if (auto const* text = value.if_string()) {
        if (!is_plain(*text))
            out << YAML::DoubleQuoted;
        out << std::string{*text};
    } else if (value.is_null()) {
        out << YAML::Null;
    } else if (value.is_double()) {
        out << number(value.get_double());
    } else {
        out << json::serialize(value);
    }
}

int line_of(YAML::Node const& node) {
    return node.Mark().line + 1;
}

struct reader {
    yaml_document& into;

    json::object read(YAML::Node const& node, std::string const& path, int depth) {
        if (!node.IsMap() || depth > depth_max)
            throw yaml_error{line_of(node), "there should be names with values here"};
        json::object fields;
        for (auto const& each : node) {
            if (!each.first.IsScalar())
                throw yaml_error{line_of(each.first), "a name should be a plain word"};
            auto const& name = each.first.Scalar();
            auto const here = path.empty() ? name : path + '/' + name;
            if (fields.contains(name))
                throw yaml_error{line_of(each.first), "'" + name + "' is given twice"};
            into.lines[here] = line_of(each.first);
            fields[name] = value(each.second, here, depth);
        }
        return fields;
    }

    json::value value(YAML::Node const& node, std::string const& path, int depth) {
        if (node.IsNull())
            return nullptr;
        if (node.IsScalar())
            return json::value(node.Scalar());
        return read(node, path, depth + 1);
    }
};

} // namespace

std::string to_yaml(json::value const& value) {
    YAML::Emitter out;
    write(out, value);
    return std::string{out.c_str(), out.size()} + '\n';
}

yaml_document parse_yaml(std::string const& text) {
    yaml_document read;
    try {
        auto const root = YAML::Load(text);
        if (!root.IsNull())
            read.fields = reader{read}.read(root, {}, 0);
    } catch (YAML::Exception const& wrong) {
        throw yaml_error{wrong.mark.line + 1, wrong.msg};
    }
    return read;
}

} // namespace peyk::cli
