#include "tests/support/core_printers.hpp"

#include <cctype>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>

namespace peyk::core {

namespace {

template <class Id>
std::ostream& print_id(std::ostream& to, Id id) {
    std::string word;
    for (std::uint64_t rest = id.low; rest != 0; rest >>= 8) {
        word.insert(word.begin(), static_cast<char>(rest & 0xff));
    }
    bool const is_word = id.high == 0 && std::ranges::all_of(word, [](unsigned char c) {
                             return std::isgraph(c) != 0;
                         });
    if (id.empty()) {
        return to << "none";
    }
    if (is_word) {
        return to << word;
    }
    std::ostringstream hex;
    hex << std::hex << std::setfill('0') << std::setw(16) << id.high << std::setw(16) << id.low;
    return to << hex.str();
}

// " name=value", for values that were given.
template <class Value>
void field(std::ostream& to, char const* name, Value const& value, bool given) {
    if (given) {
        to << ' ' << name << '=' << value;
    }
}

void text_field(std::ostream& to, char const* name, std::string_view value) {
    field(to, name, value, !value.empty());
}

void time_field(std::ostream& to, char const* name, wall_time at) {
    field(to, name, at, at != unset);
}

std::ostream& print_message(std::ostream& to, message const& m) {
    to << m.id << " queue=" << m.queue;
    text_field(to, "task", m.task);
    field(to, "priority", int{m.priority}, m.priority != 4);
    time_field(to, "eta", m.eta);
    time_field(to, "expires", m.expires);
    text_field(to, "content", m.content);
    return to;
}

void print_refusals(std::ostream& to, std::vector<refusal> const& refused) {
    for (refusal const& one : refused) {
        to << " refused[" << one.index << "]=" << one.code;
    }
}

template <class Range>
void print_list(std::ostream& to, Range const& range) {
    for (auto const& one : range) {
        to << ' ' << one;
    }
}

void print_error(std::ostream& to, task_error const& error) {
    field(to, "error", error, !error.type.empty() || !error.text.empty());
}

struct record_printer {
    std::ostream& to;

    void operator()(record::epoch_started const& r) const {
        to << "epoch_started " << r.epoch.value;
    }
    void operator()(record::stopped_cleanly const&) const { to << "stopped_cleanly"; }
    void operator()(record::session_opened const& r) const {
        to << "session_opened " << r.session << (r.consumes ? " consumes" : "");
        for (auto const& [first, last] : r.accepted) {
            to << " accepted=" << first.value << '-' << last.value;
        }
    }
    void operator()(record::session_ended const& r) const { to << "session_ended " << r.session; }
    void operator()(record::published const& r) const {
        to << "published #" << r.number.value << ' ';
        print_message(to, r.message);
        field(to, "sequence", r.sequence.value, r.sequence.value != 0);
    }
    void operator()(record::message_kept const& r) const {
        to << "message_kept #" << r.number.value << ' ';
        print_message(to, r.message) << ' ' << r.state;
        time_field(to, "due", r.due);
        to << (r.retrying ? " retrying" : "") << ' ' << r.counters;
        print_error(to, r.last_error);
        if (r.lease.epoch.value != 0) {
            to << " lease=" << r.lease << " holder=" << r.holder << (r.started ? " started" : "");
        }
    }
    void operator()(record::leased const& r) const {
        to << "leased #" << r.number.value << ' ' << r.token << ' ' << r.session;
    }
    void operator()(record::requeued const& r) const {
        to << "requeued #" << r.number.value;
        time_field(to, "due", r.due);
        to << (r.retrying ? " retrying" : "") << ' ' << r.counters;
        print_error(to, r.error);
    }
    void operator()(record::started const& r) const { to << "started #" << r.number.value; }
    void operator()(record::finished const& r) const {
        to << "finished #" << r.number.value << ' ' << r.id << ' ' << r.outcome.state
           << (r.outcome.expired ? " expired" : "");
        text_field(to, "result", r.outcome.result);
        print_error(to, r.outcome.error);
        to << " until=" << r.until;
    }
    void operator()(record::forgotten const& r) const { to << "forgotten #" << r.number.value; }
};

struct effect_printer {
    std::ostream& to;

    void operator()(effect::welcome const& e) const {
        to << e.session << " welcome" << (e.resumed ? " resumed" : "");
        for (held_delivery const& lost : e.lost) {
            to << " lost=" << lost.token;
        }
    }
    void operator()(effect::published const& e) const {
        to << e.session << " published r" << e.request.value;
        print_refusals(to, e.refused);
    }
    void operator()(effect::subscribed const& e) const {
        to << e.session << " subscribed r" << e.request.value;
    }
    void operator()(effect::unsubscribed const& e) const {
        to << e.session << " unsubscribed r" << e.request.value;
    }
    void operator()(effect::settled const& e) const {
        to << e.session << " settled r" << e.request.value;
        print_refusals(to, e.refused);
    }
    void operator()(effect::extended const& e) const {
        to << e.session << " extended r" << e.request.value;
        for (delivery_token const lost : e.lost) {
            to << " lost=" << lost;
        }
    }
    void operator()(effect::cancelled const& e) const {
        to << e.session << " cancelled r" << e.request.value;
        print_refusals(to, e.refused);
    }
    void operator()(effect::statuses const& e) const {
        to << e.session << " statuses r" << e.request.value;
        for (status const& seen : e.list) {
            to << " [" << seen << ']';
        }
    }
    void operator()(effect::updated const& e) const {
        to << e.session << " updated r" << e.watch.value << " [" << e.status << ']'
           << (e.last ? " last" : "");
    }
    void operator()(effect::recalled const& e) const {
        to << e.session << " recalled";
        print_list(to, e.tokens);
        text_field(to, "reason", e.reason);
    }
    void operator()(effect::refused const& e) const {
        to << e.session << " refused r" << e.request.value << ' ' << e.code;
    }
    void operator()(effect::closed const& e) const { to << e.session << " closed " << e.why; }
};

struct command_printer {
    std::ostream& to;

