#include "broker/storage/record_codec.hpp"
#include "tests/unit/storage/record_fixture.hpp"

#include <gtest/gtest.h>

#include <random>

namespace peyk::test {

namespace {

using namespace storage;

TEST(RecordCodec, GivesBackEveryKind) {
    record_encoder encoder;
    record_decoder decoder;
    std::string batch;
    std::vector<content_copy> copies;
    std::vector<std::string> expected;
    // Twice, in both orders: nothing of one record may stay in the reused messages for the next.
    auto records = records_of_every_kind();
    auto const forward = records;
    records.insert(records.end(), forward.rbegin(), forward.rend());
    for (auto const& record : records) {
        auto const before = batch.size();
        auto const bytes = encoder.append(record, batch, copies);
        EXPECT_EQ(bytes, batch.size() - before);
        EXPECT_EQ(batch.size() % 8, 0u);
        expected.push_back(describe(record));
    }
    EXPECT_TRUE(copies.empty());
    std::size_t offset = 0;
    for (auto const& text : expected) {
        auto const found = decoder.next(batch, offset);
        ASSERT_TRUE(found) << text;
        EXPECT_EQ(describe(found->record), text);
        offset += found->bytes;
    }
    EXPECT_EQ(offset, batch.size());
}

TEST(RecordCodec, LeavesAHoleForAContentThatIsOnDisk) {
    record_encoder encoder;
    std::string batch;
    std::vector<content_copy> copies;
    encoder.append(core::record::stopped_cleanly{}, batch, copies);
    auto const offset = batch.size();
    core::record::message_kept kept{.message = full_message("")};
    kept.content_at = core::position{77};
    kept.content_bytes = 5;
    encoder.append(kept, batch, copies);
    ASSERT_EQ(copies.size(), 1u);
    EXPECT_EQ(copies[0].from, core::position{77});
    EXPECT_EQ(copies[0].offset, offset);
    EXPECT_EQ(copies[0].bytes, 5u);

    record_decoder decoder;
    EXPECT_FALSE(decoder.next(batch, offset)); // the checksum is not there yet
    fill_copy(batch, offset, "hello");
    auto const found = decoder.next(batch, offset);
    ASSERT_TRUE(found);
    EXPECT_EQ(std::get<core::record::message_kept>(found->record).message.content, "hello");
}

// An error text may be cut anywhere.
TEST(RecordCodec, RemembersTextThatIsNotUtf8) {
    record_encoder encoder;
    record_decoder decoder;
    std::string batch;
    std::vector<content_copy> copies;
    core::record::requeued requeued{.number = {1}};
    requeued.error.text = "caf\xc3";
    encoder.append(requeued, batch, copies);
    auto const found = decoder.next(batch, 0);
    ASSERT_TRUE(found);
    EXPECT_EQ(std::get<core::record::requeued>(found->record).error.text, "caf\xc3");
}

TEST(RecordCodec, RefusesWhatMeansNothing) {
    record_encoder encoder;
    record_decoder decoder;
    std::vector<content_copy> copies;
    for (auto const& record : records_of_every_kind()) {
        std::string batch;
        encoder.append(record, batch, copies);
        auto const text = describe(record);
        for (std::size_t size = 0; size + 8 <= batch.size(); ++size) {
            EXPECT_FALSE(decoder.next(batch.substr(0, size), 0)) << text;
        }
        for (std::size_t bit = 0; bit < batch.size() * 8; ++bit) {
            auto damaged = batch;
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
            auto const found = decoder.next(damaged, 0);
            EXPECT_TRUE(!found || describe(found->record) == text) << text; // a bit of the padding
        }
    }
    EXPECT_FALSE(decoder.next("", 0));
    EXPECT_FALSE(decoder.next("12345678", 16));
}

// A whole frame around a head that no program of this version writes.
TEST(RecordCodec, RefusesNumbersThatDoNotFit) {
    auto const frame_of = [](std::string head) {
        record_frame frame{.head_bytes = static_cast<std::uint32_t>(head.size())};
        std::string record(record_frame_bytes, '\0');
        record += head;
        record.resize(frame.bytes());
        frame.checksum = frame_checksum(record, frame);
        store_frame(record.data(), frame);
        return record;
    };
    record_decoder decoder;
    EXPECT_TRUE(decoder.next(frame_of({"\x12\x00", 2}), 0));          // stopped_cleanly
    EXPECT_FALSE(decoder.next(frame_of({"\x7a\x00", 2}), 0));         // field 15: a newer program's
    EXPECT_FALSE(decoder.next(frame_of({"\x52\x02\x30\x07", 4}), 0)); // finished.state 7
    EXPECT_TRUE(decoder.next(frame_of({"\x52\x02\x30\x06", 4}), 0));
    EXPECT_FALSE(decoder.next(frame_of({"\x52\x01\x30", 3}), 0)); // cut off
    EXPECT_FALSE(decoder.next(frame_of(""), 0));
}

} // namespace

} // namespace peyk::test
