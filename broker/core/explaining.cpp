// Why messages do not run: the dispatcher's own questions, asked in its order, without doing
// anything about the answers.

#include "broker/core/broker_members.hpp"

#include <algorithm>
#include <functional>

namespace peyk::core {

namespace {

obstacle in_the_way(obstacle_kind kind, std::string_view name = {}) {
    obstacle made;
    made.kind = kind;
    made.name = name;
    return made;
}

obstacle in_the_way(obstacle_kind kind, core::hold const& by) {
    obstacle made = in_the_way(kind, by.name);
    made.reason = by.reason;
    made.until = by.until;
    return made;
}

// "tasks.add queue mail key tenant=42"
std::string text_of(owned_limit_names const& names) {
    std::string text = names.task;
    auto const append = [&text](std::string_view what, std::string const& name) {
        if (!name.empty()) {
            text += (text.empty() ? "" : " ") + std::string{what} + " " + name;
        }
    };
    append("queue", names.queue);
    append("key", names.key);
    return text;
}

obstacle in_the_way(refusal_by const& no) {
    bool const by_rate = no.until != never;
    obstacle made =
        in_the_way(by_rate ? obstacle_kind::rate_limit : obstacle_kind::concurrency_limit,
                   text_of(no.by->names));
    made.until = by_rate ? no.until : unset;
    made.running = no.by->running;
    if (no.by->rule != nullptr) {
        made.limited = no.by->rule->names;
        made.limit = no.by->rule->settings;
    }
    return made;
}

std::string list_of(std::vector<std::string_view> const& texts) {
    std::string all;
    for (std::string_view const each : texts) {
        all += (all.empty() ? "" : ", ") + std::string{each};
    }
    return all;
}

std::uint32_t cost_of_first(track const& part) {
    return part.ready() == 0 ? 1 : part.first().head().cost();
}

std::uint32_t cost_of_first(section const& part) {
    bool goes = false;
    part.for_each_track([&goes](track const& each) {
        goes = each.ready() != 0 && !each.parking().parked();
        return !goes;
    });
    return goes ? cost_of_first(part.first()) : 1;
}

// Of two limits in the way, or none, the one that lets pass last.
obstacle const& longer(obstacle const& a, obstacle const& b) {
    auto const end = [](obstacle const& of) {
        return of.kind == obstacle_kind::concurrency_limit ? never : of.until;
    };
    return end(b) > end(a) ? b : a;
}

// What a part that stands still waits for is not this message's cost, but that of its first one.
// It is not parked where only some readers must wait.
template <class Part>
std::uint32_t cost_in(Part const& part, std::uint32_t own) {
    bool const for_some = std::ranges::any_of(part.limiters, [](limiter const* each) {
        return each->rule->settings.per_worker;
    });
    return part.parking().over || for_some ? std::max(own, cost_of_first(part)) : own;
}

} // namespace

// The questions about one queue. Each answers with an obstacle of kind `none` if there is none.
struct broker_state::members::explainer {
    members const& self;
    core::queue const& of;
    moment at;
    std::vector<consumer const*> readers = {}; // connected, and read the queue

    explainer(members const& asked, core::queue const& about, moment now)
        : self(asked), of(about), at(now) {
        if (about.consumers == 0) {
            return;
        }
        for (auto const& [id, each] : asked.sessions) {
            for (auto const& reader : each->consumers) {
                if (std::ranges::any_of(reader->sources,
                                        [&](auto const& s) { return s->source == &about; })) {
                    readers.push_back(reader.get());
                }
            }
        }
    }

    [[nodiscard]] obstacle whole_queue() const {
        if (self.holding) {
            obstacle made = in_the_way(obstacle_kind::settling);
            made.until = at.wall + (self.settling_end - at.steady);
            return made;
        }
        return of.held != nullptr ? in_the_way(obstacle_kind::queue_held, *of.held) : obstacle{};
    }

    [[nodiscard]] obstacle held(section const& part) const {
        interned_name const* const task = part.key().task;
        return task != nullptr && task->held != nullptr
                   ? in_the_way(obstacle_kind::task_held, *task->held)
                   : obstacle{};
    }

    [[nodiscard]] obstacle held(track const& part) const {
        if (part.limit_key().empty() || self.holds.empty()) {
            return {};
        }
        auto const found = self.holds.find(std::pair{hold_scope::key, part.limit_key()});
        return found == self.holds.end() ? obstacle{}
                                         : in_the_way(obstacle_kind::key_held, *found->second);
    }

    [[nodiscard]] std::vector<consumer const*> able(section const& part) const {
        std::vector<consumer const*> found;
        std::ranges::copy_if(readers, std::back_inserter(found), [&](consumer const* reader) {
            return reader->takes(part);
        });
        return found;
    }

    // Nobody is able.
    [[nodiscard]] obstacle unwanted(section const& part) const {
        if (readers.empty()) {
            return in_the_way(obstacle_kind::nobody_reads, of.name());
        }
        bool const announced = std::ranges::any_of(
            readers, [&](consumer const* reader) { return reader->announces(part.key().task); });
        return announced ? in_the_way(obstacle_kind::labels, list_of(part.labels()))
                         : in_the_way(obstacle_kind::nobody_announces, part.task());
    }

    // Each worker may have a rate of its own: those that must wait for it go from `by`, and if none
    // is left, the first token of any of them counts.
    [[nodiscard]] obstacle
    limited(section const& part, std::vector<consumer const*>& by, std::uint32_t cost) const {
        refusal_by soonest;
        auto const refused = [&](consumer const* reader) {
            refusal_by const no = self.refusal(part, reader->owner->id, cost);
            bool const waits = no.by != nullptr && no.until > at.wall;
            if (waits && (soonest.by == nullptr || no.until < soonest.until)) {
                soonest = no;
            }
            return waits;
        };
        if (part.limiters.empty() || std::erase_if(by, refused) == 0 || !by.empty()) {
            return {};
        }
        return in_the_way(soonest);
    }

