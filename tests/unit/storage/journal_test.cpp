#include "broker/storage/journal.hpp"
#include "tests/unit/storage/log_fixture.hpp"
#include "tests/unit/storage/record_fixture.hpp"

namespace peyk::test {

namespace {

using namespace storage;

struct opened_journal {
    std::unique_ptr<storage::journal> kept;
    std::vector<std::string> records;
    std::vector<core::position> positions;
    boost::system::result<replay_report> recovered = make_error_code(errc::failed);
};

opened_journal open_journal(memory_file_system& files, std::uint64_t slack_bytes = 8192) {
    auto log = file_log::open(files, small_options());
    EXPECT_TRUE(log);
    opened_journal out;
    out.kept = std::make_unique<journal>(std::move(*log), slack_bytes);
    out.recovered =
        out.kept->recover([&](core::any_record const& record, core::position at, std::uint32_t) {
            out.records.push_back(describe(record));
            out.positions.push_back(at);
        });
    return out;
}

void commit_open(journal& to) {
    auto sealed = to.seal();
    EXPECT_TRUE(to.commit(sealed)) << to.last_error();
    to.recycle(std::move(sealed));
}

core::record::published published_with(std::uint64_t number, std::string_view content) {
    return {.number = {number}, .message = full_message(content)};
}

TEST(Journal, GivesBackEveryRecordWithItsPosition) {
    memory_file_system files;
    std::vector<std::string> expected;
    std::vector<core::position> positions;
    {
        auto const opened = open_journal(files);
        for (int batch = 0; batch < 5; ++batch) {
            for (auto const& record : records_of_every_kind()) {
                positions.push_back(opened.kept->add(record).at);
                expected.push_back(describe(record));
            }
            commit_open(*opened.kept);
        }
    }
    auto const opened = open_journal(files);
    ASSERT_TRUE(opened.recovered);
    EXPECT_EQ(opened.records, expected);
    EXPECT_EQ(opened.positions, positions);
    EXPECT_TRUE(std::is_sorted(positions.begin(), positions.end()));
}

TEST(Journal, AnEmptyBatchTakesNoNumber) {
    memory_file_system files;
    {
        auto const opened = open_journal(files);
        commit_open(*opened.kept);
        opened.kept->add(core::record::stopped_cleanly{});
        commit_open(*opened.kept);
        commit_open(*opened.kept);
    }
    EXPECT_EQ(open_journal(files).recovered->next, batch_number{2});
}

TEST(Journal, ReadsContentsBack) {
    memory_file_system files;
    auto const opened = open_journal(files);
    std::string const large(30'000, 'z');
    auto const small_at = opened.kept->add(published_with(1, "small")).at;
    auto const large_at = opened.kept->add(published_with(2, large)).at;
    auto const none_at = opened.kept->add(published_with(3, "")).at;
    commit_open(*opened.kept);
    EXPECT_EQ(*opened.kept->read_content(small_at, 5), "small");
    EXPECT_EQ(*opened.kept->read_content(large_at, 30'000), large);
    EXPECT_EQ(*opened.kept->read_content(none_at, 0), "");
    EXPECT_EQ(opened.kept->read_content(small_at, 4).error(), errc::corrupt);
}

TEST(Journal, ReadsAContentBehindALongHead) {
    memory_file_system files;
    auto const opened = open_journal(files);
    std::string const trace(5'000, 't');
    auto const at =
        opened.kept
            ->add(core::record::finished{
                .outcome = {.result = "result", .error = {.type = "E", .trace = trace}}})
            .at;
    commit_open(*opened.kept);
    EXPECT_EQ(*opened.kept->read_content(at, 6), "result");
}

TEST(Journal, ADamagedContentIsNotGivenOut) {
    memory_file_system files;
    auto const opened = open_journal(files);
    auto const at = opened.kept->add(published_with(1, "precious")).at;
    commit_open(*opened.kept);
    auto const path = path_of(segment_name({1}));
    auto const place = files.contents(path).find("precious");
    files.flip_bit(path, place * 8);
    EXPECT_EQ(opened.kept->read_content(at, 8).error(), errc::corrupt);
}

TEST(Journal, MovesContentsThatAreOnlyOnDisk) {
    memory_file_system files;
    {
        auto const opened = open_journal(files);
        auto at = opened.kept->add(published_with(1, "moved by cleaning")).at;
        commit_open(*opened.kept);
        for (int i = 0; i < 3; ++i) {
            core::record::message_kept kept{.number = {1}, .message = full_message("")};
            kept.content_at = at;
            kept.content_bytes = 17;
            at = opened.kept->add(kept).at;
            opened.kept->add(core::record::forgotten{{2}});
            commit_open(*opened.kept);
            EXPECT_EQ(*opened.kept->read_content(at, 17), "moved by cleaning");
        }
    }
    auto const opened = open_journal(files);
    ASSERT_TRUE(opened.recovered);
    ASSERT_EQ(opened.records.size(), 7u);
    EXPECT_NE(opened.records[5].find("moved by cleaning"), std::string::npos);
}

TEST(Journal, IsWorthCleaningWhenGarbageExceedsLiveData) {
    memory_file_system files;
    auto const opened = open_journal(files, 8192);
    auto& kept = *opened.kept;
    EXPECT_FALSE(kept.clean_before(0));
    std::string const content(1'000, 'c');
    for (std::uint64_t n = 1; n <= 40; ++n) {
        kept.add(published_with(n, content));
        commit_open(kept);
    }
    auto const total = kept.bytes();
    EXPECT_FALSE(kept.clean_before((total - 8192) / 2));
    EXPECT_TRUE(kept.clean_before((total - 8192) / 2, true)); // on a full disk every bit counts
    auto const before = kept.clean_before((total - 8192) / 2 - 1);
    ASSERT_TRUE(before);
    // The trim comes true with the batch that was open when it was asked for, not before.
    kept.add(core::record::forgotten{{1}});
    kept.trim(*before);
    EXPECT_EQ(kept.bytes(), total);
    commit_open(kept);
    EXPECT_LT(kept.bytes(), total);
    EXPECT_EQ(kept.read_content({1 << 24}, 1'000).error(), errc::trimmed);
}

TEST(Journal, ARecordThatMeansNothingIsRefused) {
    memory_file_system files;
    {
        auto const found = recover(files);
        ASSERT_TRUE(found.log->append({1}, "not a record"));
    }
    auto const opened = open_journal(files);
    EXPECT_EQ(opened.recovered.error(), errc::undecodable);
    EXPECT_NE(opened.kept->last_error().find("batch 1"), std::string::npos);
}

TEST(Journal, SaysWhyItFailed) {
    memory_file_system files;
    auto const opened = open_journal(files);
    opened.kept->add(core::record::stopped_cleanly{});
    commit_open(*opened.kept);
    files.fail_at(1, 5, disk_operation::sync);
    opened.kept->add(core::record::stopped_cleanly{});
    auto sealed = opened.kept->seal();
    EXPECT_FALSE(opened.kept->commit(sealed));
    EXPECT_NE(opened.kept->last_error().find("restart the broker"), std::string::npos);
}

} // namespace

} // namespace peyk::test
