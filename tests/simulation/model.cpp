#include "tests/simulation/model.hpp"

#include <algorithm>
#include <variant>

namespace peyk::simulation {

using namespace core;

namespace {

// Nothing a publisher said may be lost or changed. (Queue and expiry may change later.)
void must_equal(message const& is, draft const& meant, bool with_content, message_number number) {
    message const m = meant.message();
    must(is.id == m.id, "another id", number);
    must(is.task == m.task, "another task", number);
    auto retry = m.retry; // how often may change later, too
    retry.max_retries = is.retry.max_retries;
    must(is.retry == retry, "another retry policy", number);
    must(std::ranges::equal(is.retry_delays_ms, m.retry_delays_ms), "other delays", number);
    must(is.max_age_s == m.max_age_s, "another maximal age", number);
    must(is.result == m.result, "another result policy", number);
    must(is.max_crashes == m.max_crashes, "another crash limit", number);
    must(is.root == m.root && is.parent == m.parent, "another family", number);
    must(!with_content || is.content == m.content, "another content", number);
    must(std::ranges::equal(is.tags, m.tags), "other tags", number);
}

void must_stand(placement const& is, placement const& meant, message_number number) {
    must(is.ordering_key == meant.ordering_key, "another ordering key", number);
    must(is.fairness_key == meant.fairness_key, "another fairness key", number);
    must(is.limit_key == meant.limit_key, "another limit key", number);
    must(is.cost == meant.cost, "another cost", number);
    must(std::ranges::equal(is.labels, meant.labels), "other labels", number);
}

} // namespace

void must(bool holds, std::string const& what) {
    if (!holds) {
        throw violation{what};
    }
}

void must(bool holds, char const* what, message_number number) {
    if (!holds) {
        violated(what, number);
    }
}

error_text text_of(task_error const& e) {
    return {std::string{e.type}, std::string{e.text}, std::string{e.trace}};
}

void violated(std::string const& what, message_number number) {
    throw violation{what + " (message number " + std::to_string(number.value) + ")"};
}

void model::apply(any_record const& record) {
    std::visit([this](auto const& r) { on(r); }, record);
}

model_message const* model::find(message_id id) const {
    auto const at = numbers_.find(id);
    return at == numbers_.end() ? nullptr : &messages_.at(at->second);
}

model_message const* model::find(message_number number) const {
    auto const at = messages_.find(number.value);
    return at == messages_.end() ? nullptr : &at->second;
}

model_message const* model::leased_by(delivery_token token) const {
    auto const at = leases_.find(token);
    return at == leases_.end() ? nullptr : &messages_.at(at->second);
}

bool model::accepted(session_id session, std::uint64_t sequence) const {
    auto const at = sessions_.find(session);
    return at != sessions_.end() && at->second.accepted.contains(sequence);
}

std::size_t model::unfinished() const {
    std::size_t count = 0;
    for (auto const& [number, m] : messages_) {
        count += m.is_final() ? 0 : 1;
    }
    return count;
}

model_message& model::must_find(message_number number, char const* why) {
    auto const at = messages_.find(number.value);
    must(at != messages_.end(), why, number);
    return at->second;
}

void model::end_lease(model_message& m) {
    if (m.state == message_state::leased) {
        leases_.erase(m.lease);
        ended_.insert(m.lease);
    }
    m.lease = {};
    m.holder = {};
    m.started = false;
    m.acknowledged = false;
}

void model::on(record::epoch_started const& r) {
    if (r.epoch < epoch_) { // equal: moved by cleaning
        throw violation{"an epoch that is lower than the last one"};
    }
    epoch_ = r.epoch;
    epoch_began_ = r.at;
}

void model::on(record::stopped_cleanly const&) {}

void model::on(record::session_opened const& r) {
    auto& s = sessions_[r.session];
    if (s.ended) {
        s.accepted.clear();
    }
    s.ended = false;
    s.consumes = r.consumes;
    for (auto const& [first, last] : r.accepted) {
        for (auto n = first.value; n <= last.value; ++n) {
            s.accepted.insert(n);
        }
    }
}

void model::on(record::session_ended const& r) {
    auto& s = sessions_[r.session];
    s.ended = true;
    s.ended_once = true;
}

void model::on(record::published const& r) {
    must(messages_.empty() || r.number.value > messages_.rbegin()->first,
         "a message number that is not the highest",
         r.number);
    must(!numbers_.contains(r.message.id), "one id was published twice", r.number);
    auto const meant = drafts_->find(r.message.id);
    must(meant != drafts_->end(), "published by nobody", r.number);
    must_equal(r.message, *meant->second, true, r.number);
    must_stand(r.message.placement, meant->second->message().placement, r.number);
    must(r.message.priority == meant->second->fields.priority &&
             r.message.retry == meant->second->fields.retry,
         "another priority or number of retries",
         r.number);
    must(r.message.queue == meant->second->queue, "another queue", r.number);
    must(r.message.eta == meant->second->fields.eta, "another eta", r.number);
    if (r.schedule.empty()) {
        must(!gone_.contains(r.message.id) || sessions_[r.session].ended_once ||
                 meant->second->reused,
             "published again after it was finished",
             r.number);
    }
    if (r.sequence.value != 0) {
        must(sessions_[r.session].accepted.insert(r.sequence.value).second,
             "one sequence was published twice",
             r.number);
    }
    numbers_[r.message.id] = r.number.value;
    auto& m = messages_[r.number.value];
    m.what = meant->second;
    m.queue = r.message.queue;
    m.published = r.at;
    m.expires = r.message.expires;
    m.priority = r.message.priority;
    m.max_retries = r.message.retry.max_retries;
    m.most_retries = m.max_retries;
    bool const later = r.message.eta > r.at;
    m.state = later ? message_state::scheduled : message_state::ready;
    m.due = later ? r.message.eta : unset;
    m.waited = later || r.blocked;
    if (r.blocked) {
        m.state = message_state::blocked;
        auto const at = keys_.find(m.what->unique.key);
        must(at != keys_.end() && at->second.waiting.empty(), "blocked by nobody", r.number);
        at->second.waiting = m.what->fields.id;
    } else {
        take_key(m, r.at);
    }
    if (r.slot != unset) {
        auto const at = schedules_.find(std::string{r.schedule});
        must(at != schedules_.end(), "fired by no schedule", r.number);
        auto& s = at->second;
        must(r.slot > s.last_slot, "a slot fired twice", r.number);
        must(is_slot(s, r.slot), "fired for a time that is no slot", r.number);
        must(slots_between(s, s.last_slot, r.slot) == 1, "a slot was passed over", r.number);
        s.last_slot = r.slot;
    }
    if (auto const at = schedules_.find(std::string{r.schedule}); at != schedules_.end()) {
        ++at->second.fired;
    }
}

// Says again what is known: anything else would be a change by cleaning.
void model::on(record::message_kept const& r) {
    auto& m = must_find(r.number, "kept, but it does not exist");
    must_equal(r.message, *m.what, !r.message.content.empty(), r.number);
    must(r.message.queue == m.queue, "kept in another queue", r.number);
    if (!m.is_final() || m.state == message_state::dead) {
        must_stand(r.message.placement, m.what->message().placement, r.number);
    }
    must(r.message.priority == m.priority && r.message.retry.max_retries == m.max_retries,
         "kept with another priority or number of retries",
         r.number);
    must(r.message.expires == m.expires, "kept with another expiry", r.number);
    must(r.at == m.published, "kept with another time of publishing", r.number);
    must(r.counters == m.counters, "kept with other counters", r.number);
    must(r.retrying == m.retrying, "kept with another retrying", r.number);
    must(m.is_final() || text_of(r.last_error) == m.error, "kept with another error", r.number);
    bool const waits = m.state == message_state::scheduled || m.state == message_state::ready;
    bool const kept_waits = r.state == message_state::scheduled || r.state == message_state::ready;
    must(waits == kept_waits && (waits || r.state == m.state), "kept in another state", r.number);
    must(m.is_final() || r.state != message_state::scheduled || r.due == m.due,
         "kept with another due",
         r.number);
    if (m.state == message_state::leased) {
        must(r.lease == m.lease && r.holder == m.holder, "kept with another lease", r.number);
        m.started = m.started || r.started;
        must(r.acknowledged == m.acknowledged, "kept acknowledged, or not, otherwise", r.number);
    }
    bool const ordered = !m.what->placement.ordering_key.empty();
    must(r.has_turn == (ordered && turn_of(m) == r.number), "kept with another turn", r.number);
    must(r.traces.log_end == m.log.size() && m.log.ends_with(r.traces.log),
         "kept with another log",
         r.number);
    must(r.traces.progress.done == m.done && r.traces.progress.total == m.total &&
             r.traces.progress.text == m.progress_text,
         "kept with other progress",
         r.number);
    must(r.traces.checkpoint == m.checkpoint, "kept with another checkpoint", r.number);
    must(r.traces.history.size() <= m.runs.size(), "kept with runs it had not", r.number);
}

void model::on(record::leased const& r) {
    auto& m = must_find(r.number, "leased, but it does not exist");
    must(!m.is_final(), "leased, but it is final", r.number);
    must(m.state != message_state::leased, "leased twice", r.number);
    must(m.state != message_state::blocked, "leased, but it is blocked", r.number);
    must(may_take_turn(r.number), "leased while another has its turn", r.number);
    if (auto const& key = m.what->placement.ordering_key; !key.empty()) {
        turns_[{m.queue, key}] = r.number;
    }
    count_passes(m, r);
    leases_[r.token] = r.number.value;
    m.state = message_state::leased;
    m.due = unset;
    m.waited = true;
    m.lease = r.token;
    m.holder = r.session;
    ++m.counters.deliveries;
    touched(r.number);
    if (m.what->unique.until == unique_until::start) {
        leave_key(m);
    }
}

void model::on(record::requeued const& r) {
    auto& m = must_find(r.number, "requeued, but it does not exist");
    must(m.state == message_state::leased || m.state == message_state::blocked,
         "requeued, but it was neither leased nor blocked",
         r.number);
    if (m.state == message_state::blocked) {
        must(r.counters == m.counters, "unblocked with other counters", r.number);
        auto const key = keys_.find(m.what->unique.key);
        if (m.what->unique.until != unique_until::ttl) {
            if (key != keys_.end() && key->second.until == unique_until::ttl) {
                key->second.holder = m.what->fields.id; // the time of who had it is over
            }
            take_key(m, m.published);
        } else if (key != keys_.end() && key->second.holder != m.what->fields.id) {
            keys_.erase(key); // its own record would have said that it has it
        }
    }
    must(
        r.counters.deliveries == m.counters.deliveries, "requeued with other deliveries", r.number);
    end_lease(m);
    m.state = r.due > unset ? message_state::scheduled : message_state::ready;
    m.due = r.due;
    m.retrying = r.retrying;
    m.counters = r.counters;
    if (auto const error = text_of(r.error); error != error_text{}) {
        m.error = error;
    }
    if (r.failed) {
        m.runs.push_back({r.crash, std::string{r.worker}});
    }
    touched(r.number);
}

void model::on(record::rescheduled const& r) {
    auto& m = must_find(r.number, "rescheduled, but it does not exist");
    must(m.state == message_state::scheduled || m.state == message_state::ready,
         "rescheduled, but it does not wait",
         r.number);
    m.state = r.due > unset ? message_state::scheduled : message_state::ready;
    m.due = r.due;
    m.waited = true;
    touched(r.number);
}

void model::on(record::edited const& r) {
    auto& m = must_find(r.number, "edited, but it does not exist");
    must(!m.is_final(), "edited, but it is final", r.number);
    m.priority = r.change.priority.value_or(m.priority);
    m.expires = r.change.expires.value_or(m.expires);
    m.max_retries = r.change.max_retries.value_or(m.max_retries);
    m.most_retries = std::max(m.most_retries, m.max_retries);
    touched(r.number);
}

void model::on(record::moved const& r) {
    auto& m = must_find(r.number, "moved, but it does not exist");
    must(m.waits(), "moved, but it does not wait", r.number);
    end_turn(m, r.number);
    m.queue = r.queue;
    touched(r.number);
}

void model::on(record::redriven const& r) {
    auto& m = must_find(r.number, "redriven, but it does not exist");
    must(m.state == message_state::dead, "redriven, but it is no dead letter", r.number);
    m.state = message_state::ready;
    m.queue = r.queue;
    m.origin.clear();
    m.due = unset;
    m.retrying = false;
    m.waited = true;
    m.redriven = true;
    m.error = {};
    m.death = death::none;
    m.settled_by = {};
    m.until = never;
    if (m.has_expired(r.at)) {
        m.expires = unset;
    }
    if (r.reset_counters) {
        m.counters.attempts = 0;
        m.counters.crashes = 0;
    }
    m.keyless = m.keyless || r.keyless;
    auto const until = m.what->unique.until;
    bool const never_ran = until == unique_until::start && m.counters.deliveries == 0;
    if (!m.keyless && (until == unique_until::finish || never_ran)) {
        take_key(m, r.at);
    }
    touched(r.number);
}

void model::on(record::reported const& r) {
    auto& m = must_find(r.number, "reported, but it does not exist");
    must(m.state == message_state::leased, "reported, but it was not leased", r.number);
    if (r.progress) {
        m.done = r.progress->done;
        m.total = r.progress->total;
        m.progress_text = r.progress->text;
    }
    if (r.checkpoint) {
        m.checkpoint = *r.checkpoint;
    }
    m.log += r.log;
}

void model::on(record::started const& r) {
    auto& m = must_find(r.number, "started, but it does not exist");
    must(m.state == message_state::leased, "started, but it was not leased", r.number);
    must(!(m.acknowledged && r.acknowledged), "acknowledged twice", r.number);
    m.started = true;
    m.acknowledged = m.acknowledged || r.acknowledged;
}

void model::on(record::finished const& r) {
    auto& m = must_find(r.number, "finished, but it does not exist");
    must(r.outcome.state >= message_state::succeeded,
         "finished in a state that is not final",
         r.number);
    must(r.id == m.what->fields.id && r.task == m.what->task,
         "finished under another name",
         r.number);
    if (m.is_final()) { // moved by cleaning
        must(m.state == r.outcome.state && m.result == r.outcome.result &&
                 m.expired == r.outcome.expired && m.settled_by == r.outcome.settled_by &&
                 m.until == r.until && m.counters == r.counters &&
                 m.finished == r.outcome.finished && m.death == r.outcome.death &&
                 m.queue == r.queue && m.origin == r.outcome.origin &&
                 m.error == text_of(r.outcome.error),
             "a result changed after it was stored",
             r.number);
        must(m.state == message_state::dead || r.traces.log_end == m.log.size(),
             "a log changed after it was stored",
             r.number);
        return;
    }
    must(r.outcome.origin.empty() ? r.queue == m.queue : r.outcome.origin == m.queue,
         "finished in another queue",
         r.number);
    // A result brings its whole history; a dead letter only says whether there was one run more.
    bool const counted =
        r.counters.attempts > m.counters.attempts || r.counters.crashes > m.counters.crashes;
    bool const asked = r.outcome.state == message_state::failed && r.outcome.settled_by.number != 0;
    if (r.outcome.state != message_state::dead && (counted || asked)) {
        must(!r.traces.history.empty(), "a run is not in the history", r.number);
        m.runs.push_back({r.counters.crashes > m.counters.crashes, r.traces.history.back().worker});
    }
    end_lease(m);
    end_turn(m, r.number);
    m.state = r.outcome.state;
    m.queue = r.queue;
    m.origin = r.outcome.origin;
    m.due = unset;
    m.counters = r.counters;
    m.expired = r.outcome.expired;
    m.death = r.outcome.death;
    m.result = r.outcome.result;
    m.content_type = r.outcome.content_type;
    m.error = text_of(r.outcome.error);
    m.settled_by = r.outcome.settled_by;
    m.finished = r.outcome.finished;
    m.until = r.until;
    if (r.failed) {
        m.runs.push_back({r.crash, std::string{r.outcome.worker}});
    }
    touched(r.number);
    leave_key(m);
}

void model::on(record::forgotten const& r) {
    auto& m = must_find(r.number, "forgotten, but it does not exist");
    end_lease(m);
    end_turn(m, r.number);
    touched(r.number);
    leave_key(m);
    gone_.insert(m.what->fields.id);
    numbers_.erase(m.what->fields.id);
    messages_.erase(r.number.value);
}

} // namespace peyk::simulation
