// Which delivery begins when a run takes several slots, and what the broker is told meanwhile.

#include "worker/src/slot_gate.hpp"
#include <peyk/task_registry.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>

namespace peyk::worker_detail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

delivery_token at(std::uint64_t number) {
    return {1, number};
}

void push(slot_gate& to, std::uint64_t number, std::size_t wanted) {
    delivery made;
    made.token = at(number);
    to.push(std::move(made), wanted);
}

std::vector<std::uint64_t> numbers(std::vector<delivery> const& of) {
    std::vector<std::uint64_t> all;
    for (auto const& each : of)
        all.push_back(each.token.number);
    return all;
}

TEST(SlotGate, WhatFitsBeginsAtOnce) {
    slot_gate gate{4, 0};
    push(gate, 1, 1);
    push(gate, 2, 3);
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(1, 2));
    EXPECT_EQ(gate.credit(), 2U) << "the two it holds";
    EXPECT_EQ(gate.wanted(), 4U);
    gate.left(at(2));
    EXPECT_EQ(gate.credit(), 4U);
}

TEST(SlotGate, NothingOvertakesTheOneThatWaits) {
    slot_gate gate{3, 0};
    push(gate, 1, 2);
    push(gate, 2, 2);
    push(gate, 3, 1);
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(1));
    EXPECT_THAT(numbers(gate.admit()), IsEmpty());
    gate.left(at(1));
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(2, 3));
}

TEST(SlotGate, MoreThanThePoolHasAreAllOfThem) {
    slot_gate gate{3, 0};
    push(gate, 1, 1);
    push(gate, 2, 100);
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(1));
    gate.left(at(1));
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(2));
    push(gate, 3, 1);
    EXPECT_THAT(numbers(gate.admit()), IsEmpty());
    gate.left(at(2));
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(3));
}

TEST(SlotGate, APoolThatChangesIsTheMeasureOfThoseThatWait) {
    slot_gate gate{4, 0};
    push(gate, 1, 4);
    push(gate, 2, 4);
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(1));
    gate.resize(2);
    EXPECT_THAT(numbers(gate.admit()), IsEmpty());
    EXPECT_EQ(gate.credit(), 1U) << "less than it holds: nothing comes";
    gate.resize(9);
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(2));
    EXPECT_EQ(gate.credit(), 3U) << "one is free";
}

TEST(SlotGate, WhoIsTakenBackDoesNotHoldTheOthersUp) {
    slot_gate gate{2, 0};
    push(gate, 1, 1);
    push(gate, 2, 2);
    push(gate, 3, 1);
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(1));
    EXPECT_FALSE(gate.remove(at(1))) << "it does not wait";
    EXPECT_TRUE(gate.remove(at(2)));
    EXPECT_FALSE(gate.remove(at(2)));
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(3));
    push(gate, 4, 2);
    push(gate, 5, 1);
    EXPECT_THAT(numbers(gate.take_all()), ElementsAre(4, 5));
    EXPECT_THAT(numbers(gate.take_all()), IsEmpty());
    EXPECT_EQ(gate.wanted(), 2U);
}

TEST(SlotGate, WhatTheBrokerDoesNotCountStillHasItsSlots) {
    slot_gate gate{4, 0};
    push(gate, 1, 3);
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(1));
    EXPECT_EQ(gate.credit(), 2U);
    gate.disown(at(1));
    gate.disown(at(1));
    EXPECT_EQ(gate.credit(), 1U);
    push(gate, 2, 1);
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(2));
    gate.disown(at(2));
    EXPECT_EQ(gate.credit(), 0U);
    gate.left(at(1));
    gate.left(at(1));
    EXPECT_EQ(gate.credit(), 3U);
}

TEST(SlotGate, SpareOnesAreHeldBesides) {
    slot_gate gate{2, 3};
    EXPECT_EQ(gate.credit(), 5U);
    push(gate, 1, 2);
    push(gate, 2, 1);
    EXPECT_THAT(numbers(gate.admit()), ElementsAre(1));
    EXPECT_EQ(gate.credit(), 4U) << "two it holds, and two more";
}

// The broker sends whenever it holds less than it was told it may, and is told late.
TEST(SlotGate, WhateverHappensTheCreditIsWhatIsFreeAndNotWaitedFor) {
    std::minstd_rand random{7};
    slot_gate gate{5, 0};
    std::size_t slots = 5;
    std::map<std::uint64_t, std::size_t> runs; // what each took
    std::deque<std::pair<std::uint64_t, std::size_t>> waits;
    std::uint64_t next = 0;
    for (int step = 0; step < 20'000; ++step) {
        auto const held = runs.size() + waits.size();
        switch (random() % 5) {
        case 0:
            slots = 1 + random() % 8;
            gate.resize(slots);
            break;
        case 1:
        case 2:
            if (held < gate.credit()) {
                auto const wanted = 1 + random() % 10;
                push(gate, ++next, wanted);
                waits.emplace_back(next, wanted);
            }
            break;
        default:
            if (!runs.empty()) {
                auto const gone =
                    std::next(runs.begin(), static_cast<long>(random() % runs.size()));
                gate.left(at(gone->first));
                runs.erase(gone);
            }
        }
        for (auto const number : numbers(gate.admit())) {
            ASSERT_EQ(number, waits.front().first) << "in order";
            runs.emplace(number, std::min(waits.front().second, slots));
            waits.pop_front();
        }
        std::size_t used = 0;
        for (auto const& [number, took] : runs)
            used += took;
        auto const free = slots - std::min(slots, used);
        std::size_t waited = 0;
        for (auto const& [number, wanted] : waits)
            waited += std::min(wanted, slots);
        if (!waits.empty()) {
            ASSERT_LT(free, std::min(waits.front().second, slots)) << "it could begin";
        }
        auto const now_held = runs.size() + waits.size();
        auto const more = gate.credit() - std::min(gate.credit(), now_held);
        ASSERT_EQ(more, used > slots || free <= waited ? 0 : free - waited) << "step " << step;
    }
}

TEST(SlotGate, OfABatchEachMessageTakesOne) {
    task_registry registry;
    registry.add("plain", [] {});
    registry.add("large", [] {}, {.slots = 4});
    registry.add_batch("batch", [](std::vector<batch_item<void(int)>>&) {}, {}, {.slots = 4});
    EXPECT_EQ(slots_of(registry.find("plain")), 1U);
    EXPECT_EQ(slots_of(registry.find("large")), 4U);
    EXPECT_EQ(slots_of(registry.find("batch")), 1U);
    EXPECT_EQ(slots_of(nullptr), 1U);
    EXPECT_THROW(registry.add("none", [] {}, {.slots = 0}), std::invalid_argument);
}

} // namespace
} // namespace peyk::worker_detail
