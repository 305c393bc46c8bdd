// A disk without room, and one that fails.

#include "tests/unit/storage/log_fixture.hpp"

#include <algorithm>
#include <cerrno>

namespace peyk::test {

namespace {

using namespace storage;

TEST(FullDisk, PublishesAreRefusedBeforeItIsFull) {
    memory_file_system files;
    files.set_capacity(200'000);
    auto options = small_options();
    options.free_bytes_min = 100'000;
    auto const found = recover(files, options);
    ASSERT_TRUE(found.log) << found.why;
    EXPECT_TRUE(found.log->reserve(1'000));
    EXPECT_FALSE(found.log->reserve(500'000));
    std::uint64_t n = 0;
    while (found.log->reserve(300) && n < 10'000) {
        ASSERT_TRUE(found.log->append({n + 1}, payload_of(n + 1)));
        ++n;
        files.advance(std::chrono::milliseconds{150});
    }
    EXPECT_GE((*files.space("")).free + 3 * 4096, 100'000u);
    // What was accepted can still be settled.
    EXPECT_EQ(append_until(*found.log, n + 1, n + 200), n + 200);
    // Room comes back.
    ASSERT_TRUE(found.log->trim({n}));
    files.advance(std::chrono::milliseconds{150});
    EXPECT_TRUE(found.log->reserve(300));
}

TEST(FullDisk, PublishesAreRefusedHoweverFastTheyCome) {
    memory_file_system files;
    files.set_capacity(200'000);
    auto options = small_options();
    options.free_bytes_min = 8'192;
    auto const found = recover(files, options);
    std::uint64_t n = 0;
    for (; found.log->reserve(1'000) && n < 10'000; ++n) {
        ASSERT_TRUE(found.log->append({n + 1}, payload_of(n + 1))) << found.log->last_error();
    }
    EXPECT_LT(n, 10'000u);
    EXPECT_GE((*files.space("")).free, 8'192u);
}

TEST(FullDisk, APartOfASegmentIsNoRoom) {
    memory_file_system files;
    auto options = small_options();
    auto const found = recover(files, options);
    ASSERT_EQ(append_until(*found.log, 1, 1), 1u);
    auto const space = *files.space("");
    files.set_capacity(space.total - space.free + 4'000);
    files.advance(std::chrono::milliseconds{150});
    EXPECT_FALSE(found.log->reserve(5'000));
    files.set_capacity(space.total - space.free + 8'000);
    files.advance(std::chrono::milliseconds{150});
    EXPECT_TRUE(found.log->reserve(5'000));
}

TEST(FullDisk, AJournalThatCannotBeginSaysWhatItNeeds) {
    memory_file_system files;
    auto const found = recover(files);
    ASSERT_TRUE(found.log) << found.why;
    auto const space = *files.space("");
    files.set_capacity(space.total - space.free + 4'000);
    EXPECT_EQ(found.log->append({1}, "x").error(), errc::disk_full);
    EXPECT_NE(found.log->last_error().find("a segment of 4096 bytes where"), std::string::npos)
        << found.log->last_error();
}

bool has_ballast(memory_file_system const& files) {
    auto const paths = files.paths();
    return std::find(paths.begin(), paths.end(), path_of("BALLAST")) != paths.end();
}

void fill_up(memory_file_system& files) {
    auto const space = *files.space("");
    files.set_capacity(space.total - space.free);
}

TEST(FullDisk, TheBallastCarriesTheRest) {
    memory_file_system files;
    auto options = small_options();
    options.ballast_bytes = 8 * 4096;
    std::uint64_t last = 0;
    {
        auto const found = recover(files, options);
        last = append_until(*found.log, 1, 10);
        fill_up(files);
        auto const before = found.log->bytes();
        while (found.log->append({last + 1}, payload_of(last + 1))) {
            ++last;
        }
        EXPECT_GT(found.log->bytes(), before + 7 * 4096);
        EXPECT_NE(found.log->last_error().find("make room"), std::string::npos);
        EXPECT_EQ(found.log->append({last + 1}, "x").error(), errc::failed);
    }
    // Starting needs no space.
    auto const found = recover(files, options);
    ASSERT_TRUE(found.log) << found.why;
    EXPECT_EQ(found.report.next.value, last + 1);
}

TEST(FullDisk, ABallastSmallerThanASegmentCarriesSomethingToo) {
    memory_file_system files;
    auto options = small_options();
    options.ballast_bytes = 2'048;
    auto const found = recover(files, options);
    auto last = append_until(*found.log, 1, 10);
    fill_up(files);
    auto const before = found.log->bytes();
    while (found.log->append({last + 1}, payload_of(last + 1))) {
        ++last;
    }
    EXPECT_GT(found.log->bytes(), before + 1'024);
}

TEST(FullDisk, TheBallastOfTheRunBeforeCarriesTheRestToo) {
    memory_file_system files;
    auto options = small_options();
    options.ballast_bytes = 8 * 4096;
    options.free_bytes_min = 4096;
    std::uint64_t last = 0;
    {
        auto const found = recover(files, options);
        last = append_until(*found.log, 1, 10);
        ASSERT_TRUE(has_ballast(files));
    }
    fill_up(files);
    auto const found = recover(files, options);
    auto const before = found.log->bytes();
    while (found.log->append({last + 1}, payload_of(last + 1))) {
        ++last;
    }
    EXPECT_FALSE(has_ballast(files));
    EXPECT_GT(found.log->bytes(), before + 7 * 4096);
}

TEST(FullDisk, TheBallastIsTakenBack) {
    memory_file_system files;
    auto options = small_options();
    options.ballast_bytes = 8 * 4096;
    options.free_bytes_min = 4096;
    auto const found = recover(files, options);
    auto n = append_until(*found.log, 1, 10);
    fill_up(files);
    for (; has_ballast(files); ++n) {
        ASSERT_TRUE(found.log->append({n + 1}, payload_of(n + 1)));
    }
    files.advance(std::chrono::seconds{2});
    EXPECT_FALSE(found.log->reserve(8 * 4096));
    files.set_capacity(1'000'000);
    files.advance(std::chrono::seconds{2});
    ASSERT_TRUE(found.log->append({n + 1}, payload_of(n + 1)));
    EXPECT_TRUE(has_ballast(files));
    EXPECT_TRUE(found.log->reserve(8 * 4096));
}

TEST(FailingDisk, AFailedSyncIsFinal) {
    memory_file_system files;
    {
        auto const found = recover(files);
        ASSERT_EQ(append_until(*found.log, 1, 5), 5u);
        files.fail_at(1, EIO, disk_operation::sync);
        EXPECT_EQ(found.log->append({6}, payload_of(6)).error().value(), EIO);
        EXPECT_NE(found.log->last_error().find(".log"), std::string::npos);
        EXPECT_EQ(found.log->append({6}, payload_of(6)).error(), errc::failed);
        EXPECT_EQ(found.log->append({7}, payload_of(7)).error(), errc::failed);
        EXPECT_EQ(found.log->trim({3}).error(), errc::failed);
        EXPECT_FALSE(found.log->reserve(1));
    }
    files.restart(survival::synced_only, 1);
    auto const found = recover(files);
    ASSERT_TRUE(found.log) << found.why;
    EXPECT_EQ(found.report.next, batch_number{6});
}

// Whatever fails, and wherever: nothing confirmed is lost, and the log says that it failed.
TEST(FailingDisk, AnyErrorLeavesAFirstPart) {
    auto const run = [](memory_file_system& files) {
        auto const found = recover(files);
        return found.log ? append_until(*found.log, 1, 60) : 0;
    };
    memory_file_system whole;
    ASSERT_EQ(run(whole), 60u);
    for (int const error : {EIO, ENOSPC}) {
        for (std::uint64_t n = 1; n <= whole.operations(); ++n) {
            SCOPED_TRACE("operation " + std::to_string(n));
            memory_file_system files;
            files.fail_at(n, error);
            auto const confirmed = run(files);
            files.restart(survival::random, n);
            auto const found = recover(files);
            ASSERT_TRUE(found.log) << found.why;
            EXPECT_EQ(found.wrong, 0u);
            EXPECT_GE(found.report.next.value, confirmed + 1);
            EXPECT_LE(found.report.next.value, confirmed + 2);
        }
    }
}

} // namespace

} // namespace peyk::test
