// The power goes off anywhere; what comes back is a first part of what was written, with everything
// that was confirmed.

#include "tests/unit/storage/log_fixture.hpp"

namespace peyk::test {

namespace {

using namespace storage;

// Two starts with appends over several segments, and a trim. Returns the last confirmed batch.
std::uint64_t work(memory_file_system& files, sync_mode mode) {
    auto options = small_options();
    options.segment_bytes = 1536;
    options.ballast_bytes = 2048;
    options.sync = mode;
    std::uint64_t confirmed = 0;
    for (int start = 0; start < 2; ++start) {
        auto const found = recover(files, options);
        if (!found.log) {
            return confirmed;
        }
        for (int i = 0; i < 12; ++i) {
            if (append_until(*found.log, confirmed + 1, confirmed + 1) == confirmed) {
                return confirmed;
            }
            ++confirmed;
            files.advance(std::chrono::milliseconds{170});
        }
        if (start == 1 && !found.log->trim(found.log->oldest_segment_end())) {
            return confirmed;
        }
    }
    return confirmed;
}

void lose_power_everywhere(sync_mode mode, survival what, std::uint64_t seeds) {
    memory_file_system whole;
    auto const all = work(whole, mode);
    ASSERT_EQ(all, 24u);
    for (std::uint64_t n = 1; n <= whole.operations(); ++n) {
        for (std::uint64_t seed = 0; seed < seeds; ++seed) {
            SCOPED_TRACE("operation " + std::to_string(n) + " seed " + std::to_string(seed));
            memory_file_system files;
            files.power_off_at(n);
            auto const confirmed = work(files, mode);
            files.restart(what, seed * 1'000'003 + n);
            auto const found = recover(files);
            ASSERT_TRUE(found.log) << found.why;
            EXPECT_EQ(found.wrong, 0u);
            if (mode == sync_mode::always || what == survival::everything) {
                EXPECT_GE(found.report.next.value, confirmed + 1);
            }
            EXPECT_LE(found.report.next.value, confirmed + 2); // one was on its way
            auto const next = found.report.next.value;
            EXPECT_EQ(append_until(*found.log, next, next + 5), next + 5);
        }
    }
}

TEST(PowerLoss, KeepsWhatWasConfirmedWhenNothingElseSurvives) {
    lose_power_everywhere(sync_mode::always, survival::synced_only, 1);
}

TEST(PowerLoss, KeepsWhatWasConfirmedWhenSomeSectorsSurvive) {
    lose_power_everywhere(sync_mode::always, survival::random, 40);
}

TEST(PowerLoss, KeepsEverythingWhenOnlyTheProcessDies) {
    lose_power_everywhere(sync_mode::never, survival::everything, 1);
}

TEST(PowerLoss, KeepsAFirstPartInTheLazyModes) {
    lose_power_everywhere(sync_mode::interval, survival::random, 10);
    lose_power_everywhere(sync_mode::never, survival::random, 10);
}

// A second power loss while the first one's torn tail is being cut.
TEST(PowerLoss, MayStrikeDuringRecovery) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        for (std::uint64_t n = 1; n <= 12; ++n) {
            SCOPED_TRACE("operation " + std::to_string(n) + " seed " + std::to_string(seed));
            memory_file_system files;
            files.power_off_at(48 + seed % 7);
            auto const confirmed = work(files, sync_mode::always);
            files.restart(survival::random, seed);
            files.power_off_at(n);
            recover(files);
            files.restart(survival::random, seed + n);
            auto const found = recover(files);
            ASSERT_TRUE(found.log) << found.why;
            EXPECT_EQ(found.wrong, 0u);
            EXPECT_GE(found.report.next.value, confirmed + 1);
        }
    }
}

} // namespace

} // namespace peyk::test
