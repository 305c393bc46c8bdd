#include "client/cli/present_admin.hpp"

#include "client/cli/present.hpp"
#include "client/cli/value.hpp"

#include <boost/json.hpp>

namespace peyk::cli {
namespace {

namespace json = boost::json;

json::value or_null(auto const& given) {
    return given ? json::value_from(*given) : json::value{};
}

json::value count_or_null(auto const& length) {
    return length ? json::value(length->count()) : json::value{};
}

void add_id(json::object& to, std::string_view key, message_id id) {
    if (!id.is_nil())
        to[key] = id.to_string();
}

void add_text(json::object& to, std::string_view key, std::string const& text) {
    if (!text.empty())
        to[key] = text;
}

} // namespace

json::object present(queue_settings const& of) {
    return {{"max_length", or_null(of.max_length)},
            {"max_bytes", or_null(of.max_bytes)},
            {"overflow", of.overflow ? json::value(to_string(*of.overflow)) : json::value{}},
            {"default_ttl_s", count_or_null(of.default_ttl)},
            {"lease_ms", count_or_null(of.lease)},
            {"max_crashes", or_null(of.max_crashes)},
            {"aging_s", count_or_null(of.aging)},
            {"dead_letter", of.dead_letter ? json::value(*of.dead_letter) : json::value{}},
            {"dead_ttl_s", count_or_null(of.dead_ttl)},
            {"dead_max", or_null(of.dead_max)}};
}

json::object present(queue_policy_info const& of) {
    return {{"pattern", of.policy.pattern},
            {"priority", of.policy.priority},
            {"configured", of.configured},
            {"queues", of.queues},
            {"settings", present(of.policy.settings)}};
}

json::object present(hold const& of) {
    return {{"scope", to_string(of.scope)},
            {"name", of.name},
            {"until", time_or_null(of.until)},
            {"reason", text_or_null(of.reason)}};
}

json::object present(selector const& of) {
    json::object fields;
    add_text(fields, "queue", of.queue);
    add_text(fields, "task", of.task);
    add_text(fields, "error", of.error);
    if (!of.states.empty()) {
        json::array names;
        for (auto const each : of.states)
            names.push_back(json::string{to_string(each)});
        fields["states"] = std::move(names);
    }
    add_text(fields, "tag", of.tag);
    add_text(fields, "worker", of.worker);
    add_id(fields, "root", of.root);
    add_id(fields, "parent", of.parent);
    if (of.published_after)
        fields["published_after"] = format_time(*of.published_after);
    if (of.published_before)
        fields["published_before"] = format_time(*of.published_before);
    return fields;
}

json::object present(sweep_state const& of) {
    return {{"id", of.id},
            {"action", to_string(of.spec.action)},
            {"which", present(of.spec.which)},
            {"to", text_or_null(of.spec.to)},
            {"due_at", time_or_null(of.spec.due)},
            {"reason", text_or_null(of.spec.reason)},
            {"rate_per_s", of.spec.rate_per_s},
            {"dry_run", of.spec.dry_run},
            {"visited", of.visited},
            {"known", of.known},
            {"matched", of.matched},
            {"changed", of.changed},
            {"done", of.done},
            {"stopped", of.stopped},
            {"unchanged", text_or_null(of.unchanged)}};
}

std::string when(schedule const& of) {
    if (of.cron.empty())
        return "every " + format_duration(of.every);
    return of.cron + (of.zone.empty() ? "" : " " + of.zone);
}

json::object present(schedule_info const& of) {
    auto const& s = of.schedule;
    json::array next;
    for (auto const slot : of.next)
        next.push_back(json::string{format_time(slot)});
    json::array args;
    for (auto const& each : s.message.content.args)
        args.push_back(json::string{each});
    json::object kwargs;
    for (auto const& [name, value] : s.message.content.kwargs)
        kwargs[name] = value;
    return {{"name", s.name},
            {"when", when(s)},
            {"task", text_or_null(s.message.task)},
            {"queue", text_or_null(s.message.queue)},
            {"paused", s.paused},
            {"next_at", next.empty() ? json::value{} : next.front()},
            {"last_slot_at", time_or_null(of.last_slot)},
            {"last_message",
             of.last_message.is_nil() ? json::value{} : json::value(of.last_message.to_string())},
            {"fired", of.fired},
            {"skipped", of.skipped},
            {"cron", text_or_null(s.cron)},
            {"zone", text_or_null(s.zone)},
            {"every_ms", s.every.count()},
            {"start_at", time_or_null(s.start)},
            {"end_at", time_or_null(s.end)},
            {"jitter_ms", s.jitter.count()},
            {"misfire", to_string(s.misfire)},
            {"overlap", to_string(s.overlap)},
            {"expires_after_ms", s.expires_after.count()},
            {"configured", of.configured},
            {"priority", or_null(s.message.priority)},
            {"args", std::move(args)},
            {"kwargs", std::move(kwargs)},
            {"next", std::move(next)}};
}

} // namespace peyk::cli
