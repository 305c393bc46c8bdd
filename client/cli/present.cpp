#include "client/cli/present.hpp"

#include "client/cli/value.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace peyk::cli {
namespace {

namespace json = boost::json;

bool is_json(std::string_view content_type) {
    return content_type.empty() || content_type.starts_with("application/json") ||
           content_type.ends_with("+json");
}

json::value present(error_report const& of) {
    if (of == error_report{})
        return {};
    return json::object{
        {"type", of.type}, {"message", of.message}, {"trace", text_or_null(of.trace)}};
}

json::value present(std::optional<peyk::progress> const& of) {
    if (!of)
        return {};
    return json::object{{"done", of->done}, {"total", of->total}, {"text", text_or_null(of->text)}};
}

json::value id_or_null(message_id id) {
    return id.is_nil() ? json::value{} : json::value(id.to_string());
}

json::array texts(std::vector<std::string> const& all) {
    json::array made;
    for (auto const& each : all)
        made.push_back(json::string{each});
    return made;
}

} // namespace

std::string base64(std::string_view bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        auto const part = bytes.substr(at, 3);
        unsigned group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < part.size() ? static_cast<unsigned char>(part[i]) : 0u);
        for (std::size_t i = 0; i < 4; ++i)
            out += i <= part.size() ? digits[group >> (18 - 6 * i) & 63] : '=';
    }
    return out;
}

bool is_text(std::string_view bytes) {
    json::error_code wrong; // the parser refuses what is no UTF-8
    json::parse(json::serialize(json::string{bytes}), wrong);
    return !wrong;
}

json::value text_or_null(std::string_view text) {
    return text.empty() ? json::value{} : json::value(text);
}

json::value time_or_null(std::optional<time_point> const& at) {
    return at ? json::value(format_time(*at)) : json::value{};
}

json::value present_value(std::string_view bytes, std::string_view content_type) {
    if (is_json(content_type)) {
        json::error_code wrong;
        auto value = json::parse(bytes, wrong);
        if (!wrong)
            return value;
    }
    bool const text = std::ranges::all_of(bytes, [](char c) {
        return static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t';
    });
    return is_text(bytes) && (content_type.starts_with("text/") || (text && is_json(content_type)))
               ? json::value(bytes)
               : json::value(base64(bytes));
}

json::value present_result(status const& of) {
    return present_value(of.result, of.content_type);
}

std::string data_text(json::value const& data) {
    if (data.is_null())
        return {};
    if (auto const* text = data.if_string())
        return std::string{text->c_str(), text->size()};
    if (auto const* number = data.if_double()) {
        // All its digits, as plain_text() has not, and without the exponent of JSON's "1.5E0".
        std::array<char, 32> digits{};
        auto const written = std::to_chars(digits.begin(), digits.end(), *number);
        return {digits.begin(), written.ptr};
    }
    return json::serialize(data);
}

json::object present(status const& of) {
    return {{"id", of.id.to_string()},
            {"state", to_string(of.state)},
            {"detail", text_or_null(to_string(of.detail))},
            {"result", of.state == state::success ? present_result(of) : json::value{}},
            {"content_type", text_or_null(of.content_type)},
            {"error", present(of.error)},
            {"queue", text_or_null(of.queue)},
            {"task", text_or_null(of.task)},
            {"priority", of.priority},
            {"attempts", of.attempts},
            {"crashes", of.crashes},
            {"deliveries", of.deliveries},
            {"published_at", time_or_null(of.published_at)},
            {"eta", time_or_null(of.eta)},
            {"expires_at", time_or_null(of.expires_at)},
            {"started_at", time_or_null(of.started_at)},
            {"finished_at", time_or_null(of.finished_at)},
            {"worker", text_or_null(of.worker)},
            {"death", text_or_null(to_string(of.death))},
            {"origin", text_or_null(of.origin)},
            {"progress", present(of.progress)},
            {"root", id_or_null(of.root)},
            {"parent", id_or_null(of.parent)},
            {"ordering_key", text_or_null(of.ordering_key)},
            {"fairness_key", text_or_null(of.fairness_key)},
            {"limit_key", text_or_null(of.limit_key)},
            {"labels", texts(of.labels)},
            {"tags", texts(of.tags)},
            {"checkpoint_bytes", of.checkpoint_bytes},
            {"acknowledged", of.acknowledged},
            {"log_bytes", of.log_end}};
}

json::object present(attempt const& of) {
    return {{"began_at", time_or_null(of.began_at)},
            {"ended_at", time_or_null(of.ended_at)},
            {"worker", text_or_null(of.worker)},
            {"crash", of.crash},
            {"error", present(of.error)}};
}

json::object present_whole(status const& of) {
    auto fields = present(of);
    json::array history;
    for (auto const& each : of.history)
        history.push_back(present(each));
    fields["history"] = std::move(history);
    fields["log"] = of.log;
    return fields;
}

json::object present(queue_stats const& of) {
    return {{"name", of.name},
            {"ready", of.ready},
            {"scheduled", of.scheduled},
            {"leased", of.leased},
            {"dead", of.dead},
            {"consumers", of.consumers},
            {"lanes", of.lanes},
            {"oldest_ready_at", time_or_null(of.oldest_ready)},
            {"published", of.published},
            {"delivered", of.delivered},
            {"settled", of.settled},
            {"blocked", of.blocked},
            {"bytes", of.bytes},
            {"created", of.created},
            {"paused", of.held},
            {"paused_until", time_or_null(of.held_until)},
            {"paused_reason", text_or_null(of.held_reason)},
            {"draining", of.draining},
            {"policy", text_or_null(of.policy)}};
}

json::object present(broker_stats const& of) {
    return {{"version", of.version},
            {"epoch", of.epoch},
            {"started_at", time_or_null(of.started_at)},
            {"pid", of.pid},
            {"sessions", of.sessions},
            {"messages", of.messages},
            {"results", of.results},
            {"content_bytes", of.content_bytes},
            {"journal_bytes", of.journal_bytes},
            {"commits", of.commits},
            {"records", of.records},
            {"stale_settles", of.stale_settles},
            {"duplicate_publishes", of.duplicate_publishes},
            {"cpu_us", of.cpu.count()},
            {"recovery_s", of.recovery.count()},
            {"settling", of.settling},
            {"memory_bytes", of.memory_bytes},
            {"memory_bytes_max", of.memory_bytes_max},
            {"pressure", to_string(of.pressure)}};
}

std::string summary(status const& of) {
    std::string text{to_string(of.state)};
    if (auto const more = to_string(of.detail); !more.empty())
        text.append(" (").append(more).append(")");
    if (!of.error.type.empty() || !of.error.message.empty()) {
        // Revoked messages repeat their detail as the type.
        bool const named = !of.error.type.empty() && of.error.type != to_string(of.detail);
        if (named)
            text += ": " + of.error.type;
        if (!of.error.message.empty())
            text += ": " + of.error.message;
    }
    return text;
}

} // namespace peyk::cli
