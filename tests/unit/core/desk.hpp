#pragma once
// A broker with a clock and a journal in memory, for tests: everything recorded is placed and
// durable at once, and can be replayed into another desk.

#include "broker/core/broker_state.hpp"
#include "tests/simulation/owned_record.hpp"
#include "tests/support/core_printers.hpp"

#include <chrono>
#include <initializer_list>
#include <string>
#include <vector>

namespace peyk::core {

struct desk {
    struct fact {
        simulation::owned_record record;
        position at;
    };

    limits bounds;
    broker_state broker;
    moment now{wall_time{std::chrono::seconds{1'000}}, steady_time{std::chrono::seconds{1'000}}};
    output said; // by the last call
    std::vector<fact> journal;
    std::uint64_t end = 0;
    std::uint64_t sequence = 0;

    static constexpr session_id publisher{1, 1};
    static constexpr std::uint32_t record_bytes = 10;

    explicit desk(limits const& given = {}, bool started = true, time_zones const* zones = nullptr)
        : bounds(given), broker(given, 0, zones) {
        if (started) {
            wake();
        }
    }

    void wake() {
        said.clear();
        broker.recovered(now, said);
        keep();
        apply(connect{publisher, false});
    }

    void keep() {
        for (any_record const& one : said.records) {
            end += record_bytes;
            journal.push_back({simulation::owned_record{one}, {end}});
            retained* owner = nullptr;
            std::visit(
                [&owner](auto const& r) {
                    if constexpr (requires { r.owner; }) {
                        owner = r.owner;
                    }
                },
                one);
            broker.placed(owner, {end}, record_bytes);
        }
        broker.durable_up_to({end});
    }

    output const& apply(any_command const& command) {
        said.clear();
        broker.apply(command, now, said);
        keep();
        return said;
    }

    output const& advance(duration by) {
        now.wall += by;
        now.steady += by;
        said.clear();
        broker.advance(now, said);
        keep();
        return said;
    }

    bool relocate(position before, std::size_t bytes_max) {
        said.clear();
        bool const more = broker.relocate(before, bytes_max, said);
        keep();
        return more;
    }

    // What is left of the journal after cleaning.
    void trim() {
        position const oldest = broker.oldest_retained();
        std::erase_if(journal, [oldest](fact const& f) { return f.at < oldest; });
    }

    // Everything that was recorded, in another broker.
    void replay_into(desk& other) const {
        for (fact const& f : journal) {
            other.broker.replay(f.record.get(), f.at, record_bytes);
        }
        other.end = end;
        other.now = now;
    }

    output const& publish_one(message const& m) {
        return apply(publish{publisher, {1}, {++sequence}, {sequence}, {&m, 1}});
    }

    void join(session_id id, std::uint32_t credit, std::initializer_list<std::string_view> queues) {
        apply(connect{id});
        apply(subscribe{id, {1}, {1}, credit, {queues.begin(), queues.size()}, {}});
    }

    output const& settle_one(session_id by, delivery_token token, any_verdict const& verdict) {
        settlement const one{token, verdict};
        return apply(settle{by, {1}, {&one, 1}});
    }

    // The only effect of this kind in the last call.
    template <class Effect>
    [[nodiscard]] Effect const& effect() const {
        for (any_effect const& one : said.effects) {
            if (auto const* found = std::get_if<Effect>(&one)) {
                return *found;
            }
        }
        throw std::runtime_error{"there is no such effect"};
    }
};

[[nodiscard]] inline message message_named(std::string_view word, std::string_view queue = "q") {
    message m;
    m.id = id_of<message_id>(word);
    m.queue = queue;
    return m;
}

} // namespace peyk::core
