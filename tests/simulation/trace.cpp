#include "tests/simulation/trace.hpp"

#include <charconv>

namespace peyk::simulation {

using namespace core;

namespace {

// Appends words to a line.
class line {
public:
    explicit line(std::string_view head) : out_(head) {}

    template <class T>
    line& add(char const* name, T const& value) {
        out_ += ' ';
        out_ += name;
        put(value);
        return *this;
    }
    line& bytes(char const* name, std::string_view value) {
        add(name, value.size());
        out_ += '#';
        put(hash_of(value));
        return *this;
    }
    line& error(task_error const& e) {
        return e.type.empty() && e.text.empty() ? *this : add("error=", e.type).add("", e.text);
    }
    line& error(errc code) { return add("", name(code)); }
    line& counts(counters const& c) {
        return add("attempts=", c.attempts)
            .add("crashes=", c.crashes)
            .add("deliveries=", c.deliveries);
    }
    line& refusals(std::vector<refusal> const& list) {
        for (auto const& r : list) {
            add("refused=", r.index).error(r.code);
        }
        return *this;
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

private:
    template <class T>
    requires std::is_integral_v<T>
    void put(T value) {
        char digits[24];
        auto const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
        out_.append(digits, end);
    }
    void put(bool value) { out_ += value ? '1' : '0'; }
    void put(std::string_view value) { out_ += value; }
    void put(std::string const& value) { out_ += value; }
    void put(char const* value) { out_ += value; }
    void put(delivery_token t) {
        put(t.epoch.value);
        out_ += '.';
        put(t.number);
    }
    template <class Tag, class Rep>
    void put(number<Tag, Rep> n) {
        put(n.value);
    }
    template <class Tag>
    void put(id128<Tag> id) {
        put(id.low);
    }
    void put(wall_time t) {
        if (t == never) {
            out_ += "never";
        } else {
            put(t.time_since_epoch().count());
        }
    }
    void put(message_state s) {
        static constexpr char const* names[] = {
            "scheduled", "ready", "leased", "succeeded", "failed", "revoked", "dead"};
        out_ += names[static_cast<int>(s)];
    }

    std::string out_;
};

struct command_text {
    std::string operator()(connect const& c) const {
        line l{"connect"};
        l.add("s", c.session).add("resume=", c.resume);
        for (auto const& h : c.held) {
            l.add("held=", h.token).add("m", h.message).add("started=", h.started);
        }
        return l.take();
    }
    std::string operator()(disconnect const& c) const {
        return line{"disconnect"}.add("s", c.session).add("goodbye=", c.goodbye).take();
    }
    std::string operator()(publish const& c) const {
        line l{"publish"};
        l.add("s", c.session).add("r", c.request).add("first=", c.first);
        for (auto const& m : c.messages) {
            l.add("m", m.id).add("", m.queue).add("task=", m.task).add("p", m.priority);
            l.add("eta=", m.eta).add("expires=", m.expires).bytes("bytes=", m.content);
        }
        return l.take();
    }
    std::string operator()(subscribe const& c) const {
        line l{"subscribe"};
        l.add("s", c.session).add("r", c.request).add("c", c.consumer).add("credit=", c.credit);
        for (auto q : c.queues) {
            l.add("queue=", q);
        }
        for (auto t : c.tasks) {
            l.add("task=", t);
        }
        return l.take();
    }
    std::string operator()(settle const& c) const {
        line l{"settle"};
        l.add("s", c.session).add("r", c.request);
        for (auto const& s : c.settlements) {
            static constexpr char const* names[] = {
                "success", "failure", "retry", "snooze", "release", "drop", "dead"};
            l.add("d", s.token).add("", names[s.verdict.index()]);
        }
        return l.take();
    }
    std::string operator()(start const& c) const { return tokens(line{"start"}, c); }
    std::string operator()(extend const& c) const { return tokens(line{"extend"}, c); }
    std::string operator()(cancel const& c) const { return ids(line{"cancel"}, c); }
    std::string operator()(get const& c) const { return ids(line{"get"}, c); }
    std::string operator()(watch const& c) const { return ids(line{"watch"}, c); }
    std::string operator()(unwatch const& c) const {
        return line{"unwatch"}.add("s", c.session).add("r", c.watch).take();
    }
    std::string operator()(unsubscribe const& c) const {
        return line{"unsubscribe"}.add("s", c.session).add("c", c.consumer).take();
    }
    std::string operator()(set_credit const& c) const {
        return line{"credit"}.add("s", c.session).add("c", c.consumer).add("", c.credit).take();
    }

