// Readers beside the writer, a trim and the cleaning questions. Meant for ThreadSanitizer.

#include "broker/storage/journal.hpp"
#include "broker/storage/posix_file_system.hpp"
#include "tests/unit/storage/log_fixture.hpp"
#include "tests/unit/storage/record_fixture.hpp"

#include <atomic>
#include <filesystem>
#include <thread>

#include <unistd.h>

namespace peyk::test {

namespace {

using namespace storage;

// Appends in one thread, reads old batches in two others and asks in a fourth, as the broker does.
void read_beside(file_system& files, std::string const& directory) {
    auto options = small_options(directory);
    options.background = true;
    options.ballast_bytes = 4096;
    auto const found = recover(files, options);
    ASSERT_TRUE(found.log) << found.why;
    auto& log = *found.log;
    std::atomic<std::uint64_t> last{0};
    std::atomic<std::uint64_t> reads{0};
    std::atomic<bool> done{false};

    auto const read = [&](std::uint64_t seed) {
        for (auto n = seed; !done; n = n * 31 + 7) {
            auto const upto = last.load();
            if (upto == 0) {
                continue;
            }
            auto const number = n % upto + 1;
            auto const got = log.read({number}, 0, 4096);
            if (got) {
                EXPECT_EQ(*got, payload_of(number));
                ++reads;
            } else {
                EXPECT_EQ(got.error(), errc::trimmed);
            }
        }
    };
    auto const ask = [&] {
        while (!done) {
            static_cast<void>(log.bytes());
            static_cast<void>(log.oldest_segment_end());
            static_cast<void>(log.reserve(100));
        }
    };
    std::thread first{read, 1};
    std::thread second{read, 2};
    std::thread third{ask};
    for (std::uint64_t n = 1; n <= 1500 || reads < 100; ++n) {
        ASSERT_TRUE(log.append({n}, payload_of(n)));
        last = n;
        if (n % 300 == 0) {
            ASSERT_TRUE(log.trim({n - 200}));
        }
    }
    done = true;
    first.join();
    second.join();
    third.join();
}

TEST(ConcurrentRead, BesideAWriterInMemory) {
    memory_file_system files;
    read_beside(files, log_directory);
}

TEST(ConcurrentRead, BesideAWriterOnDisk) {
    auto directory = (std::filesystem::temp_directory_path() / "peyk-read-XXXXXX").string();
    ASSERT_NE(::mkdtemp(directory.data()), nullptr);
    {
        posix_file_system files;
        read_beside(files, directory);
    }
    std::filesystem::remove_all(directory);
}

// The loop thread adds while the commit thread commits.
TEST(ConcurrentCommit, BesideAdding) {
    memory_file_system files;
    auto log = file_log::open(files, small_options());
    journal journal{std::move(*log)};
    ASSERT_TRUE(journal.recover([](auto const&, auto, auto) {}));
    auto const records = records_of_every_kind();
    for (int round = 0; round < 200; ++round) {
        for (auto const& record : records) {
            journal.add(record);
        }
        auto sealed = journal.seal();
        std::thread committer{[&] {
            EXPECT_TRUE(journal.commit(sealed));
        }};
        for (auto const& record : records) {
            journal.add(record);
        }
        static_cast<void>(journal.clean_before(0));
        static_cast<void>(journal.reserve(1));
        committer.join();
        journal.recycle(std::move(sealed));
        auto rest = journal.seal();
        ASSERT_TRUE(journal.commit(rest));
        journal.recycle(std::move(rest));
    }
}

} // namespace

} // namespace peyk::test
