#include "tests/unit/core/queue_bench.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace peyk::core {
namespace {

TEST(Ordering, LetsOneAtATimeGoWhateverItsPriority) {
    queue_bench b;
    message_entry& first = b.add_ordered("k");
    message_entry& second = b.add_ordered("k", 9);
    EXPECT_EQ(b.queue.waiting_for_turn(), 1u);
    EXPECT_EQ(b.take(), &first);
    EXPECT_EQ(b.take(), nullptr);
    b.queue.end_turn(first);
    EXPECT_EQ(b.take(), &second);
}

TEST(Ordering, KeepsTheTurnThroughARetry) {
    queue_bench b;
    message_entry& first = b.add_ordered("k");
    message_entry& second = b.add_ordered("k");
    b.queue.take_ready(first);
    EXPECT_EQ(b.best(), nullptr);
    EXPECT_TRUE(b.queue.has_turn(first));
    EXPECT_FALSE(b.queue.has_turn(second));
    b.queue.push_ready(first);
    EXPECT_EQ(b.take(), &first);
    b.queue.leave(first);
    EXPECT_EQ(b.take(), &second);
}

TEST(Ordering, LetsAnOlderOneGoFirstThatWasNotReady) {
    queue_bench b;
    message_entry& later = b.enter({.ordering_key = "k"}); // Its eta has not come.
    message_entry& second = b.add_ordered("k");
    message_entry& third = b.add_ordered("k");
    EXPECT_EQ(b.best(), &second);
    b.queue.push_ready(later);
    for (message_entry* const expected : {&later, &second, &third}) {
        EXPECT_EQ(b.take(), expected);
        b.queue.leave(*expected);
    }
}

TEST(Ordering, DoesNotLetAnOlderOnePassWhatWasDelivered) {
    queue_bench b;
    message_entry& later = b.enter({.ordering_key = "k"});
    message_entry& second = b.add_ordered("k");
    b.queue.take_ready(second);
    b.queue.push_ready(later);
    b.queue.push_ready(second); // Back for its retry.
    EXPECT_EQ(b.take(), &second);
    b.queue.leave(second);
    EXPECT_EQ(b.take(), &later);
}

TEST(Ordering, GoesOnWhenWhoseTurnItIsEndsUndelivered) {
    queue_bench b;
    message_entry& first = b.add_ordered("k");
    message_entry& second = b.add_ordered("k");
    message_entry& third = b.add_ordered("k");
    b.queue.remove_ready(second); // One that waits.
    b.queue.leave(second);
    b.queue.remove_ready(first);
    EXPECT_EQ(b.best(), &third);
    EXPECT_EQ(b.queue.waiting_for_turn(), 0u);
}

TEST(Ordering, KnowsADeliveryOfBefore) {
    queue_bench b;
    message_entry& first = b.enter({.ordering_key = "k"});
    message_entry& second = b.enter({.ordering_key = "k"});
    b.queue.keep_turn(second);
    b.queue.push_ready(first);
    EXPECT_EQ(b.best(), nullptr);
    b.queue.push_ready(second);
    EXPECT_EQ(b.best(), &second);
}

TEST(Ordering, WhoWasDeliveredKeepsTheTurnUntilItsEnd) {
    queue_bench b;
    message_entry& redriven = b.enter({.ordering_key = "k"});
    message_entry& retried = b.enter({.ordering_key = "k"});
    b.queue.keep_turn(retried);
    EXPECT_TRUE(b.queue.keeps_turn(retried));
    EXPECT_FALSE(b.queue.keeps_turn(redriven));
    b.queue.push_ready(redriven);
    EXPECT_EQ(b.best(), nullptr);
    b.queue.leave(retried);
    EXPECT_EQ(b.best(), &redriven);
    EXPECT_FALSE(b.queue.keeps_turn(redriven)); // An older one may still go first.
}

TEST(Ordering, KeysDoNotWaitForEachOther) {
    queue_bench b;
    b.add_ordered("k");
    b.add_ordered("k");
    message_entry& other = b.add_ordered("other");
    message_entry& plain = b.add();
    b.take();
    EXPECT_EQ(b.take(), &other);
    EXPECT_EQ(b.take(), &plain);
}

TEST(Ordering, CountsThoseThatWaitAmongTheFirst) {
    queue_bench b;
    message_entry& first = b.add_ordered("k");
    message_entry& second = b.add_ordered("k");
    EXPECT_EQ(b.queue.first_ready(), &first);
    EXPECT_EQ(b.queue.ahead_of(second, 10), 0u);
    b.take();
    EXPECT_EQ(b.queue.first_ready(), &second);
}

// Per key, those delivered are one at a time, and what was ready before is delivered before.
TEST(Ordering, IsKeptAtRandom) {
    std::mt19937 random{5};
    queue_bench b;
    std::map<std::string, std::vector<message_entry*>> ready; // by key
    std::map<std::string, message_entry*> out;                // delivered, not final
    std::vector<message_entry*> leased;
    for (int step = 0; step < 20'000; ++step) {
        std::string const key = std::to_string(random() % 7);
        auto& waiting = ready[key];
        switch (random() % 5) {
        case 0:
        case 1:
            waiting.push_back(
                &b.add_ordered(key, static_cast<std::uint8_t>(random() % 3)));
            break;
        case 2: // Cancelled.
            if (!waiting.empty()) {
                auto const gone = waiting.begin() + static_cast<int>(random() % waiting.size());
                if (out[key] != *gone) {
                    b.queue.remove_ready(**gone);
                    b.queue.leave(**gone);
                    waiting.erase(gone);
                }
            }
            break;
        case 3:
            if (message_entry* const e = b.take()) {
                std::string const& of = e->options->turn->key;
                ASSERT_EQ(e, ready[of].front());
                ASSERT_TRUE(out[of] == nullptr || out[of] == e);
                out[of] = e;
                leased.push_back(e);
            }
            break;
        default:
            if (!leased.empty()) {
                auto const chosen = leased.begin() + static_cast<int>(random() % leased.size());
                message_entry& e = **chosen;
                leased.erase(chosen);
                if (random() % 2 == 0) {
                    b.queue.push_ready(e); // Again.
                    break;
                }
                std::string const of = e.options->turn->key;
                out[of] = nullptr;
                ready[of].erase(ready[of].begin());
                b.queue.leave(e);
            }
        }
    }
}

} // namespace
} // namespace peyk::core
