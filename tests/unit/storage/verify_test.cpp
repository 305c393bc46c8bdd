#include "broker/storage/journal.hpp"
#include "broker/storage/verify.hpp"
#include "tests/unit/storage/log_fixture.hpp"
#include "tests/unit/storage/record_fixture.hpp"

#include <random>

namespace peyk::test {

namespace {

using namespace storage;

constexpr std::uint64_t batches = 40;

// A closed journal of `batches` batches of two records each, over several segments.
std::unique_ptr<memory_file_system> closed_journal() {
    auto files = std::make_unique<memory_file_system>();
    auto log = file_log::open(*files, small_options());
    journal journal{std::move(*log)};
    EXPECT_TRUE(journal.recover([](auto const&, auto, auto) {}));
    std::string const content(400, 'c');
    for (std::uint64_t n = 1; n <= batches; ++n) {
        journal.add(core::record::published{.number = {n}, .message = full_message(content)});
        journal.add(core::record::forgotten{{n}});
        auto sealed = journal.seal();
        EXPECT_TRUE(journal.commit(sealed));
    }
    return files;
}

// The numbers of the published messages that a start gives back; nothing if it is refused.
std::optional<std::vector<std::uint64_t>> started(memory_file_system& files) {
    auto log = file_log::open(files, small_options());
    if (!log) {
        return std::nullopt;
    }
    journal journal{std::move(*log)};
    std::vector<std::uint64_t> numbers;
    auto const recovered = journal.recover([&](core::any_record const& record, auto, auto) {
        if (auto const* const published = std::get_if<core::record::published>(&record)) {
            numbers.push_back(published->number.value);
        }
    });
    if (!recovered) {
        return std::nullopt;
    }
    return numbers;
}

TEST(Verify, CountsAWholeJournal) {
    auto const files = closed_journal();
    std::uint64_t told = 0;
    auto const found = verify(*files, log_directory, {.progress = [&](journal_summary const& s) {
        told = s.batches;
    }});
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->first_fault) << found->first_fault->sentence();
    EXPECT_EQ(found->batches, batches);
    EXPECT_EQ(told, batches);
    EXPECT_EQ(found->records, 2 * batches);
    EXPECT_EQ(found->records_of_kind[4], batches);
    EXPECT_EQ(record_kind_name(4), "published");
    EXPECT_EQ(found->records_of_kind[15], batches);
    EXPECT_EQ(record_kind_name(15), "forgotten");
    EXPECT_EQ(record_kind_name(record_kinds - 1), "sweep_ended");
    EXPECT_GT(found->segments, 3u);
    EXPECT_EQ(found->next, batch_number{batches + 1});
}

TEST(Verify, ChangesNothing) {
    auto const files = closed_journal();
    auto const before = files->operations();
    ASSERT_TRUE(verify(*files, log_directory));
    EXPECT_EQ(files->operations(), before);
}

TEST(Verify, RefusesWhileABrokerUsesIt) {
    auto const files = closed_journal();
    auto const user = file_log::open(*files, small_options());
    ASSERT_TRUE(user);
    EXPECT_EQ(verify(*files, log_directory).error().code, errc::locked);
    EXPECT_TRUE(verify(*files, log_directory, {.force = true}));
    EXPECT_EQ(repair(*files, log_directory).error().code, errc::locked);
}

TEST(Verify, RefusesWhatIsNoJournal) {
    memory_file_system files;
    files.put(path_of("thesis.tex"), "precious");
    EXPECT_EQ(verify(files, log_directory).error().code, errc::not_a_journal);
    EXPECT_EQ(repair(files, log_directory).error().code, errc::not_a_journal);
}

TEST(Repair, LeavesAWholeJournalAlone) {
    auto const files = closed_journal();
    auto const before = files->operations();
    auto const done = repair(*files, log_directory);
    ASSERT_TRUE(done);
    EXPECT_FALSE(done->found);
    EXPECT_EQ(files->operations(), before);
}

// After a repair the broker starts, with a first part of what was there, and goes on.
void expect_repairable(memory_file_system& files) {
    auto const looked = verify(files, log_directory);
    ASSERT_TRUE(looked);
    auto const before = started(files);
    ASSERT_EQ(before.has_value(), !looked->first_fault);
    auto const done = repair(files, log_directory);
    ASSERT_TRUE(done) << done.error().sentence();
    EXPECT_EQ(done->found.has_value(), looked->first_fault.has_value());
    auto const after = started(files);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->size(), done->next.value - looked->first.value);
    for (std::size_t i = 0; i < after->size(); ++i) {
        EXPECT_EQ((*after)[i], looked->first.value + i);
    }
    auto const again = verify(files, log_directory);
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->first_fault);
}

TEST(Repair, MakesAnyDamagedJournalStartAgain) {
    auto const whole = closed_journal();
    std::mt19937_64 random{3};
    for (auto const& path : whole->paths()) {
        auto const bits = whole->contents(path).size() * 8;
        for (int i = 0; i < 60 && bits != 0; ++i) {
            auto const bit = random() % bits;
            SCOPED_TRACE(path + " bit " + std::to_string(bit));
            auto files = whole->copy();
            files->flip_bit(path, bit);
            if (path.ends_with("FORMAT") && !verify(*files, log_directory)) {
                continue; // the version became a newer one
            }
            expect_repairable(*files);
        }
        SCOPED_TRACE(path + " lost");
        auto files = whole->copy();
        ASSERT_TRUE(files->remove(path));
        expect_repairable(*files);
    }
}

TEST(Repair, KeepsWhatItCutsOff) {
    auto const files = closed_journal();
    auto const path = path_of(segment_name({1}));
    auto const bytes = files->contents(path);
    files->flip_bit(path, 1500 * 8);
    auto const damaged = files->contents(path);
    auto const done = repair(*files, log_directory);
    ASSERT_TRUE(done);
    ASSERT_FALSE(done->salvaged.empty());
    auto const kept = files->contents(done->salvaged.front());
    auto const at = damaged.find(kept);
    ASSERT_NE(at, std::string::npos);
    EXPECT_LT(at, 1500u);
    EXPECT_EQ(files->contents(path).substr(0, at), bytes.substr(0, at));
    EXPECT_EQ(files->contents(path).find_first_not_of('\0', at), std::string::npos);
}

TEST(Repair, MayBeInterruptedAnywhere) {
    auto const whole = closed_journal();
    whole->flip_bit(path_of(segment_name({1})), 1500 * 8);
    auto const reference = whole->copy();
    auto const expected = repair(*reference, log_directory)->next;
    for (std::uint64_t n = 1; n <= reference->operations(); ++n) {
        SCOPED_TRACE("operation " + std::to_string(n));
        auto files = whole->copy();
        files->power_off_at(n);
        static_cast<void>(repair(*files, log_directory));
        files->restart(survival::random, n);
        ASSERT_TRUE(repair(*files, log_directory));
        auto const after = started(*files);
        ASSERT_TRUE(after);
        EXPECT_EQ(after->size(), expected.value - 1);
    }
}

} // namespace

} // namespace peyk::test
