#include "tests/scenarios/conversation.hpp"

#include "tests/support/core_printers.hpp"

#include <charconv>
#include <sstream>
#include <stdexcept>

namespace peyk::scenarios {

using namespace std::chrono_literals;

namespace {

[[noreturn]] void misunderstood(std::string_view text) {
    throw std::runtime_error{"cannot understand: " + std::string{text}};
}

template <class Number>
Number number(std::string_view text) {
    Number value{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        misunderstood(text);
    }
    return value;
}

// "30s", "250ms", "2h"
core::duration span(std::string_view text) {
    auto const unit = text.find_first_not_of("0123456789");
    auto const count = number<std::int64_t>(text.substr(0, unit));
    auto const name = unit == std::string_view::npos ? std::string_view{} : text.substr(unit);
    if (name == "ms") {
        return core::duration{count};
    }
    if (name == "s") {
        return count * 1s;
    }
    if (name == "h") {
        return count * 1h;
    }
    misunderstood(text);
}

core::delivery_token token(std::string_view text) {
    auto const dot = text.find('.');
    if (dot == std::string_view::npos) {
        misunderstood(text);
    }
    return {{number<std::uint64_t>(text.substr(0, dot))},
            number<std::uint64_t>(text.substr(dot + 1))};
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        auto const comma = text.find(',');
        parts.push_back(text.substr(0, comma));
        text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    return parts;
}

core::session_id who(request const& r) {
    if (r.words.empty()) {
        misunderstood(r.verb);
    }
    return core::id_of<core::session_id>(r.words.front());
}

std::vector<core::message_id> ids(request const& r) {
    std::vector<core::message_id> named;
    for (std::size_t i = 1; i < r.words.size(); ++i) {
        if (r.words[i] != "final") {
            named.push_back(core::id_of<core::message_id>(r.words[i]));
        }
    }
    return named;
}

std::vector<core::delivery_token> tokens(request const& r) {
    std::vector<core::delivery_token> named;
    for (std::size_t i = 1; i < r.words.size(); ++i) {
        named.push_back(token(r.words[i]));
    }
    return named;
}

request parse(std::string_view line) {
    request r;
    std::istringstream words{std::string{line}};
    words >> r.verb;
    for (std::string word; words >> word;) {
        if (auto const equals = word.find('='); equals != std::string::npos) {
            r.options[word.substr(0, equals)] = word.substr(equals + 1);
        } else {
            r.words.push_back(word);
        }
    }
    return r;
}

} // namespace

std::string_view request::option(std::string_view name, std::string_view otherwise) const {
    auto const found = options.find(name);
    return found == options.end() ? otherwise : std::string_view{found->second};
}

std::uint64_t request::count(std::string_view name, std::uint64_t otherwise) const {
    auto const found = options.find(name);
    return found == options.end() ? otherwise : number<std::uint64_t>(found->second);
}

bool request::has(std::string_view word) const {
    return std::ranges::find(words, word) != words.end();
}

std::string conversation::answer(std::string_view line) {
    static std::map<std::string_view, action> const actions = {
        {"limit", &conversation::limit},
        {"connect", &conversation::connect},
        {"disconnect", &conversation::disconnect},
        {"publish", &conversation::publish},
        {"consume", &conversation::consume},
        {"unsubscribe", &conversation::unsubscribe},
        {"credit", &conversation::credit},
        {"start", &conversation::start},
        {"extend", &conversation::extend},
        {"ack", &conversation::settle},
        {"fail", &conversation::settle},
        {"retry", &conversation::settle},
        {"snooze", &conversation::settle},
        {"release", &conversation::settle},
        {"drop", &conversation::settle},
        {"dead", &conversation::settle},
        {"cancel", &conversation::cancel},
        {"get", &conversation::get},
        {"watch", &conversation::watch},
        {"unwatch", &conversation::unwatch},
        {"after", &conversation::after},
        {"crash", &conversation::crash},
        {"stop", &conversation::stop},
        {"relocate", &conversation::relocate},
        {"stats", &conversation::stats},
        {"gate", &conversation::gate},
    };
    answer_.clear();
    request const r = parse(line);
    auto const found = actions.find(r.verb);
    if (found == actions.end()) {
        misunderstood(line);
    }
    (this->*found->second)(r);
    return answer_;
}

// Only before everything else.
void conversation::limit(request const& r) {
    for (auto const& [name, value] : r.options) {
        if (name == "grace") {
            limits_.session_grace = span(value);
        } else if (name == "memory") {
            limits_.session_memory = span(value);
        } else if (name == "settling") {
            limits_.settling = span(value);
        } else if (name == "heartbeat") {
            limits_.heartbeat = span(value);
        } else if (name == "content_memory") {
            limits_.content_memory_bytes = number<std::size_t>(value);
        } else if (name == "sessions") {
            limits_.sessions_max = number<std::size_t>(value);
        } else if (name == "batch") {
            limits_.batch_max = number<std::size_t>(value);
        } else {
            misunderstood(name);
        }
    }
}

void conversation::connect(request const& r) {
    std::vector<core::held_delivery> held;
    for (std::string_view const text : split(r.option("held"))) {
        auto const colon = text.find(':');
        bool const started = text.ends_with('*');
        auto const word = text.substr(colon + 1, text.size() - colon - 1 - (started ? 1 : 0));
        held.push_back(
            {token(text.substr(0, colon)), core::id_of<core::message_id>(word), started});
    }
    apply(core::connect{who(r), r.has("resume"), r.words.front(), core::duration{0}, held});
}

void conversation::disconnect(request const& r) {
    apply(core::disconnect{who(r), r.has("goodbye")});
}

void conversation::publish(request const& r) {
    std::vector<core::message> messages;
    for (core::message_id const id : ids(r)) {
        core::message& m = messages.emplace_back();
        m.id = id;
        m.queue = r.option("queue");
        m.task = r.option("task");
        m.priority = static_cast<std::uint8_t>(r.count("priority", 4));
        m.eta = at(r.option("eta"));
        m.expires = at(r.option("expires"));
        m.content = r.option("content");
        m.retry.max_retries = static_cast<std::uint16_t>(r.count("retries", 0));
        m.retry.spread = core::jitter::none;
        m.result.keep = r.option("keep") != "no";
        m.result.track_started = r.option("track") == "yes";
        m.result.ttl_s = static_cast<std::uint32_t>(r.count("ttl", 0));
        m.max_crashes = static_cast<std::uint16_t>(r.count("max_crashes", 3));
    }
    apply(core::publish{
        who(r), next_request(), {r.count("first", 0)}, {r.count("answered_below", 0)}, messages});
}

void conversation::consume(request const& r) {
    std::vector<std::string_view> const queues = split(r.option("queues", "default"));
    std::vector<std::string_view> const tasks = split(r.option("tasks"));
    apply(core::subscribe{who(r),
                          next_request(),
                          {static_cast<std::uint32_t>(r.count("id", 1))},
                          static_cast<std::uint32_t>(r.count("credit", 1)),
                          queues,
                          tasks});
}

void conversation::unsubscribe(request const& r) {
    apply(
        core::unsubscribe{who(r), next_request(), {static_cast<std::uint32_t>(r.count("id", 1))}});
}

void conversation::credit(request const& r) {
    apply(core::set_credit{who(r),
                           next_request(),
                           {static_cast<std::uint32_t>(r.count("id", 1))},
                           static_cast<std::uint32_t>(r.count("to", 1))});
}

void conversation::start(request const& r) {
    auto const named = tokens(r);
    apply(core::start{who(r), named});
}

void conversation::extend(request const& r) {
    auto const named = tokens(r);
    apply(core::extend{who(r), next_request(), named});
}

void conversation::settle(request const& r) {
    core::task_error const error{r.option("error"), r.option("text"), {}};
    core::any_verdict verdict = core::verdict::success{r.option("result"), "text/plain"};
    if (r.verb == "fail") {
        verdict = core::verdict::failure{error, r.option("permanent") == "yes"};
    } else if (r.verb == "retry") {
        verdict = core::verdict::retry{at(r.option("at")), error};
    } else if (r.verb == "snooze") {
        verdict = core::verdict::snooze{at(r.option("at"))};
    } else if (r.verb == "release") {
        verdict = core::verdict::release{};
    } else if (r.verb == "drop") {
        verdict = core::verdict::drop{};
    } else if (r.verb == "dead") {
        verdict = core::verdict::dead{error};
    }
    std::vector<core::settlement> settlements;
    for (core::delivery_token const named : tokens(r)) {
        settlements.push_back({named, verdict});
    }
    apply(core::settle{who(r), next_request(), settlements});
}

void conversation::cancel(request const& r) {
    auto const named = ids(r);
    apply(core::cancel{who(r), next_request(), named, r.option("reason")});
}

void conversation::get(request const& r) {
    auto const named = ids(r);
    apply(core::get{who(r), next_request(), named});
}

void conversation::watch(request const& r) {
    auto const named = ids(r);
    apply(core::watch{who(r), next_request(), named, r.has("final")});
}

void conversation::unwatch(request const& r) {
    apply(core::unwatch{who(r), {r.count("request", 0)}});
}

// Steps from deadline to deadline, as the engine does. Sessions that are connected stay so unless
// the line ends in "silent".
void conversation::after(request const& r) {
    core::duration left = span(r.words.at(0));
    while (true) {
        core::deadline const next = broker().next_deadline();
        core::duration const step = std::max(
            core::duration{0}, std::min({left, next.wall - now_.wall, next.steady - now_.steady}));
        now_.wall += step;
        now_.steady += step;
        left -= step;
        for (std::size_t i = 1; i < r.words.size() && !r.has("silent"); ++i) {
            broker().heard(core::id_of<core::session_id>(r.words[i]), now_.steady);
        }
        if (next.wall > now_.wall && next.steady > now_.steady) {
            return;
        }
        core::output produced;
        broker().advance(now_, produced);
        take(produced);
    }
}

void conversation::crash(request const&) {
    restart();
}

void conversation::stop(request const&) {
    core::output produced;
    broker().stop(produced);
    take(produced);
    restart();
}

// Rebuilds the broker from what was recorded, which must give the same state.
void conversation::restart() {
    std::uint64_t const before = broker().fingerprint();
    broker_.emplace(limits_);
    for (std::size_t i = 0; i < journal_.size(); ++i) {
        broker_->replay(journal_[i].get(), {i}, 1);
    }
    if (broker_->fingerprint() != before) {
        answer_ += "the broker came back as another one\n";
    }
    core::output produced;
    broker_->recovered(now_, produced);
    take(produced);
}

// Moves everything that stands before the end, and forgets the facts that nobody needs.
void conversation::relocate(request const&) {
    bool more = true;
    core::position const end{journal_.size()};
    while (more) {
        core::output produced;
        more = broker().relocate(end, 1, produced);
        take(produced);
    }
    auto const garbage = std::min<std::size_t>(broker().oldest_retained().value, journal_.size());
    for (std::size_t i = 0; i < garbage; ++i) {
        journal_[i] = simulation::owned_record{core::record::stopped_cleanly{}};
    }
}

void conversation::stats(request const& r) {
    std::ostringstream text;
    if (r.words.empty()) {
        core::broker_stats const seen = broker().stats();
        text << "sessions=" << seen.sessions << " messages=" << seen.messages
             << " results=" << seen.results << " content_bytes=" << seen.content_bytes
             << " stale=" << seen.stale_settles << " duplicates=" << seen.duplicate_publishes
             << (seen.settling ? " settling" : "") << '\n';
    } else if (auto const seen = broker().queue(r.words.front())) {
        text << "ready=" << seen->ready << " scheduled=" << seen->scheduled
             << " leased=" << seen->leased << " dead=" << seen->dead
             << " consumers=" << seen->consumers << " lanes=" << seen->lanes << '\n';
    }
    answer_ += text.str();
}

void conversation::gate(request const& r) {
    broker().set_gate(r.has("open") ? core::publish_gate::open : core::publish_gate::disk_full);
}

core::broker_state& conversation::broker() {
    if (!broker_) {
        broker_.emplace(limits_);
        core::output produced;
        broker_->recovered(now_, produced);
        take(produced);
        answer_.clear(); // The first epoch is the same in every scenario.
    }
    return *broker_;
}

void conversation::apply(core::any_command const& command) {
    core::output produced;
    broker().apply(command, now_, produced);
    take(produced);
}

// Records are durable at once here; what that is worth, the simulation shows.
void conversation::take(core::output const& produced) {
    std::ostringstream text;
    text << produced;
    answer_ += text.str();
    for (core::any_record const& one : produced.records) {
        core::position const at{journal_.size()};
        journal_.emplace_back(one);
        core::retained* owner = nullptr;
        std::visit(
            [&owner](auto const& fact) {
                if constexpr (requires { fact.owner; }) {
                    owner = fact.owner;
                }
            },
            one);
        broker_->placed(owner, at, 1);
    }
    broker_->durable_up_to({journal_.size()});
}

core::request_id conversation::next_request() {
    return {++requests_};
}

// "+30s": from now
core::wall_time conversation::at(std::string_view text) const {
    if (text.empty()) {
        return core::unset;
    }
    if (!text.starts_with('+')) {
        misunderstood(text);
    }
    return now_.wall + span(text.substr(1));
}

} // namespace peyk::scenarios
