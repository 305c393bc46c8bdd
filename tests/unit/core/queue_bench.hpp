#pragma once
// A queue of its own, for tests of its places: messages are put into it and taken out by hand.

#include "broker/core/consumer.hpp"
#include "broker/core/queue.hpp"
#include "broker/core/session.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>

namespace peyk::core {

struct admits_all final : admission {
    bool admits(section&, consumer const&) override { return true; }
    bool admits(track&) override { return true; }
};

// What a message is put in with.
struct draft {
    std::uint8_t priority = 4;
    place_key place = {};
    std::string_view ordering_key = {};
    std::uint32_t cost = 1;
};

struct queue_bench {
    interned_name queue_name{"q"};
    std::deque<interned_name> tasks;
    std::deque<message_entry> entries;
    place_store store;
    session worker{session_id{1, 1}};
    consumer anybody;
    admits_all open_door;
    core::queue queue{queue_name, store};

    queue_bench() { anybody.owner = &worker; }
    ~queue_bench() { queue.clear(); }

    // Not ready yet.
    message_entry& enter(draft const& what) {
        message_entry& made = entries.emplace_back();
        made.number = {entries.size()};
        made.priority = what.priority;
        if (what.cost != 1 || !what.ordering_key.empty()) {
            made.options = std::make_unique<entry_options>();
            made.options->cost = what.cost;
        }
        if (!what.ordering_key.empty()) {
            made.options->turn = &queue.turn_of(what.ordering_key);
        }
        queue.enter(made, what.place);
        return made;
    }
    message_entry& add(draft const& what = {}) {
        message_entry& made = enter(what);
        queue.push_ready(made);
        return made;
    }
    message_entry& add_of(std::string_view fairness_key, std::uint32_t cost = 1) {
        return add({.place = {{}, {}, fairness_key}, .cost = cost});
    }
    message_entry& add_ordered(std::string_view key, std::uint8_t priority = 4) {
        return add({.priority = priority, .ordering_key = key});
    }
    interned_name const& task(std::string_view name) {
        for (interned_name const& known : tasks) {
            if (known.text == name) {
                return known;
            }
        }
        return tasks.emplace_back(interned_name{std::string{name}});
    }

    message_entry* best() { return queue.best_for(anybody, open_door); }
    // Delivers the best one; null if there is none.
    message_entry* take() {
        message_entry* const e = best();
        if (e != nullptr) {
            queue.take_ready(*e);
        }
        return e;
    }
    // Delivers the best one and ends it; the fairness key it had, or `none`.
    std::string serve() {
        message_entry* const e = take();
        if (e == nullptr) {
            return "none";
        }
        std::string const key{e->lane->fairness_key()};
        queue.leave(*e);
        return key;
    }
};

} // namespace peyk::core
