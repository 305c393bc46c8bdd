#include "broker/core/consumer.hpp"
#include "broker/core/queue.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>
#include <vector>

namespace peyk::core {
namespace {

struct fixture {
    interned_name queue_name{"q"};
    std::deque<message_entry> entries;
    std::deque<interned_name> tasks;
    core::queue queue{queue_name};

    ~fixture() { queue.clear(); }

    message_entry& add(std::uint8_t priority, interned_name const* task = nullptr) {
        message_entry& made = entries.emplace_back();
        made.number = {entries.size()};
        made.priority = priority;
        queue.enter(made, {task});
        queue.push_ready(made);
        return made;
    }
};

TEST(Queue, GivesHigherPriorityFirstThenOlder) {
    fixture f;
    message_entry& old = f.add(4);
    message_entry& young = f.add(4);
    message_entry& urgent = f.add(9);
    consumer anybody;
    for (message_entry* const expected : {&urgent, &old, &young}) {
        EXPECT_EQ(f.queue.best_for(anybody), expected);
        f.queue.remove_ready(*expected);
    }
    EXPECT_EQ(f.queue.best_for(anybody), nullptr);
    EXPECT_FALSE(f.queue.has_ready());
}

TEST(Queue, TakesAMessageBackToItsOldPlace) {
    fixture f;
    message_entry& first = f.add(4);
    message_entry& second = f.add(4);
    consumer anybody;
    f.queue.remove_ready(first);
    EXPECT_EQ(f.queue.best_for(anybody), &second);
    f.queue.push_ready(first);
    EXPECT_EQ(f.queue.best_for(anybody), &first);
}

TEST(Queue, PassesByALaneTheConsumerDoesNotRead) {
    fixture f;
    interned_name const resize{"resize"};
    interned_name const mail{"mail"};
    f.add(9, &resize);
    message_entry& letter = f.add(4, &mail);
    consumer postman;
    postman.tasks.push_back(&mail);
    EXPECT_EQ(f.queue.best_for(postman), &letter);
}

TEST(Queue, ForgetsEmptyLanesWhenThereAreMany) {
    fixture f;
    for (int i = 0; i < 200; ++i) {
        interned_name const& task = f.tasks.emplace_back(interned_name{std::to_string(i)});
        message_entry& made = f.add(4, &task);
        f.queue.remove_ready(made);
        f.queue.leave(made);
    }
    EXPECT_LE(f.queue.stats().lanes, 65u);
}

// Adds and removes at random over many lanes, beside a sorted set.
TEST(Queue, AgreesWithASortedSet) {
    std::mt19937 random{11};
    fixture f;
    for (int i = 0; i < 5; ++i) {
        f.tasks.push_back(interned_name{std::to_string(i)});
    }
    auto const before = [](message_entry* a, message_entry* b) {
        return sooner{}(*a, *b);
    };
    std::set<message_entry*, decltype(before)> model{before};
    consumer anybody;
    for (int step = 0; step < 20'000; ++step) {
        if (model.empty() || random() % 2 == 0) {
            model.insert(&f.add(static_cast<std::uint8_t>(random() % 4),
                                &f.tasks[random() % f.tasks.size()]));
        } else {
            auto const taken =
                random() % 2 == 0
                    ? model.begin()
                    : std::next(model.begin(), static_cast<int>(random() % model.size() % 9));
            f.queue.remove_ready(**taken);
            f.queue.leave(**taken);
            model.erase(taken);
        }
        ASSERT_EQ(f.queue.best_for(anybody), model.empty() ? nullptr : *model.begin());
    }
}

} // namespace
} // namespace peyk::core
