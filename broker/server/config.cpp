#include "broker/server/config.hpp"

#include "broker/server/config_file.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace peyk::server {
namespace {

// The contents of a frame beside the body it carries: names, headers of the protocol, numbers.
constexpr std::size_t frame_overhead_bytes = 64u << 10;

// The sections that are lists.
struct list_section {
    std::string_view name;
    void (*read)(config&, std::filesystem::path const&, config_node const&);
};
constexpr list_section lists[] = {{"policies", read_policies},
                                  {"schedules", read_schedules},
                                  {"rates", read_rates},
                                  {"shares", read_shares}};

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
    if (section.empty())
        for (auto const& list : lists)
            names.insert(list.name);
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

    [[noreturn]] void fail(config_node const& at, std::string const& what) const {
        throw config_error{place_of(file, at, what)};
    }

    void read_key(std::string const& section, config_node const& key, config_node const& value) {
        auto const full = section + "." + key.text;
        auto const* known_key = find_key(section, key.text);
        if (!known_key)
            fail(key, full + ": unknown key; known are " + known(section));
        if (!seen.insert(full).second)
            fail(key, full + ": given twice");
        if (value.what != config_node::kind::text && value.what != config_node::kind::null)
            fail(value, full + ": allowed is " + known_key->allowed);
        if (!known_key->read(to, value.text))
            fail(value, full + ": " + refusal(value.text, *known_key));
    }

    void read_section(config_node const& name, config_node const& keys) {
        auto const list = std::ranges::find(lists, name.text, &list_section::name);
        if (list == std::end(lists) && !is_section(name.text))
            fail(name, name.text + ": unknown section; known are " + known({}));
        if (keys.what == config_node::kind::null)
            return;
        if (list != std::end(lists)) {
            if (!seen.insert(name.text).second)
                fail(name, name.text + ": given twice");
            list->read(to, file, keys);
            return;
        }
        if (keys.what != config_node::kind::map)
            fail(keys, name.text + ": keys are expected; known are " + known(name.text));
        for (auto const& [key, value] : keys.entries)
            read_key(name.text, key, value);
    }

    void read(config_node const& root) {
        if (root.what == config_node::kind::null)
            return;
        if (root.what != config_node::kind::map)
            fail(root, "a map of sections is expected; known are " + known({}));
        for (auto const& [name, keys] : root.entries)
            read_section(name, keys);
    }
};

std::string variable_of(std::string_view section, std::string_view key) {
    std::string name = "PEYK_" + std::string{section} + "_" + std::string{key};
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
        file_reader{*file, all, {}}.read(read_config_file(*file));
    for (auto const& key : config_keys()) {
        auto const variable = variable_of(key.section, key.name);
        if (auto const* text = lookup(variable.c_str()))
            set_key(all, key.section, key.name, text, variable);
    }
    return all;
}

void check_variables(char const* const* variables) {
    std::set<std::string> sections;
    std::set<std::string, std::less<>> names;
    for (auto const& key : config_keys()) {
        sections.insert(variable_of(key.section, {}));
        names.insert(variable_of(key.section, key.name));
    }
    for (; *variables; ++variables) {
        std::string_view const all{*variables};
        auto const name = all.substr(0, all.find('='));
        auto const begins = [&](std::string const& section) {
            return name.starts_with(section);
        };
        if (std::ranges::any_of(sections, begins) && !names.contains(name))
            throw config_error{std::string{name} + ": unknown key"};
    }
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
    return out + print_policies(all) + print_schedules(all) + print_rates(all) +
           print_shares(all);
}

} // namespace peyk::server
