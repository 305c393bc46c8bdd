// The section `schedules`.

#include "broker/server/config_item.hpp"

namespace peyk::server {
namespace {

constexpr std::pair<std::string_view, core::misfire> misfires[] = {
    {"skip", core::misfire::skip},
    {"run_once", core::misfire::run_once},
    {"run_all", core::misfire::run_all}};
constexpr std::pair<std::string_view, core::overlap> overlaps[] = {
    {"allow", core::overlap::allow},
    {"skip", core::overlap::skip},
    {"queue", core::overlap::queue},
    {"replace", core::overlap::replace}};
constexpr std::pair<std::string_view, bool> truths[] = {{"true", true}, {"false", false}};

constexpr std::string_view a_text = "a text";

item_key<configured_schedule> text_key(std::string_view name,
                                       std::string configured_schedule::*member) {
    return {name,
            a_text,
            [member](auto& to, auto const& from) { return read_text(from, to.*member); },
            [member](auto const& from) -> std::optional<std::string> {
                return (from.*member).empty() ? std::nullopt
                                              : std::optional{in_quotes(from.*member)};
            }};
}

item_key<configured_schedule> duration_key(std::string_view name,
                                           core::duration core::schedule_spec::*member) {
    return {name,
            a_duration,
            [member](auto& to, auto const& from) {
                auto const time = parse_duration(from.text);
                to.spec.*member = time.value_or(core::duration{0});
                return time.has_value();
            },
            [member](auto const& from) -> std::optional<std::string> {
                auto const time = from.spec.*member;
                return time.count() == 0 ? std::nullopt : std::optional{print_duration(time)};
            }};
}

item_key<configured_schedule> time_key(std::string_view name,
                                       core::wall_time core::schedule_spec::*member) {
    return {name,
            "a time in UTC, as 2027-01-31T18:00:00Z",
            [member](auto& to, auto const& from) {
                auto const at = parse_time(from.text);
                to.spec.*member = at.value_or(core::unset);
                return at.has_value();
            },
            [member](auto const& from) -> std::optional<std::string> {
                auto const at = from.spec.*member;
                return at == core::unset ? std::nullopt : std::optional{in_quotes(print_time(at))};
            }};
}

item_key<configured_schedule> args_key() {
    return {"args",
            "a list",
            [](auto& to, auto const& from) {
                if (from.what != config_node::kind::list)
                    return false;
                for (auto const& item : from.items)
                    to.args.push_back(to_json(item));
                return true;
            },
            [](auto const& from) -> std::optional<std::string> {
                std::string list;
                for (auto const& each : from.args)
                    list += (list.empty() ? "" : ",") + each;
                return list.empty() ? std::nullopt : std::optional{"[" + list + "]"};
            }};
}

item_key<configured_schedule> kwargs_key() {
    return {"kwargs",
            "a map",
            [](auto& to, auto const& from) {
                if (from.what != config_node::kind::map)
                    return false;
                for (auto const& [name, value] : from.entries)
                    to.kwargs.emplace_back(name.text, to_json(value));
                return true;
            },
            [](auto const& from) -> std::optional<std::string> {
                std::string map;
                for (auto const& [name, value] : from.kwargs)
                    map += (map.empty() ? "" : ",") + in_quotes(name) + ":" + value;
                return map.empty() ? std::nullopt : std::optional{"{" + map + "}"};
            }};
}

item_keys<configured_schedule> make_keys() {
    using spec = core::schedule_spec;
    return {
        text_key("name", &configured_schedule::name),
        text_key("cron", &configured_schedule::cron),
        duration_key("every", &spec::every),
        text_key("zone", &configured_schedule::zone),
        text_key("task", &configured_schedule::task),
        text_key("queue", &configured_schedule::queue),
        args_key(),
        kwargs_key(),
        {"priority",
         "a number from 0 to 255",
         [](auto& to, auto const& from) { return read_number(from, to.spec.message.priority); },
         [](auto const& from) {
             return std::to_string(from.spec.message.priority);
         }},
        {"misfire",
         "one of skip, run_once, run_all",
         [](auto& to, auto const& from) { return read_word(from, to.spec.misfire, misfires); },
         [](auto const& from) {
             return print_word(from.spec.misfire, misfires);
         }},
        {"overlap",
         "one of allow, skip, queue, replace",
         [](auto& to, auto const& from) { return read_word(from, to.spec.overlap, overlaps); },
         [](auto const& from) {
             return print_word(from.spec.overlap, overlaps);
         }},
        duration_key("jitter", &spec::jitter),
        time_key("start", &spec::start),
        time_key("end", &spec::end),
        {"paused",
         "true or false",
         [](auto& to, auto const& from) { return read_word(from, to.spec.paused, truths); },
         [](auto const& from) {
             return print_word(from.spec.paused, truths);
         }},
        duration_key("expires_after", &spec::expires_after),
    };
}

item_keys<configured_schedule> const& keys() {
    static auto const all = make_keys();
    return all;
}

} // namespace

core::set_schedule configured_schedule::command(std::string_view content) const {
    core::set_schedule made{{}, {}, spec};
    made.spec.name = name;
    made.spec.cron = cron;
    made.spec.zone = zone;
    made.spec.configured = true;
    made.spec.message.queue = queue;
    made.spec.message.task = task;
    made.spec.message.content = content;
    return made;
}

void read_schedules(config& to, std::filesystem::path const& file, config_node const& section) {
    to.schedules = list_reader<configured_schedule>{file, "schedules", keys()}.read(section);
    refuse_twins(to.schedules, &configured_schedule::name, "name");
}

std::string print_schedules(config const& all) {
    return print_list("schedules", all.schedules, keys());
}

} // namespace peyk::server
