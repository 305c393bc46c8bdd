#include "tests/unit/core/queue_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace peyk::core {
namespace {

draft of_task(interned_name const& task, std::uint8_t priority = 4) {
    return {.priority = priority, .place = {{&task, nullptr}, {}, {}}};
}

TEST(Queue, GivesHigherPriorityFirstThenOlder) {
    queue_bench b;
    message_entry& old = b.add();
    message_entry& young = b.add();
    message_entry& urgent = b.add({.priority = 9});
    for (message_entry* const expected : {&urgent, &old, &young}) {
        EXPECT_EQ(b.take(), expected);
    }
    EXPECT_EQ(b.best(), nullptr);
    EXPECT_FALSE(b.queue.has_ready());
}

TEST(Queue, TakesAMessageBackToItsOldPlace) {
    queue_bench b;
    message_entry& first = b.add();
    message_entry& second = b.add();
    b.queue.take_ready(first);
    EXPECT_EQ(b.best(), &second);
    b.queue.push_ready(first);
    EXPECT_EQ(b.best(), &first);
}

TEST(Queue, PassesByASectionTheConsumerDoesNotRead) {
    queue_bench b;
    b.add(of_task(b.task("resize"), 9));
    message_entry& letter = b.add(of_task(b.task("mail")));
    b.anybody.tasks.push_back(&b.task("mail"));
    EXPECT_EQ(b.best(), &letter);
}

TEST(Queue, GivesOnlyToAWorkerWithTheLabels) {
    queue_bench b;
    label_set const gpu{{"gpu=a100", "region=eu"}};
    message_entry& heavy = b.add({.place = {{nullptr, &gpu}, {}, {}}});
    EXPECT_EQ(b.best(), nullptr);
    b.worker.labels = {"gpu=a100", "host=x"};
    EXPECT_EQ(b.best(), nullptr);
    b.worker.labels = {"gpu=a100", "host=x", "region=eu"};
    EXPECT_EQ(b.best(), &heavy);
}

TEST(Queue, ForgetsEmptyPartsWhenThereAreMany) {
    queue_bench b;
    for (int i = 0; i < 200; ++i) {
        std::string const key = std::to_string(i);
        message_entry& made =
            b.add({.place = {{&b.task(key), nullptr}, key, key}, .ordering_key = key});
        b.queue.remove_ready(made);
        b.queue.leave(made);
    }
    EXPECT_LE(b.queue.stats().lanes, 65u);
    EXPECT_LE(b.queue.parts(), 4 * 65u);
    EXPECT_EQ(b.store.parts, b.queue.parts());
}

TEST(Queue, SaysHowManyPartsAPlaceWouldTake) {
    queue_bench b;
    interned_name const& task = b.task("t");
    place_key const place{{&task, nullptr}, "l", "f"};
    EXPECT_EQ(b.queue.parts_missing(place, "o"), 4u);
    b.add({.place = place, .ordering_key = "o"});
    EXPECT_EQ(b.queue.parts(), 4u);
    EXPECT_EQ(b.queue.parts_missing(place, "o"), 0u);
    EXPECT_EQ(b.queue.parts_missing({{&task, nullptr}, "l", "g"}, {}), 1u);
    EXPECT_EQ(b.queue.parts_missing({{&task, nullptr}, "l", {}}, {}), 1u);
    EXPECT_EQ(b.queue.parts_missing({{&task, nullptr}, {}, "f"}, "p"), 3u);
}

TEST(Queue, RemembersWhereAMessageStands) {
    queue_bench b;
    label_set const gpu{{"gpu"}};
    message_entry const& e = b.add({.place = {{&b.task("t"), &gpu}, "l", "f"}});
    EXPECT_EQ(e.lane->task(), "t");
    EXPECT_EQ(e.lane->labels(), gpu.labels);
    EXPECT_EQ(e.lane->place().limit_key, "l");
    EXPECT_EQ(e.lane->place().fairness_key, "f");
    EXPECT_EQ(e.lane->place().section, (section_key{&b.task("t"), &gpu}));
    EXPECT_EQ(&e.lane->home(), &b.queue);
}


// A queue with so many tasks and limit keys, beside a vector of its ready messages and what is
// known of its parts. What is over a limit is found out when its turn comes.
class random_queue final : admission {
public:
    explicit random_queue(unsigned seed) : random_(seed) {
        for (std::size_t i = 0; i < tasks * keys; ++i) { // All parts are there from the start.
            enter(i / keys, i % keys);
        }
    }

    void step() {
        std::size_t const what = below(12);
        if (what < 5) {
            add();
        } else if (what < 9) {
            remove();
        } else if (what == 9) {
            toggle_track();
        } else if (what == 10) {
            toggle_section();
        } else {
            toggle_rest();
        }
    }

