#pragma once
// A desk with one worker, for tests of what becomes of a message. "Rebuilt" means: another broker
// that replays the journal, whole or cleaned, is in the same state.

#include "tests/unit/core/desk.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace peyk::core {

struct life_desk : desk {
    static constexpr session_id worker{2, 1};
    delivery_token held; // the last delivery

    explicit life_desk(limits const& given = {}) : desk(given) {
        apply(connect{worker, false, "worker one"});
        std::string_view const queues[] = {"q"};
        apply(subscribe{worker, {1}, {1}, 1, queues, {}});
    }

    // Remembers the delivery the last call brought, if it did.
    bool took() {
        if (said.deliveries.empty()) {
            return false;
        }
        held = said.deliveries.back().token;
        return true;
    }
    void begin() { apply(core::start{worker, {&held, 1}}); }
    // A message is published, delivered and started.
    void run(message const& m) {
        publish_one(m);
        EXPECT_TRUE(took());
        begin();
    }
    // The held delivery fails, or whatever else its worker says.
    output const& end_with(any_verdict const& how) { return settle_one(worker, held, how); }
    // After a delay the message is delivered and started again.
    void run_again(duration after) {
        advance(after);
        EXPECT_TRUE(took());
        begin();
    }

    void set(std::string_view pattern, queue_settings const& settings) {
        apply(set_policy{publisher, {1}, pattern, 0, settings});
    }

    [[nodiscard]] status whole(std::string_view word) {
        message_id const id = id_of<message_id>(word);
        apply(get{publisher, {1}, {&id, 1}, true});
        return effect<effect::statuses>().list.at(0);
    }

    void expect_rebuilt() {
        desk same{bounds, false};
        replay_into(same);
        EXPECT_EQ(same.broker.fingerprint(), broker.fingerprint());
        relocate({end}, 1u << 20);
        trim();
        desk cleaned{bounds, false};
        replay_into(cleaned);
        EXPECT_EQ(cleaned.broker.fingerprint(), broker.fingerprint()) << "after cleaning";
    }
};

[[nodiscard]] inline message task_named(std::string_view word, std::string_view queue = "q") {
    message m = message_named(word, queue);
    m.task = "t";
    return m;
}

inline constexpr task_error some_error{"type", "text", "trace"};

} // namespace peyk::core
