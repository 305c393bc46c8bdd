// Fixed seeds for every run of the tests; fresh ones: `peyk-simulation --seed $RANDOM --seeds
// 1000`. The mutants test the tester: an engine broken on purpose must be noticed.

#include "tests/simulation/simulator.hpp"

#include <gtest/gtest.h>

namespace peyk::simulation {
namespace {

// Short runs of many worlds find more than long runs of few.
constexpr std::uint64_t steps = 1'500;

class Seeds : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Seeds, KeepEveryPromise) {
    for (std::uint64_t seed = GetParam(); seed < GetParam() + 25; ++seed) {
        auto const with = options::roll(seed, steps);
        try {
            simulator{with, false}.run();
        } catch (violation const& v) {
            FAIL() << v.what() << "\n"
                   << with.text() << "\nreplay with: peyk-simulation --seed " << seed << " --steps "
                   << steps << " --trace";
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Fixed, Seeds, testing::Values(1, 101, 201, 301));

TEST(Simulation, SameSeedGivesTheSameRun) {
    for (std::uint64_t seed = 500; seed < 505; ++seed) {
        auto const with = options::roll(seed, steps);
        auto const first = simulator{with, false}.run();
        auto const second = simulator{with, false}.run();
        EXPECT_EQ(first.hash, second.hash) << "seed " << seed;
        EXPECT_NE(first.hash, 0u);
    }
}

// A world in which each mutant has its chance.
options busy(std::uint64_t seed) {
    auto o = options::roll(seed, steps);
    o.clients = 5;
    o.consume_permille = 1'000;
    o.content_bytes = 100;
    o.crash_permille = 20;
    o.eta_permille = 300;
    o.eta_ms = 500;
    o.rule_permille = 60;
    o.unique_permille = 200;
    o.lane_permille = 600;
    o.limits.limits_max = 10'000;
    o.stall_permille = 20;
    o.limits.settling = core::duration{5'000};
    o.limits.session_grace = core::duration{30'000};
    return o;
}

TEST(Simulation, WorldsOfTheMutantsAreSound) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        try {
            simulator{busy(seed), false}.run();
        } catch (violation const& v) {
            ADD_FAILURE() << "seed " << seed << ": " << v.what();
        }
    }
}

// A mutant, and words of the complaint that must be heard about it; any will do where there are
// none.
struct broken {
    mutant how;
    std::string about;

    friend std::ostream& operator<<(std::ostream& to, broken const& b) {
        return to << "mutant " << static_cast<int>(b.how) << ' ' << b.about;
    }
};

class Mutants : public testing::TestWithParam<broken> {};

TEST_P(Mutants, AreNoticed) {
    bool noticed = false;
    std::string heard;
    for (std::uint64_t seed = 1; seed <= 25 && !noticed; ++seed) {
        auto with = busy(seed);
        with.breakage = GetParam().how;
        try {
            simulator{with, false}.run();
        } catch (violation const& v) {
            heard += std::string{v.what()} + "\n";
            noticed = heard.find(GetParam().about) != std::string::npos;
        }
    }
    EXPECT_TRUE(noticed) << "heard only:\n" << heard;
}

INSTANTIATE_TEST_SUITE_P(All,
                         Mutants,
                         testing::Values(broken{mutant::drop_record, ""},
                                         broken{mutant::confirm_early, ""},
                                         broken{mutant::forget_leases, ""},
                                         broken{mutant::deliver_twice, ""},
                                         broken{mutant::damage_content, ""},
                                         broken{mutant::forget_settle, ""},
                                         broken{mutant::late_timer, ""},
                                         broken{mutant::forget_slots, "used up"},
                                         broken{mutant::forget_holds, "is held"},
                                         broken{mutant::forget_keys, "unique key"},
                                         broken{mutant::forget_policies, "full queue"},
                                         broken{mutant::forget_sweeps, "sweep"},
                                         broken{mutant::forget_reports, "another progress"},
                                         broken{mutant::forget_stalls, "stalled"},
                                         broken{mutant::hasty, "before its time"},
                                         broken{mutant::lose_dead, "dead letter was lost"},
                                         broken{mutant::forget_limits, "concurrency limit"},
                                         broken{mutant::forget_passes, "beyond a rate"},
                                         broken{mutant::forget_turns, "another place"},
                                         broken{mutant::early_turns, "before its lease is durable"},
                                         broken{mutant::forget_early, "acknowledged"},
                                         broken{mutant::forget_edits, "priority"},
                                         broken{mutant::forget_labels, "did not ask for it"}));

} // namespace
} // namespace peyk::simulation