    void operator()(connect const& c) const {
        to << "connect " << c.session << (c.resume ? " resume" : "");
        for (held_delivery const& held : c.held) {
            to << " held=" << held.token << ':' << held.message << (held.started ? "*" : "");
        }
    }
    void operator()(disconnect const& c) const {
        to << "disconnect " << c.session << (c.goodbye ? " goodbye" : "");
    }
    void operator()(publish const& c) const {
        to << "publish " << c.session << " first=" << c.first.value;
        for (message const& m : c.messages) {
            print_message(to << " [", m) << ']';
        }
    }
    void operator()(subscribe const& c) const {
        to << "subscribe " << c.session << '.' << c.consumer.value << " credit=" << c.credit;
        print_list(to, c.queues);
    }
    void operator()(unsubscribe const& c) const {
        to << "unsubscribe " << c.session << '.' << c.consumer.value;
    }
    void operator()(set_credit const& c) const {
        to << "set_credit " << c.session << '.' << c.consumer.value << ' ' << c.credit;
    }
    void operator()(start const& c) const { print_list(to << "start " << c.session, c.tokens); }
    void operator()(settle const& c) const {
        static constexpr char const* verdicts[] = {
            "success", "failure", "retry", "snooze", "release", "drop", "dead"};
        to << "settle " << c.session;
        for (settlement const& one : c.settlements) {
            to << ' ' << one.token << '=' << verdicts[one.verdict.index()];
        }
    }
    void operator()(extend const& c) const { print_list(to << "extend " << c.session, c.tokens); }
    void operator()(cancel const& c) const { print_list(to << "cancel " << c.session, c.ids); }
    void operator()(get const& c) const { print_list(to << "get " << c.session, c.ids); }
    void operator()(watch const& c) const { print_list(to << "watch " << c.session, c.ids); }
    void operator()(unwatch const& c) const {
        to << "unwatch " << c.session << " r" << c.watch.value;
    }
};

} // namespace

std::ostream& operator<<(std::ostream& to, message_id id) {
    return print_id(to, id);
}

std::ostream& operator<<(std::ostream& to, session_id id) {
    return print_id(to, id);
}

std::ostream& operator<<(std::ostream& to, delivery_token token) {
    return to << token.epoch.value << '.' << token.number;
}

std::ostream& operator<<(std::ostream& to, errc code) {
    return to << name(code);
}

std::ostream& operator<<(std::ostream& to, message_state state) {
    static constexpr char const* names[] = {
        "scheduled", "ready", "leased", "succeeded", "failed", "revoked", "dead"};
    return to << names[static_cast<std::size_t>(state)];
}

std::ostream& operator<<(std::ostream& to, visible_state state) {
    static constexpr char const* names[] = {
        "UNKNOWN", "PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"};
    return to << names[static_cast<std::size_t>(state)];
}

std::ostream& operator<<(std::ostream& to, visible_detail detail) {
    static constexpr char const* names[] = {
        "none", "scheduled", "blocked", "ready", "leased", "revoked", "expired", "dead"};
    return to << names[static_cast<std::size_t>(detail)];
}

std::ostream& operator<<(std::ostream& to, wall_time at) {
    if (at == never) {
        return to << "never";
    }
    auto const ms = at.time_since_epoch().count();
    to << ms / 1000;
    if (ms % 1000 != 0) {
        to << '.' << std::setfill('0') << std::setw(3) << ms % 1000;
    }
    return to << 's';
}

std::ostream& operator<<(std::ostream& to, counters const& counted) {
    return to << "attempts=" << counted.attempts << " crashes=" << counted.crashes
              << " deliveries=" << counted.deliveries;
}

std::ostream& operator<<(std::ostream& to, task_error const& error) {
    return to << error.type << (error.text.empty() ? "" : ":") << error.text;
}

std::ostream& operator<<(std::ostream& to, status const& seen) {
    to << seen.id << ' ' << seen.state;
    if (seen.detail != visible_detail::none) {
        to << '(' << seen.detail << ')';
    }
    text_field(to, "result", seen.result ? seen.result->bytes() : std::string_view{});
    print_error(to, {seen.error_type, seen.error_text, {}});
    return to;
}

std::ostream& operator<<(std::ostream& to, delivery const& leaving) {
    to << leaving.session << '.' << leaving.consumer.value << ' ' << leaving.token << ' ';
    to << leaving.message.id << ' ' << leaving.counters;
    field(to, "content_at", leaving.content_at.value, leaving.content_at != nowhere);
    return to;
}

std::ostream& operator<<(std::ostream& to, any_command const& command) {
    std::visit(command_printer{to}, command);
    return to;
}

std::ostream& operator<<(std::ostream& to, any_record const& record) {
    std::visit(record_printer{to}, record);
    return to;
}

std::ostream& operator<<(std::ostream& to, any_effect const& effect) {
    std::visit(effect_printer{to}, effect);
    return to;
}

std::ostream& operator<<(std::ostream& to, output const& produced) {
    for (any_record const& one : produced.records) {
        to << "record " << one << '\n';
    }
    for (delivery const& one : produced.deliveries) {
        to << "deliver " << one << '\n';
    }
    for (any_effect const& one : produced.effects) {
        to << one << '\n';
    }
    return to;
}

} // namespace peyk::core
