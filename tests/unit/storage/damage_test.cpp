// Torn tails, flipped bits, lost files: the outcome is everything, or a refusal; never silently
// less.

#include "tests/unit/storage/log_fixture.hpp"

#include <random>

namespace peyk::test {

namespace {

using namespace storage;

std::string last_segment(memory_file_system const& files) {
    std::string last;
    for (auto const& path : files.paths()) {
        if (path.ends_with(".log")) {
            last = path;
        }
    }
    return last;
}

// The batch after the last one, half written, by an unclean stop.
TEST(TornTail, IsCutOffAtEveryByte) {
    auto const whole = journal_of(60);
    auto const path = last_segment(*whole);
    auto const before = whole->contents(path);
    auto torn = whole->copy();
    {
        auto const found = recover(*torn);
        append_until(*found.log, 61, 61);
    }
    auto const after = torn->contents(path);
    ASSERT_EQ(last_segment(*torn), path);
    auto const begin = before.find_last_not_of('\0');
    auto const end = after.find_last_not_of('\0');
    for (auto cut = begin + 1; cut <= end; ++cut) {
        auto files = whole->copy();
        files->put(path, after.substr(0, cut) + std::string(after.size() - cut, '\0'));
        auto const found = recover(*files);
        ASSERT_TRUE(found.log) << found.why;
        ASSERT_EQ(found.report.next, batch_number{61}) << "cut at " << cut;
        EXPECT_EQ(found.wrong, 0u);
        // Cut off for good: a shorter batch after it must not bring the rest back.
        ASSERT_EQ(append_until(*found.log, 61, 62), 62u);
    }
}

TEST(TornTail, OfARunThatWasConfirmedIsRefused) {
    auto const whole = journal_of(60);
    auto const path = last_segment(*whole);
    auto const bytes = whole->contents(path);
    auto const end = bytes.find_last_not_of('\0');
    for (auto cut = segment_header_bytes; cut <= end; ++cut) {
        auto files = whole->copy();
        files->put(path, bytes.substr(0, cut) + std::string(bytes.size() - cut, '\0'));
        auto const found = recover(*files);
        ASSERT_EQ(found.refused, errc::behind_watermark) << "cut at " << cut;
        EXPECT_NE(found.why.find(path), std::string::npos) << found.why;
        files->put(path, bytes.substr(0, cut)); // the file itself is shorter
        ASSERT_EQ(recover(*files).refused, errc::behind_watermark) << "cut at " << cut;
    }
}

TEST(TornTail, GarbageAfterTheEndIsNoBatch) {
    auto const whole = journal_of(10);
    std::mt19937_64 random{7};
    auto const path = last_segment(*whole);
    auto bytes = whole->contents(path);
    auto const end = (bytes.find_last_not_of('\0') / 8 + 1) * 8;
    for (auto i = end; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(random());
    }
    // Also an old batch of this very journal.
    bytes.replace(end + 64, 200, bytes, segment_header_bytes, 200);
    whole->put(path, bytes);
    auto const found = recover(*whole);
    ASSERT_TRUE(found.log) << found.why;
    EXPECT_EQ(found.report.next, batch_number{11});
    EXPECT_EQ(found.report.torn_bytes, bytes.size() - end);
}

void expect_exact_or_refused(memory_file_system& files, std::uint64_t batches) {
    auto const found = recover(files);
    if (found.log) {
        EXPECT_EQ(found.report.batches, batches);
        EXPECT_EQ(found.wrong, 0u);
    } else {
        EXPECT_FALSE(found.why.empty());
    }
}

TEST(Damage, OneFlippedBitIsRefusedOrHarmless) {
    auto const whole = journal_of(100);
    std::mt19937_64 random{1};
    for (auto const& path : whole->paths()) {
        auto const bits = whole->contents(path).size() * 8;
        for (int i = 0; i < 700 && bits != 0; ++i) {
            auto const bit = random() % bits;
            SCOPED_TRACE(path + " bit " + std::to_string(bit));
            auto files = whole->copy();
            files->flip_bit(path, bit);
            expect_exact_or_refused(*files, 100);
        }
    }
}

TEST(Damage, ZeroedSectorsAreRefusedOrHarmless) {
    auto const whole = journal_of(100);
    for (auto const& path : whole->paths()) {
        auto const bytes = whole->contents(path);
        for (std::size_t at = 0; at < bytes.size(); at += 512) {
            SCOPED_TRACE(path + " sector at " + std::to_string(at));
            auto files = whole->copy();
            auto zeroed = bytes;
            auto const size = std::min<std::size_t>(512, bytes.size() - at);
            zeroed.replace(at, size, size, '\0');
            files->put(path, zeroed);
            expect_exact_or_refused(*files, 100);
        }
    }
}

TEST(Damage, IsNamedWithFileAndOffset) {
    auto const whole = journal_of(100);
    std::string const path = path_of(segment_name({1}));
    whole->flip_bit(path, (segment_header_bytes + 100) * 8);
    auto const found = recover(*whole);
    EXPECT_EQ(found.refused, errc::corrupt);
    EXPECT_NE(found.why.find(path + " at byte "), std::string::npos) << found.why;
    EXPECT_NE(found.why.find("verify"), std::string::npos) << found.why;
}

TEST(Damage, ALostFileIsRefused) {
    auto const whole = journal_of(100);
    for (auto const& path : whole->paths()) {
        if (path.ends_with("LOCK")) {
            continue; // holds nothing
        }
        SCOPED_TRACE(path);
        auto files = whole->copy();
        ASSERT_TRUE(files->remove(path));
        auto const found = recover(*files);
        EXPECT_FALSE(found.log);
        EXPECT_FALSE(found.why.empty());
    }
}

TEST(Damage, ALostSegmentInTheMiddleIsAGap) {
    auto const whole = journal_of(100);
    auto const next = parse_segment_name(whole->paths().at(1 + 2).substr(8));
    ASSERT_TRUE(next);
    ASSERT_TRUE(whole->remove(path_of(segment_name(*next))));
    EXPECT_EQ(recover(*whole).refused, errc::gap);
}

TEST(Damage, AnotherDirectoryIsLeftAlone) {
    memory_file_system files;
    files.put(path_of("thesis.tex"), "precious");
    EXPECT_EQ(recover(files).refused, errc::not_a_journal);
    EXPECT_EQ(files.contents(path_of("thesis.tex")), "precious");
}

TEST(Damage, ANewerFormatIsRefused) {
    auto const files = journal_of(3);
    files->put(path_of("FORMAT"), "peyk journal 2\nidentity 0\n");
    EXPECT_EQ(recover(*files).refused, errc::newer_format);
}

} // namespace

} // namespace peyk::test