    [[nodiscard]] obstacle limited(track const& part, std::uint32_t cost) const {
        refusal_by const no = self.refusal(part, cost);
        return no.by == nullptr || no.until <= at.wall ? obstacle{} : in_the_way(no);
    }

    // Somebody is able, and no rule speaks against it.
    [[nodiscard]] obstacle crowded(std::vector<consumer const*> const& by) const {
        auto const reading = static_cast<std::uint32_t>(
            std::ranges::count_if(by, [](consumer const* c) { return !c->stalled; }));
        obstacle made = in_the_way(obstacle_kind::none);
        made.workers = reading;
        if (reading == 0) {
            made.kind = obstacle_kind::slow_readers;
            made.workers = static_cast<std::uint32_t>(by.size());
        } else if (std::ranges::none_of(by, [](consumer const* c) { return c->hungry; })) {
            made.kind = obstacle_kind::behind_others;
        }
        return made;
    }

    // How long so many deliveries take, by the pace of the last minute or two.
    [[nodiscard]] duration expected(std::uint64_t deliveries) const {
        std::uint64_t const seen = of.delivered - of.delivered_before[0];
        duration const in = at.steady - self.sampled[0];
        return seen == 0 || in <= duration{0}
                   ? duration{0}
                   : duration{deliveries * static_cast<std::uint64_t>(in.count()) / seen};
    }

    [[nodiscard]] obstacle ready(message_entry const& e) const {
        track const& part = e.lane->above();
        section const& home = part.above();
        for (obstacle const& found : {whole_queue(), held(home), held(part)}) {
            if (found.kind != obstacle_kind::none) {
                return found;
            }
        }
        if (e.options && e.options->turn != nullptr && e.options->turn->current != &e &&
            e.options->turn->current != nullptr) {
            obstacle made = in_the_way(obstacle_kind::ordering_key, e.options->turn->key);
            made.by = e.options->turn->current->id;
            return made;
        }
        std::vector<consumer const*> by = able(home);
        if (by.empty()) {
            return unwanted(home);
        }
        obstacle const found = longer(limited(home, by, cost_in(home, e.cost())),
                                      limited(part, cost_in(part, e.cost())));
        if (found.kind != obstacle_kind::none) {
            return found;
        }
        obstacle made = crowded(by);
        if (made.kind == obstacle_kind::behind_others) {
            made.ahead = of.ahead_of(e, self.bounds.sweep_visits_max);
            made.more_ahead = made.ahead >= self.bounds.sweep_visits_max;
            made.expected = expected(made.ahead + 1);
        }
        return made;
    }
};

obstacle broker_state::members::why(message_id id, moment at) const {
    message_entry const* const e = messages.find(id);
    if (e == nullptr || e->final()) {
        return in_the_way(e == nullptr ? obstacle_kind::unknown : obstacle_kind::final);
    }
    switch (e->state) {
    case message_state::leased:
        return in_the_way(e->lease->started ? obstacle_kind::running : obstacle_kind::reserved,
                          e->lease->holder->name);
    case message_state::scheduled: {
        obstacle made =
            in_the_way(e->retrying ? obstacle_kind::retry : obstacle_kind::scheduled);
        made.until = e->due;
        return made;
    }
    case message_state::blocked: {
        obstacle made = in_the_way(obstacle_kind::unique_key, e->options->unique_key);
        if (auto const key = unique_keys.find(made.name); key != unique_keys.end()) {
            made.by = key->second->holder;
        }
        return made;
    }
    default:
        return explainer{*this, e->lane->home(), at}.ready(*e);
    }
}

std::vector<obstacle_count> broker_state::members::obstacles(std::string_view queue,
                                                             moment at) const {
    auto const found = queues.find(queue);
    if (found == queues.end() || found->second->count(message_state::ready) == 0) {
        return {};
    }
    core::queue const& of = *found->second;
    explainer const about{*this, of, at};
    std::map<std::pair<obstacle_kind, std::string>, std::uint64_t> sums;
    auto const count = [&sums](obstacle const& what, std::uint64_t held_back) {
        bool const some = what.kind != obstacle_kind::none && held_back != 0;
        if (some) {
            sums[{what.kind, what.name}] += held_back;
        }
        return some;
    };
    if (!count(about.whole_queue(), of.count(message_state::ready))) {
        count(in_the_way(obstacle_kind::ordering_key), of.waiting_for_turn());
        std::size_t left = bounds.sweep_visits_max;
        of.for_each_section([&](section const& part) {
            if (part.ready() == 0 || count(about.held(part), part.ready())) {
                return --left > 0;
            }
            std::vector<consumer const*> by = about.able(part);
            obstacle const all = by.empty() ? about.unwanted(part)
                                            : about.limited(part, by, cost_of_first(part));
            obstacle const rest = by.empty() ? obstacle{} : about.crowded(by);
            part.for_each_track([&](track const& each) {
                if (each.ready() != 0) {
                    std::ignore =
                        count(about.held(each), each.ready()) || count(all, each.ready()) ||
                        count(about.limited(each, cost_of_first(each)), each.ready()) ||
                        count(rest, each.ready());
                }
                return --left > 0;
            });
            return left > 0 && --left > 0;
        });
    }
    std::vector<obstacle_count> seen;
    for (auto const& [what, sum] : sums) {
        seen.push_back({what.first, what.second, sum});
    }
    std::ranges::stable_sort(seen, std::greater<>{}, &obstacle_count::messages);
    return seen;
}

} // namespace peyk::core
