#include "broker/server/config.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <set>

namespace peyk::server {
namespace {

// The contents of a frame beside the body it carries: names, headers of the protocol, numbers.
constexpr std::size_t frame_overhead_bytes = 64u << 10;

config_key const* find_key(std::string_view section, std::string_view name) {
    for (auto const& key : config_keys())
        if (key.section == section && key.name == name)
            return &key;
    return nullptr;
}

bool is_section(std::string_view name) {
    return std::ranges::any_of(config_keys(), [&](auto const& key) { return key.section == name; });
}

// What could have been meant: all names at that place.
std::string known(std::string_view section) {
    std::set<std::string_view> names;
    for (auto const& key : config_keys()) {
        if (section.empty())
            names.insert(key.section);
        else if (key.section == section)
            names.insert(key.name);
    }
    std::string list;
    for (auto const name : names)
        list += (list.empty() ? "" : ", ") + std::string{name};
    return list;
}

std::string in_quotes(std::string_view text) {
    return "\"" + std::string{text} + "\"";
}

std::string refusal(std::string_view text, config_key const& key) {
    return in_quotes(text) + " is not allowed; allowed is " + key.allowed;
}

struct file_reader {
    std::filesystem::path file;
    config& to;
    std::set<std::string> seen;

    [[noreturn]] void fail(YAML::Mark at, std::string const& what) const {
        throw config_error{file.string() + ":" + std::to_string(at.line + 1) + ": " + what};
    }

    void read_key(std::string const& section, YAML::Node const& key, YAML::Node const& value) {
        auto const name = key.Scalar();
        auto const full = section + "." + name;
        auto const* known_key = find_key(section, name);
        if (!known_key)
            fail(key.Mark(), full + ": unknown key; known are " + known(section));
        if (!seen.insert(full).second)
            fail(key.Mark(), full + ": given twice");
        if (!value.IsScalar() && !value.IsNull())
            fail(value.Mark(), full + ": allowed is " + known_key->allowed);
        auto const text = value.IsNull() ? std::string{} : value.Scalar();
        if (!known_key->read(to, text))
            fail(value.Mark(), full + ": " + refusal(text, *known_key));
    }

    void read(YAML::Node const& root) {
        if (root.IsNull())
            return;
        if (!root.IsMap())
            fail(root.Mark(), "a map of sections is expected; known are " + known({}));
        for (auto const& section : root) {
            auto const name = section.first.Scalar();
            if (!is_section(name))
                fail(section.first.Mark(), name + ": unknown section; known are " + known({}));
            if (section.second.IsNull())
                continue;
            if (!section.second.IsMap())
                fail(section.second.Mark(), name + ": keys are expected; known are " + known(name));
            for (auto const& key : section.second)
                read_key(name, key.first, key.second);
        }
    }
};

void read_file(config& to, std::filesystem::path const& file) {
    YAML::Node root;
    try {
        root = YAML::LoadFile(file.string());
    } catch (YAML::BadFile const&) {
        throw config_error{file.string() + ": cannot be read"};
    } catch (YAML::ParserException const& e) {
        throw config_error{file.string() + ":" + std::to_string(e.mark.line + 1) + ": " + e.msg};
    }
    file_reader{file, to, {}}.read(root);
}

std::string variable_of(config_key const& key) {
    std::string name = "PEYK_" + std::string{key.section} + "_" + std::string{key.name};
    std::ranges::transform(
        name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return name;
}

} // namespace

void set_key(config& to,
             std::string_view section,
             std::string_view name,
             std::string_view text,
             std::string_view origin) {
    auto const* key = find_key(section, name);
    if (!key)
        throw config_error{std::string{origin} + ": unknown key"};
    if (!key->read(to, text))
        throw config_error{std::string{origin} + ": " + refusal(text, *key)};
}

config load_config(std::optional<std::filesystem::path> const& file, environment const& lookup) {
    config all;
    if (file)
        read_file(all, *file);
    for (auto const& key : config_keys()) {
        auto const variable = variable_of(key);
        if (auto const* text = lookup(variable.c_str()))
            set_key(all, key.section, key.name, text, variable);
    }
    return all;
}

void set_listen(config& to, std::string_view text, std::string_view origin) {
    auto const colon = text.rfind(':');
    if (colon == text.npos)
        throw config_error{std::string{origin} + ": ADDRESS:PORT is expected"};
    auto address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']'))
        address = address.substr(1, address.size() - 2);
    set_key(to, "listen", "address", address, origin);
    set_key(to, "listen", "port", text.substr(colon + 1), origin);
}

void check(config const& all) {
    auto const fits = [&](std::size_t bytes) {
        return bytes + frame_overhead_bytes <= all.sessions.frame_bytes_max;
    };
    if (!fits(all.limits.content_bytes_max))
        throw config_error{"limits.content_bytes_max: must be 64KiB less than "
                           "limits.frame_bytes_max, because it travels in a frame"};
    if (!fits(all.limits.result_bytes_max))
        throw config_error{"limits.result_bytes_max: must be 64KiB less than "
                           "limits.frame_bytes_max, because it travels in a frame"};
    if (all.limits.heartbeat_min > all.limits.heartbeat ||
        all.limits.heartbeat > all.limits.heartbeat_max)
        throw config_error{"sessions.heartbeat_ms: must lie between heartbeat_min_ms and "
                           "heartbeat_max_ms"};
    if (all.sessions.outbox.high_bytes > all.sessions.outbox.bytes_max)
        throw config_error{"sessions.outbox_high_bytes: must not be above outbox_bytes_max"};
    if (all.journal.segment_bytes < 2 * all.sessions.frame_bytes_max)
        throw config_error{"journal.segment_bytes: must be at least twice limits.frame_bytes_max"};
}

std::string print(config const& all) {
    std::string out;
    std::string_view section;
    for (auto const& key : config_keys()) {
        if (key.section != section) {
            section = key.section;
            out += std::string{section} + ":\n";
        }
        auto const value = key.print(all);
        // Quoted where YAML would read something else than the text.
        bool const plain = !value.empty() && value.find_first_of(":#\"'{}[]&*!|>%@`") == value.npos;
        out += "  " + std::string{key.name} + ": " + (plain ? value : in_quotes(value)) + "\n";
    }
    return out;
}

} // namespace peyk::server
