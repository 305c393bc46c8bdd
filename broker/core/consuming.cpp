// Consumers come and go.

#include "broker/core/allowed.hpp"
#include "broker/core/broker_members.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

// Why a subscription means nothing; empty: it does not.
std::string mistake_in(subscribe const& command, limits const& bounds) {
    if (command.queues.empty()) {
        return "queues: at least one must be given";
    }
    if (!command.weights.empty() && command.weights.size() != command.queues.size()) {
        return "weights: as many as queues, or none";
    }
    for (std::uint32_t const weight : command.weights) {
        if (weight < 1 || weight > bounds.weight_max) {
            return "weights: 1 to " + std::to_string(bounds.weight_max);
        }
    }
    for (std::string_view const task : command.tasks) {
        if (task.empty() || task.size() > bounds.name_bytes_max) {
            return one_to("tasks", "name_bytes_max", bounds.name_bytes_max);
        }
    }
    return {};
}

} // namespace

void broker_state::members::apply(subscribe const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    errc why = check(command, *by);
    auto made = std::make_unique<consumer>();
    if (why == errc::ok) {
        made->owner = by;
        made->id = command.consumer;
        made->credit = command.credit;
        made->stalled = by->stalled;
        made->choice = command.choice;
        why = add_sources(*made, command);
    }
    if (why != errc::ok) {
        answer(command, why, why == errc::invalid_argument ? mistake_in(command, bounds) : "");
        return;
    }
    for (auto const& source : made->sources) {
        ++source->source->consumers;
    }
    record_session(*by, true);
    attach_leases(*by, *made);
    made->update_hunger();
    touch(*made);
    by->consumers.push_back(std::move(made));
    set_online(*by, true);
    no_longer_awaited(*by);
    out->effects.emplace_back(effect::subscribed{command.session, command.request});
}

errc broker_state::members::check(subscribe const& command, session const& by) const {
    if (by.state != session_state::connected) {
        return errc::heartbeat_missed;
    }
    if (by.find_consumer(command.consumer) != nullptr) {
        return errc::duplicate_consumer;
    }
    if (by.consumers.size() >= bounds.consumers_per_session_max) {
        return errc::too_many_consumers;
    }
    if (command.credit > bounds.credit_max) {
        return errc::credit_too_large;
    }
    if (!mistake_in(command, bounds).empty()) {
        return errc::invalid_argument;
    }
    return command.queues.size() > bounds.queues_per_consumer_max ? errc::too_many_queues
                                                                  : errc::ok;
}

errc broker_state::members::add_sources(consumer& to, subscribe const& command) {
    for (std::size_t i = 0; i < command.queues.size(); ++i) {
        errc why = errc::ok;
        interned_name* const named = queue_named(command.queues[i], why);
        if (named == nullptr) {
            return why;
        }
        bool const twice = std::ranges::any_of(
            to.sources, [&](auto const& s) { return s->source == named->as_queue; });
        if (!twice) {
            auto& added = *to.sources.emplace_back(std::make_unique<subscription>());
            added.reader = &to;
            added.source = named->as_queue;
            added.weight = command.weights.empty() ? 1 : command.weights[i];
        }
    }
    for (std::string_view const task : command.tasks) {
        interned_name const* const named = names.intern(task);
        if (named == nullptr) {
            return errc::too_many_names;
        }
        to.tasks.push_back(named);
    }
    std::ranges::sort(to.tasks, std::less<interned_name const*>{});
    return errc::ok;
}

// What the session held under this consumer's number counts against the new one. So does what came
// over a restart from the queues it reads, whose numbers are not written down.
void broker_state::members::attach_leases(session& of, consumer& to) {
    for (lease& held : of.leases) {
        bool const same = held.reader_known ? held.reader_id == to.id
                                            : std::ranges::any_of(to.sources, [&](auto const& s) {
                                                  return s->source == &held.message->lane->home();
                                              });
        if (held.reader == nullptr && same) {
            held.reader = &to;
            held.reader_id = to.id;
            held.reader_known = true;
            ++to.unsettled;
        }
    }
}

void broker_state::members::apply(unsubscribe const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    consumer* const ended = by->find_consumer(command.consumer);
    if (ended == nullptr) {
        out->effects.emplace_back(
            effect::refused{command.session, command.request, errc::unknown_consumer});
        return;
    }
    drop_consumer(*by, *ended);
    std::erase_if(by->consumers, [&](auto const& c) { return c.get() == ended; });
    if (by->consumers.empty()) {
        set_online(*by, false);
    }
    if (by->consumers.empty() && by->leases.empty()) {
        record_session(*by, false);
    }
    out->effects.emplace_back(effect::unsubscribed{command.session, command.request});
}

void broker_state::members::apply(set_credit const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    consumer* const of = by->find_consumer(command.consumer);
    if (of == nullptr || command.credit > bounds.credit_max) {
        out->effects.emplace_back(
            effect::refused{command.session,
                            command.request,
                            of == nullptr ? errc::unknown_consumer : errc::credit_too_large});
        return;
    }
    of->credit = command.credit;
    of->update_hunger();
    touch(*of);
}

// Takes it out of its queues. Its deliveries stay out, on nobody's credit.
void broker_state::members::drop_consumer(session& of, consumer& dropped) {
    dropped.credit = 0;
    dropped.update_hunger();
    for (auto const& source : dropped.sources) {
        --source->source->consumers;
    }
    for (lease& held : of.leases) {
        if (held.reader == &dropped) {
            held.reader = nullptr;
        }
    }
}

} // namespace peyk::core
