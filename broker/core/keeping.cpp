// What is kept of a message that is final, for those who ask.

#include "broker/core/broker_members.hpp"

#include <utility>

namespace peyk::core {

// The message is final from now on.
void broker_state::members::keep_ending(message_entry& e,
                                        ending const& how,
                                        wall_time finished,
                                        wall_time until) {
    --counted.messages;
    ++counted.results;
    set_error(e, how.error);
    if (how.failed) {
        error_texts error;
        if (!how.crash) {
            error = e.detail->error;
        }
        remember_attempt(
            e, {std::string{how.worker}, how.began, finished, how.crash, std::move(error)});
    }
    edit(e, [&](entry_detail& d) {
        d.expired = how.expired;
        d.death = how.death;
        d.origin = how.origin;
        d.settled_by = how.settled_by;
        d.worker = how.worker;
        d.content_type = prefix(how.content_type, bounds.name_bytes_max);
        d.result = how.result.empty() ? nullptr : content::make(how.result);
        d.finished = finished;
        d.until = until;
        if (how.state != message_state::dead && d.report) {
            d.report->checkpoint.reset();
        }
    });
    e.lane->home().end_turn(e);
    touch_turn(e);
    set_state(e, how.state); // Last: dead letters are in order of their ends.
}

void broker_state::members::let_go(message_entry& e) {
    release_body(e);
    e.body_on_disk = false;
    regroup(e);
    if (e.options) {
        message kept;
        kept.root = e.options->root;
        kept.parent = e.options->parent;
        kept.tags = e.options->tags;
        replace_options(e, options_of(kept));
    }
}

void broker_state::members::replace_options(message_entry& e, std::unique_ptr<entry_options> with) {
    detail_bytes -= memory_cost(*e.options);
    if (out != nullptr) { // Records of this call may speak of them.
        ended_options.push_back(std::move(e.options));
    }
    e.options = std::move(with);
    detail_bytes += e.options ? memory_cost(*e.options) : 0;
}

// `how` of a dead letter goes to the history that earlier records tell.
void broker_state::members::record_finished(message_entry& e, retained* owner, ending const* how) {
    entry_detail const& d = *e.detail;
    record::finished fact;
    fact.owner = owner;
    fact.number = e.number;
    fact.id = e.id;
    fact.queue = e.lane->home().name();
    fact.task = e.lane->task();
    fact.outcome.state = e.state;
    fact.outcome.expired = d.expired;
    fact.outcome.result = d.result ? d.result->bytes() : std::string_view{};
    fact.outcome.content_type = d.content_type;
    fact.outcome.error = d.error.view();
    fact.outcome.settled_by = d.settled_by;
    fact.outcome.worker = d.worker;
    fact.outcome.finished = d.finished;
    fact.outcome.death = d.death;
    fact.outcome.origin = d.origin;
    fact.counters = e.counters;
    fact.published = e.published;
    fact.until = d.until;
    if (e.options) {
        fact.root = e.options->root;
        fact.parent = e.options->parent;
        fact.tags = e.options->tags;
    }
    fact.expires = e.expires;
    fact.priority = e.priority;
    if (e.state != message_state::dead) {
        fact.traces = traces_of(e);
    } else if (how != nullptr) {
        fact.failed = how->failed;
        fact.crash = how->crash;
        fact.began = how->began;
    }
    out->records.emplace_back(fact);
}

} // namespace peyk::core
