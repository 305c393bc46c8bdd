#include "tests/scenarios/conversation.hpp"

#include "tests/support/core_printers.hpp"

#include <map>

namespace peyk::scenarios {

std::map<std::string_view, conversation::action> const conversation::actions = {
    {"limit", &conversation::limit},
    {"configure", &conversation::configure},
    {"after", &conversation::after},
    {"crash", &conversation::crash},
    {"stop", &conversation::stop},
    {"relocate", &conversation::relocate},
    {"gate", &conversation::gate},
    {"stats", &conversation::stats},
    {"connect", &conversation::connect},
    {"disconnect", &conversation::disconnect},
    {"consume", &conversation::consume},
    {"unsubscribe", &conversation::unsubscribe},
    {"credit", &conversation::credit},
    {"stall", &conversation::stall},
    {"unstall", &conversation::stall},
    {"start", &conversation::start},
    {"extend", &conversation::extend},
    {"ack", &conversation::settle},
    {"fail", &conversation::settle},
    {"retry", &conversation::settle},
    {"snooze", &conversation::settle},
    {"limited", &conversation::settle},
    {"release", &conversation::settle},
    {"drop", &conversation::settle},
    {"dead", &conversation::settle},
    {"crashed", &conversation::settle},
    {"report", &conversation::report},

    {"publish", &conversation::publish},
    {"cancel", &conversation::cancel},
    {"reschedule", &conversation::reschedule},
    {"run_now", &conversation::reschedule},
    {"forget", &conversation::forget},
    {"redrive", &conversation::redrive},
    {"get", &conversation::get},
    {"watch", &conversation::watch},
    {"unwatch", &conversation::unwatch},
    {"show", &conversation::show},

    {"create_queue", &conversation::queue},
    {"delete_queue", &conversation::queue},
    {"set_policy", &conversation::policy},
    {"remove_policy", &conversation::policy},
    {"hold", &conversation::hold},
    {"let_go", &conversation::hold},
    {"sweep", &conversation::sweep},
    {"stop_sweep", &conversation::stop_sweep},
    {"list", &conversation::list},
    {"policies", &conversation::lists},
    {"holds", &conversation::lists},
    {"sweeps", &conversation::lists},

    {"set_limit", &conversation::change_limit},
    {"remove_limit", &conversation::change_limit},
    {"share", &conversation::share},
    {"edit", &conversation::edit},
    {"introduce", &conversation::introduce},
    {"why", &conversation::why},
    {"obstacles", &conversation::obstacles},
    {"limits", &conversation::show_limits},
    {"shares", &conversation::show_limits},
    {"workers", &conversation::workers},

    {"schedule", &conversation::schedule},
    {"unschedule", &conversation::change_schedule},
    {"pause", &conversation::change_schedule},
    {"resume", &conversation::change_schedule},
    {"trigger", &conversation::change_schedule},
    {"schedules", &conversation::schedules},
};

std::string conversation::answer(std::string_view line) {
    answer_.str({});
    request const r = parse(line);
    auto const found = actions.find(r.verb);
    if (found == actions.end()) {
        misunderstood(line);
    }
    (this->*found->second)(r);
    return answer_.str();
}

core::broker_state& conversation::broker() {
    if (!broker_) {
        begin();
        answer_.str({}); // The first epoch is the same in every scenario.
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
    answer_ << produced;
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

// "+30s": from now; "1030s": then
core::wall_time conversation::at(std::string_view text) const {
    if (text.empty()) {
        return core::unset;
    }
    return text.starts_with('+') ? now_.wall + span_of(text.substr(1))
                                 : core::wall_time{span_of(text)};
}

} // namespace peyk::scenarios
