// The sections `rates` and `shares`.

#include "broker/core/obstacle.hpp"
#include "broker/server/config_item.hpp"

namespace peyk::server {
namespace {

constexpr std::pair<std::string_view, bool> truths[] = {{"true", true}, {"false", false}};
constexpr std::uint32_t burst_max = 1'000'000; // what the core takes

item_key<configured_rate> name_key(std::string_view name,
                                   std::string_view allowed,
                                   std::string core::owned_limit_names::*member) {
    return {name,
            allowed,
            [member](auto& to, auto const& from) { return read_text(from, to.names.*member); },
            [member](auto const& from) -> std::optional<std::string> {
                auto const& text = from.names.*member;
                return text.empty() ? std::nullopt : std::optional{in_quotes(text)};
            }};
}

item_keys<configured_rate> make_rate_keys() {
    using names = core::owned_limit_names;
    return {
        name_key("task", "a name of a task; * in it stands for any characters", &names::task),
        name_key("queue", "a name of a queue; * in it stands for any characters", &names::queue),
        name_key("key", "a limit key; * in it stands for any characters", &names::key),
        {"rate",
         "none, or so many in a second, minute, hour or day, as 5/s, 0.5/s, 10/m, 100/h or 3/d",
         [](auto& to, auto const& from) {
             auto const rate = parse_rate(from.text);
             to.settings.rate = rate.value_or(core::rate{});
             to.limited = true;
             return rate.has_value();
         },
         [](auto const& from) {
             return core::to_string(from.settings.rate);
         }},
        {"burst",
         "a number from 1 to 1000000",
         [](auto& to, auto const& from) {
             return read_number(from, to.settings.burst, burst_max) && to.settings.burst != 0;
         },
         [](auto const& from) {
             return std::to_string(from.settings.burst);
         }},
        {"concurrency",
         "a number; 0: any number",
         [](auto& to, auto const& from) {
             to.limited = true;
             return read_number(from, to.settings.concurrency);
         },
         [](auto const& from) {
             return std::to_string(from.settings.concurrency);
         }},
        {"per_worker",
         "true or false",
         [](auto& to, auto const& from) { return read_word(from, to.settings.per_worker, truths); },
         [](auto const& from) {
             return print_word(from.settings.per_worker, truths);
         }},
    };
}

item_keys<configured_share> make_share_keys() {
    return {
        {"key",
         "a fairness key",
         [](auto& to, auto const& from) { return read_text(from, to.key); },
         [](auto const& from) {
             return in_quotes(from.key);
         }},
        {"weight",
         "a number from 1 to 1000",
         [](auto& to, auto const& from) {
             return read_number(from, to.weight, core::limits{}.weight_max) && to.weight != 0;
         },
         [](auto const& from) {
             return std::to_string(from.weight);
         }},
    };
}

item_keys<configured_rate> const& rate_keys() {
    static auto const all = make_rate_keys();
    return all;
}

item_keys<configured_share> const& share_keys() {
    static auto const all = make_share_keys();
    return all;
}

// Two about the same things would leave one of them without a word.
void refuse_rate_twins(std::vector<configured_rate> const& rates) {
    std::map<core::limit_names, configured_rate const*> seen;
    for (auto const& each : rates) {
        auto const [first, is_new] = seen.emplace(core::borrowed(each.names), &each);
        if (!is_new)
            throw config_error{each.place + ": a limit about the same task, queue and key is given "
                                            "already at " +
                               first->second->place};
    }
}

} // namespace

core::set_limit configured_rate::command() const {
    return {{},
            {},
            core::borrowed(names),
            {settings.rate, settings.burst, settings.concurrency, settings.per_worker}};
}

void read_rates(config& to, std::filesystem::path const& file, config_node const& section) {
    to.rates = list_reader<configured_rate>{file, "rates", rate_keys()}.read(section);
    refuse_rate_twins(to.rates);
}

void read_shares(config& to, std::filesystem::path const& file, config_node const& section) {
    to.shares = list_reader<configured_share>{file, "shares", share_keys()}.read(section);
    refuse_twins(to.shares, &configured_share::key, "key");
}

std::string print_rates(config const& all) {
    return print_list("rates", all.rates, rate_keys());
}

std::string print_shares(config const& all) {
    return print_list("shares", all.shares, share_keys());
}

} // namespace peyk::server
