// The section `policies`.

#include "broker/server/config_item.hpp"

namespace peyk::server {
namespace {

constexpr std::pair<std::string_view, core::overflow> overflows[] = {
    {"reject", core::overflow::reject},
    {"drop_oldest", core::overflow::drop_oldest},
    {"dead_letter", core::overflow::dead_letter}};

constexpr std::string_view whole_seconds = "a time in whole seconds, as 10s, 5m, 2h or 7d";

bool read_seconds(config_node const& from, std::uint32_t& to) {
    auto const time = parse_duration(from.text);
    if (!time || time->count() % 1'000 != 0 ||
        time->count() / 1'000 > std::numeric_limits<std::uint32_t>::max())
        return false;
    to = static_cast<std::uint32_t>(time->count() / 1'000);
    return true;
}

// A setting of a policy that may be left open. `member` points to it; `read` reads a value.
template <class Value, class Read, class Print>
item_key<configured_policy> setting(std::string_view name,
                                    std::string_view allowed,
                                    std::optional<Value> core::owned_queue_settings::*member,
                                    Read read,
                                    Print print) {
    return {name,
            allowed,
            [member, read](configured_policy& to, config_node const& from) {
                return from.what == config_node::kind::text &&
                       read(from, (to.settings.*member).emplace());
            },
            [member, print](configured_policy const& from) -> std::optional<std::string> {
                auto const& value = from.settings.*member;
                return value ? std::optional{print(*value)} : std::nullopt;
            }};
}

item_keys<configured_policy> make_keys() {
    using settings = core::owned_queue_settings;
    auto const number = [](config_node const& from, auto& to) {
        return read_number(from, to);
    };
    auto const bytes = [](config_node const& from, std::uint64_t& to) {
        auto const value = parse_bytes(from.text);
        to = value.value_or(0);
        return value.has_value();
    };
    auto const milliseconds = [](config_node const& from, std::uint32_t& to) {
        auto const time = parse_duration(from.text);
        if (!time || time->count() > std::numeric_limits<std::uint32_t>::max())
            return false;
        to = static_cast<std::uint32_t>(time->count());
        return true;
    };
    auto const as_number = [](auto value) {
        return std::to_string(value);
    };
    auto const as_seconds = [](std::uint32_t s) {
        return print_duration(core::duration{s * 1'000ll});
    };
    return {
        {"pattern",
         "a name of a queue; * in it stands for any characters",
         [](auto& to, auto const& from) { return read_text(from, to.pattern); },
         [](auto const& from) {
             return in_quotes(from.pattern);
         }},
        {"priority",
         "a number from 0 to 1000000; the highest that matches wins",
         [](auto& to, auto const& from) { return read_number(from, to.priority, 1'000'000); },
         [](auto const& from) {
             return std::to_string(from.priority);
         }},
        setting("max_length", "a number", &settings::max_length, number, as_number),
        setting(
            "max_bytes", "a size, as 4194304 or 4MiB", &settings::max_bytes, bytes, print_bytes),
        setting(
            "overflow",
            "one of reject, drop_oldest, dead_letter",
            &settings::overflow,
            [](auto const& from, auto& to) { return read_word(from, to, overflows); },
            [](auto value) { return print_word(value, overflows); }),
        setting("default_ttl", whole_seconds, &settings::default_ttl_s, read_seconds, as_seconds),
        setting("lease",
                a_duration,
                &settings::lease_ms,
                milliseconds,
                [](std::uint32_t ms) { return print_duration(core::duration{ms}); }),
        setting("max_crashes", "a number to 65535", &settings::max_crashes, number, as_number),
        setting("aging", whole_seconds, &settings::aging_s, read_seconds, as_seconds),
        setting(
            "dead_letter",
            "a name of a queue; empty: the queue itself; \"-\": nobody",
            &settings::dead_letter,
            [](auto const& from, auto& to) { return read_text(from, to); },
            in_quotes),
        setting("dead_ttl", whole_seconds, &settings::dead_ttl_s, read_seconds, as_seconds),
        setting("dead_max", "a number", &settings::dead_max, number, as_number),
    };
}

item_keys<configured_policy> const& keys() {
    static auto const all = make_keys();
    return all;
}

} // namespace

core::set_policy configured_policy::command() const {
    core::set_policy made{{}, {}, pattern, priority, {}};
    made.settings.max_length = settings.max_length;
    made.settings.max_bytes = settings.max_bytes;
    made.settings.overflow = settings.overflow;
    made.settings.default_ttl_s = settings.default_ttl_s;
    made.settings.lease_ms = settings.lease_ms;
    made.settings.max_crashes = settings.max_crashes;
    made.settings.aging_s = settings.aging_s;
    made.settings.dead_letter = settings.dead_letter;
    made.settings.dead_ttl_s = settings.dead_ttl_s;
    made.settings.dead_max = settings.dead_max;
    return made;
}

void read_policies(config& to, std::filesystem::path const& file, config_node const& section) {
    to.policies = list_reader<configured_policy>{file, "policies", keys()}.read(section);
    refuse_twins(to.policies, &configured_policy::pattern, "pattern");
}

std::string print_policies(config const& all) {
    return print_list("policies", all.policies, keys());
}

} // namespace peyk::server
