// What every log must do, on every file system.

#include "broker/storage/posix_file_system.hpp"
#include "tests/unit/storage/log_fixture.hpp"

#include <filesystem>

#include <unistd.h>

namespace peyk::test {

namespace {

using namespace storage;

struct posix_disk {
    posix_disk() {
        auto const root = std::filesystem::temp_directory_path() / "peyk-log-XXXXXX";
        directory = root.string();
        EXPECT_NE(::mkdtemp(directory.data()), nullptr);
    }
    ~posix_disk() { std::filesystem::remove_all(directory); }

    posix_file_system files;
    std::string directory;
};

struct memory_disk {
    memory_file_system files;
    std::string directory = log_directory;
};

template <class Disk>
class FileLog : public testing::Test {
protected:
    file_log_options options() { return small_options(disk_.directory); }
    recovered_log start() { return recover(disk_.files, options()); }

    Disk disk_;
};

using disks = testing::Types<posix_disk, memory_disk>;
TYPED_TEST_SUITE(FileLog, disks);

TYPED_TEST(FileLog, BeginsEmpty) {
    auto const found = this->start();
    ASSERT_TRUE(found.log) << found.why;
    EXPECT_EQ(found.report.batches, 0u);
    EXPECT_EQ(found.report.next, batch_number{1});
    EXPECT_EQ(found.log->oldest_segment_end(), batch_number{0});
}

TYPED_TEST(FileLog, RemembersEveryBatchInOrder) {
    ASSERT_EQ(append_until(*this->start().log, 1, 200), 200u);
    auto const found = this->start();
    ASSERT_TRUE(found.log) << found.why;
    EXPECT_EQ(found.report.batches, 200u);
    EXPECT_EQ(found.report.next, batch_number{201});
    EXPECT_EQ(found.report.torn_bytes, 0u);
    EXPECT_EQ(found.wrong, 0u);
    EXPECT_GT(found.log->oldest_segment_end(), batch_number{1});
}

TYPED_TEST(FileLog, GoesOnWhereItEnded) {
    std::uint64_t next = 1;
    for (int start = 0; start < 8; ++start, next += 9) {
        auto const found = this->start();
        ASSERT_TRUE(found.log) << found.why;
        EXPECT_EQ(found.report.next.value, next);
        EXPECT_EQ(append_until(*found.log, next, next + 8), next + 8);
    }
}

TYPED_TEST(FileLog, TakesABatchLargerThanASegment) {
    std::string const large(20'000, 'x');
    {
        auto const found = this->start();
        ASSERT_TRUE(found.log->append({1}, "small"));
        ASSERT_TRUE(found.log->append({2}, large));
        ASSERT_TRUE(found.log->append({3}, "small"));
        EXPECT_EQ(*found.log->read({2}, 0, large.size()), large);
    }
    auto const found = this->start();
    ASSERT_TRUE(found.log) << found.why;
    EXPECT_EQ(found.report.next, batch_number{4});
    EXPECT_EQ(*found.log->read({2}, 19'990, 100), "xxxxxxxxxx");
}

TYPED_TEST(FileLog, ReadsAnyPartOfAnyBatch) {
    auto const found = this->start();
    ASSERT_EQ(append_until(*found.log, 1, 300), 300u);
    for (std::uint64_t n = 1; n <= 300; ++n) {
        auto const text = payload_of(n);
        EXPECT_EQ(*found.log->read({n}, 0, text.size()), text);
        EXPECT_EQ(*found.log->read({n}, 3, 5), text.substr(3, 5));
        EXPECT_EQ(*found.log->read({n}, text.size() - 1, 50), text.substr(text.size() - 1));
        EXPECT_EQ(*found.log->read({n}, text.size(), 50), "");
    }
    EXPECT_EQ(found.log->read({301}, 0, 1).error(), errc::trimmed);
}

TYPED_TEST(FileLog, GivesSpaceBackInWholeSegments) {
    {
        auto const found = this->start();
        append_until(*found.log, 1, 200);
        auto const full = found.log->bytes();
        auto const end = found.log->oldest_segment_end();
        ASSERT_TRUE(found.log->trim({end.value - 1})); // its last batch is still needed
        EXPECT_EQ(found.log->bytes(), full);
        ASSERT_TRUE(found.log->trim(end));
        EXPECT_EQ(found.log->bytes(), full - 4096);
        EXPECT_EQ(found.log->read({1}, 0, 1).error(), errc::trimmed);
        EXPECT_TRUE(found.log->read(end, 0, 1));
        ASSERT_TRUE(found.log->trim({1'000'000}));
        EXPECT_EQ(found.log->oldest_segment_end(), batch_number{0});
        EXPECT_EQ(append_until(*found.log, 201, 400), 400u);
    }
    auto const found = this->start();
    ASSERT_TRUE(found.log) << found.why;
    EXPECT_GT(found.report.first, batch_number{100});
    EXPECT_EQ(found.report.next, batch_number{401});
    EXPECT_EQ(found.wrong, 0u);
}

TYPED_TEST(FileLog, LetsOneProcessIn) {
    auto const first = this->start();
    auto const second = this->start();
    EXPECT_EQ(second.refused, errc::locked);
}

TYPED_TEST(FileLog, PreparesSegmentsInTheBackground) {
    auto options = this->options();
    options.background = true;
    for (auto const mode : {sync_mode::always, sync_mode::interval, sync_mode::never}) {
        options.sync = mode;
        options.sync_interval = std::chrono::milliseconds{1};
        auto const found = recover(this->disk_.files, options);
        ASSERT_TRUE(found.log) << found.why;
        auto const next = found.report.next.value;
        EXPECT_EQ(append_until(*found.log, next, next + 120), next + 120);
    }
    auto const found = this->start();
    ASSERT_TRUE(found.log) << found.why;
    EXPECT_EQ(found.report.next.value, 3 * 121u + 1);
    EXPECT_EQ(found.wrong, 0u);
}

TYPED_TEST(FileLog, HoldsTheBallastWhileThereIsRoom) {
    auto options = this->options();
    options.ballast_bytes = 10'000;
    auto const found = recover(this->disk_.files, options);
    ASSERT_TRUE(found.log) << found.why;
    auto const ballast = this->disk_.files.open(options.directory + "/BALLAST", open_mode::read);
    ASSERT_TRUE(ballast);
    EXPECT_EQ(*(*ballast)->size(), 10'000u);
    EXPECT_TRUE(found.log->reserve(100'000));
}

} // namespace

} // namespace peyk::test
