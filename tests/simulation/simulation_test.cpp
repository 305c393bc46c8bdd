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

class Mutants : public testing::TestWithParam<mutant> {};

TEST_P(Mutants, AreNoticed) {
    int noticed = 0;
    for (std::uint64_t seed = 1; seed <= 5 && noticed == 0; ++seed) {
        auto with = busy(seed);
        with.breakage = GetParam();
        try {
            simulator{with, false}.run();
        } catch (violation const& v) {
            ++noticed;
            RecordProperty("violation", v.what());
        }
    }
    EXPECT_GT(noticed, 0);
}

INSTANTIATE_TEST_SUITE_P(All,
                         Mutants,
                         testing::Values(mutant::drop_record,
                                         mutant::confirm_early,
                                         mutant::forget_leases,
                                         mutant::deliver_twice,
                                         mutant::damage_content,
                                         mutant::forget_settle,
                                         mutant::late_timer));

} // namespace
} // namespace peyk::simulation
