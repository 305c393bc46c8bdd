// What is said about lanes and limits: how much at once and per time, who gets which share, and
// what is in the way of a message.

#include "tests/scenarios/conversation.hpp"
#include "tests/support/core_printers.hpp"

namespace peyk::scenarios {

namespace {

core::limit_names names_of(request const& r) {
    return {r.option("task"), r.option("queue"), r.option("key")};
}

// "10/m", "0.5/s"
core::rate rate_of(std::string_view text) {
    auto const slash = text.find('/');
    if (slash == std::string_view::npos) {
        misunderstood(text);
    }
    auto const count = text.substr(0, slash);
    auto const unit = text.substr(slash + 1);
    auto const dot = count.find('.');
    auto thousandths = number_of<std::uint32_t>(count.substr(0, dot)) * 1'000;
    if (dot != std::string_view::npos) {
        std::string digits{count.substr(dot + 1)};
        digits.resize(3, '0');
        thousandths += number_of<std::uint32_t>(digits);
    }
    std::uint32_t const seconds[] = {1, 60, 3'600, 86'400};
    return {thousandths, seconds[one_of<std::size_t>({"s", "m", "h", "d"}, unit)]};
}

core::limit_change change_of(request const& r) {
    core::limit_change change;
    if (r.options.contains("rate")) {
        change.rate = r.option("rate") == "none" ? core::rate{} : rate_of(r.option("rate"));
    }
    if (r.options.contains("burst")) {
        change.burst = static_cast<std::uint32_t>(r.count("burst", 1));
    }
    if (r.options.contains("concurrency")) {
        change.concurrency = static_cast<std::uint32_t>(r.count("concurrency", 0));
    }
    if (r.has("per_worker")) {
        change.per_worker = true;
    }
    return change;
}

} // namespace

core::set_limit conversation::limit_of(request const& r) const {
    core::set_limit made;
    made.names = names_of(r);
    made.change = change_of(r);
    return made;
}

// `set_limit p task=mail rate=10/m`, `remove_limit p task=mail`
void conversation::change_limit(request const& r) {
    if (r.verb == "remove_limit") {
        apply(core::remove_limit{r.session(), next_request(), names_of(r)});
        return;
    }
    auto limit = limit_of(r);
    limit.session = r.session();
    limit.request = next_request();
    apply(limit);
}

void conversation::share(request const& r) {
    apply(core::set_share{r.session(),
                          next_request(),
                          r.word(1),
                          static_cast<std::uint32_t>(r.count("weight", 1))});
}

void conversation::edit(request const& r) {
    auto const named = r.ids();
    core::message_edit change;
    if (r.options.contains("priority")) {
        change.priority = static_cast<std::uint8_t>(r.count("priority", 4));
    }
    if (r.options.contains("expires")) {
        change.expires = at(r.option("expires"));
    }
    if (r.options.contains("retries")) {
        change.max_retries = static_cast<std::uint16_t>(r.count("retries", 0));
    }
    apply(core::edit{r.session(), next_request(), named, change});
}

// `introduce w host=alpha pool=4`
void conversation::introduce(request const& r) {
    std::vector<core::fact> facts;
    for (auto const& [name, value] : r.options) {
        facts.push_back({name, value});
    }
    apply(core::introduce{r.session(), facts});
}

void conversation::why(request const& r) {
    for (auto const& word : r.words) {
        auto const found = broker().why(core::id_of<core::message_id>(word), now_);
        answer_ << word << ": " << core::describe(found, now_.wall) << '\n';
    }
}

// Of a queue, what its ready messages wait for.
void conversation::obstacles(request const& r) {
    for (auto const& each : broker().obstacles(r.word(0), now_)) {
        answer_ << each.messages << ' ' << each.kind << (each.name.empty() ? "" : " ") << each.name
                << '\n';
    }
}

// Limits with what they hold back, or shares.
void conversation::show_limits(request const& r) {
    if (r.verb == "shares") {
        for (auto const& each : broker().shares()) {
            answer_ << each.key << " weight=" << each.weight << '\n';
        }
        return;
    }
    for (auto const& each : broker().limits_in_force()) {
        answer_ << each.names << " rate=" << core::to_string(each.settings.rate)
                << " concurrency=" << each.settings.concurrency
                << (each.configured ? " configured" : "") << " running=" << each.running
                << " waiting=" << each.waiting << '\n';
    }
}

void conversation::workers(request const&) {
    for (auto const& each : broker().sessions({}, 100, true)) {
        answer_ << each.id << (each.connected ? "" : " lost") << " leased=" << each.leased
                << " started=" << each.started;
        for (auto const& [name, value] : each.facts) {
            answer_ << ' ' << name << '=' << value;
        }
        for (auto const& label : each.labels) {
            answer_ << " label=" << label;
        }
        answer_ << '\n';
    }
}

} // namespace peyk::scenarios