    void check() {
        auto const by_order = [this](auto* x, auto* y) {
            return before_(*x, *y);
        };
        message_entry* best = nullptr;
        for (message_entry* const e : ready_) {
            if (!closed(*e) && (best == nullptr || by_order(e, best))) {
                best = e;
            }
        }
        ASSERT_EQ(bench_.queue.best_for(bench_.anybody, *this), best);
        ASSERT_EQ(bench_.queue.has_ready(), best != nullptr);
        auto const first = std::ranges::min_element(ready_, by_order);
        ASSERT_EQ(bench_.queue.first_ready(), first == ready_.end() ? nullptr : *first);
        if (!ready_.empty() && !closed(*ready_[0])) {
            auto const ahead = std::ranges::count_if(
                ready_, [&](auto* e) { return !parked(*e) && by_order(e, ready_[0]); });
            ASSERT_EQ(bench_.queue.ahead_of(*ready_[0], 100'000), static_cast<std::size_t>(ahead));
        }
    }

private:
    static constexpr std::size_t tasks = 4;
    static constexpr std::size_t keys = 5; // the first one is none

    struct spot {
        std::size_t task;
        std::size_t key;
    };

    std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
    message_entry& some() { return *ready_[below(ready_.size())]; }
    interned_name const& task_at(std::size_t i) {
        return bench_.task(std::string(1, static_cast<char>('a' + i)));
    }
    static std::string key_at(std::size_t i) { return i == 0 ? "" : std::to_string(i); }
    static spot spot_of(message_entry const& e) {
        std::string_view const key = e.lane->limit_key();
        return {static_cast<std::size_t>(e.lane->task()[0] - 'a'),
                key.empty() ? 0u : static_cast<std::size_t>(key[0] - '0')};
    }
    [[nodiscard]] bool closed(message_entry const& e) const {
        spot const of = spot_of(e);
        return section_over_[of.task] || task_held_[of.task] || track_over_[of.task][of.key] ||
               key_held_[of.key];
    }
    static bool parked(message_entry const& e) {
        return e.lane->above().parking().parked() || e.lane->above().above().parking().parked();
    }

    bool admits(section& part, consumer const&) override {
        bool const over = section_over_[spot_of(part.first().first().head()).task];
        if (over) {
            bench_.queue.park(part);
        }
        return !over;
    }
    bool admits(track& part) override {
        spot const of = spot_of(part.first().head());
        bool const over = track_over_[of.task][of.key];
        if (over) {
            bench_.queue.park(part);
        }
        return !over;
    }

    message_entry& enter(std::size_t task, std::size_t key) {
        std::string const limit_key = key_at(key);
        return bench_.enter({.priority = static_cast<std::uint8_t>(below(4)),
                             .place = {{&task_at(task), nullptr}, limit_key, {}}});
    }
    void add() {
        message_entry& made = enter(below(tasks), below(keys));
        made.published = wall_time{duration{static_cast<duration::rep>(below(1'000))}};
        bench_.queue.push_ready(made);
        ready_.push_back(&made);
    }
    void remove() {
        if (!ready_.empty()) {
            auto const gone = ready_.begin() + static_cast<std::ptrdiff_t>(below(ready_.size()));
            bench_.queue.remove_ready(**gone);
            bench_.queue.leave(**gone);
            ready_.erase(gone);
        }
    }
    void toggle_track() {
        if (!ready_.empty()) {
            message_entry const& e = some();
            spot const of = spot_of(e);
            bool& over = track_over_[of.task][of.key];
            over = !over;
            if (!over) {
                bench_.queue.unpark(e.lane->above());
            }
        }
    }
    void toggle_section() {
        if (!ready_.empty()) {
            message_entry const& e = some();
            bool& over = section_over_[spot_of(e).task];
            over = !over;
            if (!over) {
                bench_.queue.unpark(e.lane->above().above());
            }
        }
    }
    // A hold of a task or a key, or the aging of the queue.
    void toggle_rest() {
        std::size_t const which = below(tasks + keys);
        if (which < tasks) {
            task_held_[which] = !task_held_[which];
            bench_.queue.hold_task(task_at(which), task_held_[which]);
        } else if (which > tasks) {
            std::size_t const key = which - tasks;
            key_held_[key] = !key_held_[key];
            bench_.queue.hold_key(key_at(key), key_held_[key]);
        } else {
            aging_ms_ = aging_ms_ == 0 ? 100 : 0;
            bench_.queue.set_aging(duration{aging_ms_});
        }
    }

    std::mt19937 random_;
    queue_bench bench_;
    std::vector<message_entry*> ready_;
    std::array<bool, tasks> section_over_{};
    std::array<bool, tasks> task_held_{};
    std::array<bool, keys> key_held_{};
    std::array<std::array<bool, keys>, tasks> track_over_{};
    duration::rep aging_ms_ = 0;
    dispatch_order before_{&aging_ms_};
};

class RandomQueue : public testing::TestWithParam<unsigned> {};

TEST_P(RandomQueue, AgreesWithASortedVector) {
    random_queue q{GetParam()};
    for (int step = 0; step < 3'000; ++step) {
        q.step();
        q.check();
        ASSERT_FALSE(HasFatalFailure()) << "step " << step;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomQueue, testing::Range(1u, 6u));

} // namespace
} // namespace peyk::core
