#include "tests/support/print_fields.hpp"

namespace peyk::core {

using namespace print;

namespace {

struct effect_printer {
    std::ostream& to;

    void operator()(effect::welcome const& e) const {
        to << e.session << " welcome" << (e.resumed ? " resumed" : "");
        for (held_delivery const& lost : e.lost) {
            to << " lost=" << lost.token;
        }
    }
    void operator()(effect::published const& e) const {
        refusals("published", e);
        for (joined const& one : e.joined) {
            to << " joined[" << one.index << "]=" << one.existing;
        }
    }
    void operator()(effect::subscribed const& e) const { answer("subscribed", e); }
    void operator()(effect::unsubscribed const& e) const { answer("unsubscribed", e); }
    void operator()(effect::settled const& e) const { refusals("settled", e); }
    void operator()(effect::extended const& e) const {
        answer("extended", e);
        for (delivery_token const lost : e.lost) {
            to << " lost=" << lost;
        }
    }
    void operator()(effect::acknowledged const& e) const { refusals("acknowledged", e); }
    void operator()(effect::cancelled const& e) const { refusals("cancelled", e); }
    void operator()(effect::rescheduled const& e) const { refusals("rescheduled", e); }
    void operator()(effect::forgotten const& e) const { refusals("forgotten", e); }
    void operator()(effect::redriven const& e) const { refusals("redriven", e); }
    void operator()(effect::edited const& e) const { refusals("edited", e); }
    void operator()(effect::reported const& e) const { answer("reported", e); }
    void operator()(effect::done const& e) const {
        answer("done", e);
        field(to, "message", e.message, !e.message.empty());
    }
    void operator()(effect::swept const& e) const {
        answer("swept", e);
        to << " sweep=" << e.sweep;
    }
    void operator()(effect::statuses const& e) const {
        answer("statuses", e);
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
        list(to, e.tokens);
        text_field(to, "reason", e.reason);
        to << (e.terminate ? " terminate" : "");
    }
    void operator()(effect::refused const& e) const {
        answer("refused", e);
        to << ' ' << e.code;
        text_field(to, "detail", e.detail);
    }
    void operator()(effect::closed const& e) const { to << e.session << " closed " << e.why; }

    void answer(char const* what, auto const& e) const {
        to << e.session << ' ' << what << " r" << e.request.value;
    }
    void refusals(char const* what, auto const& e) const {
        answer(what, e);
        for (refusal const& one : e.refused) {
            to << " refused[" << one.index << "]=" << one.code;
            field(to, "existing", one.existing, !one.existing.empty());
            text_field(to, "detail", one.detail);
        }
    }
};

} // namespace

std::ostream& operator<<(std::ostream& to, any_effect const& effect) {
    std::visit(effect_printer{to}, effect);
    return to;
}

} // namespace peyk::core