    static std::string tokens(line l, auto const& c) {
        l.add("s", c.session);
        for (auto t : c.tokens) {
            l.add("d", t);
        }
        return l.take();
    }
    static std::string ids(line l, auto const& c) {
        l.add("s", c.session).add("r", c.request);
        for (auto id : c.ids) {
            l.add("m", id);
        }
        return l.take();
    }
};

struct record_text {
    std::string operator()(record::epoch_started const& r) const {
        return line{"! epoch"}.add("", r.epoch).take();
    }
    std::string operator()(record::stopped_cleanly const&) const { return "! stopped"; }
    std::string operator()(record::session_opened const& r) const {
        line l{"! session_opened"};
        l.add("s", r.session).add("consumes=", r.consumes);
        for (auto const& [first, last] : r.accepted) {
            l.add("accepted=", first).add("-", last);
        }
        return l.take();
    }
    std::string operator()(record::session_ended const& r) const {
        return line{"! session_ended"}.add("s", r.session).take();
    }
    std::string operator()(record::published const& r) const {
        return line{"! published"}.add("n", r.number).add("m", r.message.id).take();
    }
    std::string operator()(record::message_kept const& r) const {
        line l{"! kept"};
        l.add("n", r.number).add("", r.state).add("due=", r.due).counts(r.counters);
        return l.add("lease=", r.lease).add("s", r.holder).take();
    }
    std::string operator()(record::leased const& r) const {
        return line{"! leased"}.add("n", r.number).add("d", r.token).add("s", r.session).take();
    }
    std::string operator()(record::requeued const& r) const {
        line l{"! requeued"};
        l.add("n", r.number).add("due=", r.due).counts(r.counters);
        return l.add("retrying=", r.retrying).error(r.error).take();
    }
    std::string operator()(record::started const& r) const {
        return line{"! started"}.add("n", r.number).take();
    }
    std::string operator()(record::finished const& r) const {
        line l{"! finished"};
        l.add("n", r.number).add("m", r.id).add("", r.outcome.state).counts(r.counters);
        l.add("expired=", r.outcome.expired).bytes("result=", r.outcome.result);
        l.error(r.outcome.error).add("by=", r.outcome.settled_by);
        return l.add("until=", r.until).take();
    }
    std::string operator()(record::forgotten const& r) const {
        return line{"! forgotten"}.add("n", r.number).take();
    }
};

struct effect_text {
    std::string operator()(effect::welcome const& e) const {
        line l{"> welcome"};
        l.add("s", e.session).add("resumed=", e.resumed);
        for (auto const& h : e.lost) {
            l.add("lost=", h.token);
        }
        return l.take();
    }
    std::string operator()(effect::published const& e) const { return answer("> published", e); }
    std::string operator()(effect::settled const& e) const { return answer("> settled", e); }
    std::string operator()(effect::cancelled const& e) const { return answer("> cancelled", e); }
    std::string operator()(effect::subscribed const& e) const {
        return line{"> subscribed"}.add("s", e.session).add("r", e.request).take();
    }
    std::string operator()(effect::unsubscribed const& e) const {
        return line{"> unsubscribed"}.add("s", e.session).add("r", e.request).take();
    }
    std::string operator()(effect::extended const& e) const {
        line l{"> extended"};
        l.add("s", e.session).add("r", e.request);
        for (auto t : e.lost) {
            l.add("lost=", t);
        }
        return l.take();
    }
    std::string operator()(effect::statuses const& e) const {
        line l{"> statuses"};
        l.add("s", e.session).add("r", e.request);
        for (auto const& s : e.list) {
            l.add("[", text(s)).add("]", "");
        }
        return l.take();
    }
    std::string operator()(effect::updated const& e) const {
        line l{"> updated"};
        l.add("s", e.session).add("r", e.watch).add("", text(e.status));
        return l.add("last=", e.last).take();
    }
    std::string operator()(effect::recalled const& e) const {
        line l{"> recalled"};
        l.add("s", e.session);
        for (auto t : e.tokens) {
            l.add("d", t);
        }
        return l.take();
    }
    std::string operator()(effect::refused const& e) const {
        return line{"> refused"}.add("s", e.session).add("r", e.request).error(e.code).take();
    }
    std::string operator()(effect::closed const& e) const {
        return line{"> closed"}.add("s", e.session).error(e.why).take();
    }

    static std::string answer(char const* head, auto const& e) {
        return line{head}.add("s", e.session).add("r", e.request).refusals(e.refused).take();
    }
};

} // namespace

std::string text(message_id id) {
    return line{"m"}.add("", id).take();
}

std::string text(session_id id) {
    return line{"s"}.add("", id).take();
}

std::string text(delivery_token token) {
    return line{"d"}.add("", token).take();
}

std::string text(any_command const& command) {
    return std::visit(command_text{}, command);
}

std::string text(any_record const& record) {
    return std::visit(record_text{}, record);
}

std::string text(any_effect const& effect) {
    return std::visit(effect_text{}, effect);
}

std::string text(delivery const& d) {
    line l{"> deliver"};
    l.add("s", d.session).add("c", d.consumer).add("d", d.token).add("m", d.message.id);
    l.add("", d.message.queue).add("p", d.message.priority).counts(d.counters);
    return l.bytes("bytes=", d.message.content).add("on_disk=", d.content_bytes).take();
}

std::string text(status const& s) {
    static constexpr char const* states[] = {
        "UNKNOWN", "PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"};
    static constexpr char const* details[] = {
        "", "scheduled", "blocked", "ready", "leased", "revoked", "expired", "dead"};
    line l{"m"};
    l.add("", s.id).add("", states[static_cast<int>(s.state)]);
    l.add("", details[static_cast<int>(s.detail)]).counts(s.counters);
    if (s.result) {
        l.bytes("result=", s.result->bytes());
    }
    return l.add("", s.error_type).take();
}

std::uint64_t hash_of(std::string_view bytes, std::uint64_t from) {
    for (char c : bytes) {
        from = (from ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    }
    return from;
}

} // namespace peyk::simulation
