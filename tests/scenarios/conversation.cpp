#include "tests/scenarios/conversation.hpp"

#include "tests/support/core_printers.hpp"

#include <map>

namespace peyk::scenarios {

std::string conversation::answer(std::string_view line) {
    using self = conversation;
    static std::map<std::string_view, action> const actions = {
        {"limit", &self::limit},
        {"configure", &self::configure},
        {"after", &self::after},
        {"crash", &self::crash},
        {"stop", &self::stop},
        {"relocate", &self::relocate},
        {"gate", &self::gate},
        {"stats", &self::stats},
        {"connect", &self::connect},
        {"disconnect", &self::disconnect},
        {"consume", &self::consume},
        {"unsubscribe", &self::unsubscribe},
        {"credit", &self::credit},
        {"stall", &self::stall},
        {"unstall", &self::stall},
        {"start", &self::start},
        {"extend", &self::extend},
        {"ack", &self::settle},
        {"fail", &self::settle},
        {"retry", &self::settle},
        {"snooze", &self::settle},
        {"limited", &self::settle},
        {"release", &self::settle},
        {"drop", &self::settle},
        {"dead", &self::settle},
        {"report", &self::report},

        {"publish", &self::publish},
        {"cancel", &self::cancel},
        {"reschedule", &self::reschedule},
        {"run_now", &self::reschedule},
        {"forget", &self::forget},
        {"redrive", &self::redrive},
        {"get", &self::get},
        {"watch", &self::watch},
        {"unwatch", &self::unwatch},
        {"show", &self::show},

        {"create_queue", &self::queue},
        {"delete_queue", &self::queue},
        {"set_policy", &self::policy},
        {"remove_policy", &self::policy},
        {"hold", &self::hold},
        {"let_go", &self::hold},
        {"sweep", &self::sweep},
        {"stop_sweep", &self::stop_sweep},
        {"list", &self::list},
        {"policies", &self::lists},
        {"holds", &self::lists},
        {"sweeps", &self::lists},

        {"schedule", &self::schedule},
        {"unschedule", &self::change_schedule},
        {"pause", &self::change_schedule},
        {"resume", &self::change_schedule},
        {"trigger", &self::change_schedule},
        {"schedules", &self::schedules},
    };
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
