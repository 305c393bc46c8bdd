#include "client/cli/present_message.hpp"

#include "client/cli/message_words.hpp"
#include "client/cli/output.hpp"
#include "client/cli/present.hpp"

#include <boost/json.hpp>

namespace peyk::cli {
namespace {

namespace json = boost::json;

json::object present(retry_policy const& of) {
    json::array delays;
    for (auto const each : of.delays)
        delays.push_back(each.count());
    return {{"max_retries", of.max_retries},
            {"backoff", name_of(backoffs, of.backoff)},
            {"delay_ms", of.base.count()},
            {"factor", of.factor},
            {"max_delay_ms", of.max.count()},
            {"delays_ms", std::move(delays)},
            {"jitter", name_of(jitters, of.jitter)},
            {"max_age_s", of.max_age.count()}};
}

json::value present(std::optional<uniqueness> const& of) {
    if (!of)
        return {};
    return json::object{{"key", of->key},
                        {"until", name_of(untils, of->until)},
                        {"on_conflict", name_of(conflicts, of->on_conflict)},
                        {"ttl_s", of->ttl.count()}};
}

json::object present_options(message const& of) {
    auto const result = of.result.value_or(result_policy{});
    return {{"retry", of.retry ? json::value(present(*of.retry)) : json::value{}},
            {"result",
             {{"ttl_s", result.ttl.count()},
              {"ignore", result.ignore},
              {"track_started", result.track_started}}},
            {"max_crashes", of.max_crashes ? json::value(*of.max_crashes) : json::value{}},
            {"cost", of.cost ? json::value(*of.cost) : json::value{}},
            {"unique", present(of.unique)}};
}

void add_body(json::object& to, std::string const& body) {
    to["body"] = body.empty() || !is_text(body) ? json::value{} : json::value(body);
    to["body_base64"] = is_text(body) ? json::value{} : json::value(base64(body));
}

} // namespace

json::object present(kept_message const& of) {
    json::object fields{{"content", to_string(of.content)}};
    if (of.content == content_state::unknown)
        return fields;
    auto const& content = of.message.content;
    json::array args;
    for (auto const& each : content.args)
        args.push_back(present_value(each, content.content_type));
    json::object kwargs;
    for (auto const& [name, value] : content.kwargs)
        kwargs[name] = present_value(value, content.content_type);
    json::object headers;
    for (auto const& [name, value] : content.headers)
        headers[name] = value;
    fields["args"] = std::move(args);
    fields["kwargs"] = std::move(kwargs);
    add_body(fields, content.body);
    fields["args_content_type"] = text_or_null(content.content_type);
    fields["headers"] = std::move(headers);
    fields["publisher"] = text_or_null(content.publisher);
    fields["options"] = present_options(of.message);
    return fields;
}

json::value shortened(json::value const& value, std::size_t bytes_max) {
    auto const whole = plain_text(value);
    if (whole.size() <= bytes_max)
        return value;
    auto cut = bytes_max;
    while (cut > 0 && (static_cast<unsigned char>(whole[cut]) & 0xc0) == 0x80)
        --cut; // A byte 10xxxxxx continues a letter.
    return json::value(whole.substr(0, cut) + " ... (" + std::to_string(whole.size()) +
                       " bytes; -o json has them all)");
}

} // namespace peyk::cli
