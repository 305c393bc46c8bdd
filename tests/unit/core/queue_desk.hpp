#pragma once
// A desk for tests of queues: how requests are answered, and the broker after a restart.

#include "tests/unit/core/desk.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string_view>

namespace peyk::core {

struct queue_desk : desk {
    using desk::desk;

    static constexpr session_id worker{2, 1};

    refusal publish_refused(message const& m) {
        publish_one(m);
        auto const& refused = effect<effect::published>().refused;
        return refused.empty() ? refusal{} : refused.at(0);
    }
    errc publish_code(message const& m) { return publish_refused(m).code; }

    // Whole requests.
    errc ask(any_command const& command) {
        apply(command);
        for (any_effect const& one : said.effects) {
            if (auto const* const no = std::get_if<effect::refused>(&one)) {
                return no->code;
            }
        }
        return errc::ok;
    }
    errc set(std::string_view pattern, queue_settings const& settings, std::int32_t priority = 0) {
        return ask(set_policy{publisher, {1}, pattern, priority, settings});
    }
    errc hold(hold_scope scope, std::string_view name, wall_time until = never) {
        return ask(set_hold{publisher, {1}, scope, name, until, "reason"});
    }
    errc release(hold_scope scope, std::string_view name) {
        return ask(release_hold{publisher, {1}, scope, name});
    }

    [[nodiscard]] status state_of(std::string_view word) const {
        return broker.status(id_of<message_id>(word));
    }
    // Whether the last call delivered this message, and nothing else.
    [[nodiscard]] bool delivered(std::string_view word) const {
        return said.deliveries.size() == 1 &&
               said.deliveries[0].message.id == id_of<message_id>(word);
    }

    // What another process makes of the journal. The publisher is connected again.
    [[nodiscard]] std::unique_ptr<queue_desk> restarted() const {
        auto other = std::make_unique<queue_desk>(bounds, false);
        replay_into(*other);
        other->sequence = sequence;
        other->wake();
        return other;
    }

    // Another broker that replays the journal, whole or cleaned, is in the same state.
    void expect_rebuilt() {
        queue_desk same{bounds, false};
        replay_into(same);
        EXPECT_EQ(same.broker.fingerprint(), broker.fingerprint());
        relocate({end}, 1u << 20);
        trim();
        queue_desk cleaned{bounds, false};
        replay_into(cleaned);
        EXPECT_EQ(cleaned.broker.fingerprint(), broker.fingerprint()) << "after cleaning";
    }
};

} // namespace peyk::core
