// Tasks that are published again and again.

#include "tests/scenarios/conversation.hpp"
#include "tests/support/core_printers.hpp"
#include "tests/support/print_fields.hpp"

namespace peyk::scenarios {

core::set_schedule conversation::schedule_of(request const& r) const {
    core::set_schedule set;
    auto& s = set.spec;
    s.name = r.word(1);
    s.cron = r.option("cron");
    s.zone = r.option("zone");
    s.every = r.span("every");
    s.start = at(r.option("start"));
    s.end = at(r.option("end"));
    s.jitter = r.span("jitter");
    s.misfire = r.choice("misfire", {"skip", "run_once", "run_all"}, core::misfire::run_once);
    s.overlap = r.choice("overlap", {"allow", "skip", "queue", "replace"}, core::overlap::allow);
    s.paused = r.has("paused");
    s.expires_after = r.span("expires_after");
    s.message = message_of(r);
    return set;
}

// `schedule p beat cron="*/5 * * * *" queue=q task=t`
void conversation::schedule(request const& r) {
    auto set = schedule_of(r);
    set.session = r.session();
    set.request = next_request();
    apply(set);
}

void conversation::change_schedule(request const& r) {
    if (r.verb == "unschedule") {
        apply(core::remove_schedule{r.session(), next_request(), r.word(1)});
    } else if (r.verb == "trigger") {
        apply(core::trigger_schedule{r.session(), next_request(), r.word(1)});
    } else {
        apply(core::pause_schedule{r.session(), next_request(), r.word(1), r.verb == "pause"});
    }
}

// With their next slots, `next=3` of them at most.
void conversation::schedules(request const& r) {
    for (auto const& each : broker().schedules({}, 100)) {
        answer_ << each.spec;
        core::print::time_field(answer_, "last_slot", each.last_slot);
        answer_ << " fired=" << each.fired << " skipped=" << each.skipped;
        auto const shown = std::min<std::size_t>(each.next.size(), r.count("next", 3));
        for (std::size_t i = 0; i < shown; ++i) {
            answer_ << " next=" << each.next[i];
        }
        answer_ << '\n';
    }
}

} // namespace peyk::scenarios
