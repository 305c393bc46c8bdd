#pragma once
// How a list of the configuration is read and printed: each of its items has the same keys, and a
// table of them says all. For config_policies.cpp and config_schedules.cpp.

#include "broker/server/config.hpp"
#include "broker/server/config_file.hpp"
#include "broker/server/config_values.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace peyk::server {

// One key of an item: how it is read, how it is printed (nothing: it is not given).
template <class Item>
struct item_key {
    std::string_view name;
    std::string_view allowed; // for people
    std::function<bool(Item&, config_node const&)> read;
    std::function<std::optional<std::string>(Item const&)> print;
};

template <class Item>
using item_keys = std::vector<item_key<Item>>;

[[nodiscard]] inline std::string in_quotes(std::string_view text) {
    config_node node;
    node.what = config_node::kind::text;
    node.quoted = true;
    node.text = text;
    return to_json(node); // which is YAML
}

template <class Field>
bool read_text(config_node const& from, Field& to) {
    if (from.what != config_node::kind::text)
        return false;
    to = from.text;
    return true;
}

template <class Number>
bool read_number(config_node const& from,
                 Number& to,
                 Number max = std::numeric_limits<Number>::max()) {
    auto const value = parse_number(from.text);
    if (!value || *value > static_cast<std::uint64_t>(max))
        return false;
    to = static_cast<Number>(*value);
    return true;
}

template <class Value, std::size_t N>
bool read_word(config_node const& from,
               Value& to,
               std::pair<std::string_view, Value> const (&words)[N]) {
    auto const* const found =
        std::ranges::find(words, from.text, [](auto const& each) { return each.first; });
    if (found == std::end(words))
        return false;
    to = found->second;
    return true;
}

template <class Value, std::size_t N>
std::string print_word(Value value, std::pair<std::string_view, Value> const (&words)[N]) {
    auto const* const found =
        std::ranges::find(words, value, [](auto const& each) { return each.second; });
    return std::string{found == std::end(words) ? std::string_view{} : found->first};
}

inline constexpr std::string_view a_duration = "a time, as 500ms, 10s, 5m, 2h or 7d";

template <class Item>
std::string known_keys(item_keys<Item> const& keys) {
    std::string list;
    for (auto const& key : keys)
        list += (list.empty() ? "" : ", ") + std::string{key.name};
    return list;
}

template <class Item>
class list_reader {
public:
    list_reader(std::filesystem::path const& file,
                std::string_view section,
                item_keys<Item> const& keys)
        : file_(file), section_(section), keys_(keys) {}

    [[nodiscard]] std::vector<Item> read(config_node const& list) {
        if (list.what != config_node::kind::list)
            fail(list, section_, "a list is expected");
        std::vector<Item> items;
        for (auto const& each : list.items)
            items.push_back(read_item(each, section_ + "[" + std::to_string(items.size()) + "]"));
        return items;
    }

private:
    [[noreturn]] void
    fail(config_node const& at, std::string const& key, std::string const& what) const {
        throw config_error{place_of(file_, at, key) + ": " + what};
    }

    Item read_item(config_node const& node, std::string const& place) const {
        if (node.what != config_node::kind::map)
            fail(node, place, "keys are expected; known are " + known_keys(keys_));
        Item item;
        item.place = place_of(file_, node, place);
        std::set<std::string_view> seen;
        for (auto const& [name, value] : node.entries) {
            std::string const full = place + "." + name.text;
            auto const key = std::ranges::find(keys_, name.text, &item_key<Item>::name);
            if (key == keys_.end())
                fail(name, full, "unknown key; known are " + known_keys(keys_));
            if (!seen.insert(key->name).second)
                fail(name, full, "given twice");
            if (!key->read(item, value))
                fail(value, full, refusal(value) + std::string{key->allowed});
        }
        return item;
    }

    static std::string refusal(config_node const& value) {
        bool const shown = value.what == config_node::kind::text;
        return (shown ? "\"" + value.text + "\" is not allowed; " : "") + "allowed is ";
    }

    std::filesystem::path const& file_;
    std::string section_;
    item_keys<Item> const& keys_;
};

// Two items of one name would leave one of them without a word. Throws config_error.
template <class Item>
void refuse_twins(std::vector<Item> const& items, std::string Item::*name, std::string_view key) {
    std::map<std::string_view, Item const*> seen;
    for (auto const& item : items) {
        auto const [first, is_new] = seen.emplace(item.*name, &item);
        if (!is_new && !(item.*name).empty())
            throw config_error{item.place + ": the " + std::string{key} + " \"" + item.*name +
                               "\" is given already at " + first->second->place};
    }
}

template <class Item>
std::string
print_list(std::string_view section, std::vector<Item> const& items, item_keys<Item> const& keys) {
    if (items.empty())
        return {};
    std::string out = std::string{section} + ":\n";
    for (auto const& item : items) {
        std::string_view lead = "  - ";
        for (auto const& key : keys) {
            if (auto const value = key.print(item)) {
                out += std::string{std::exchange(lead, "    ")} + std::string{key.name} + ": " +
                       *value + "\n";
            }
        }
    }
    return out;
}

} // namespace peyk::server
