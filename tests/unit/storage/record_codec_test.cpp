#include "broker/storage/record_codec.hpp"
#include "tests/unit/storage/record_fixture.hpp"

#include "peyk/storage/v1/record.pb.h"
#include <gtest/gtest.h>

#include <functional>
#include <iterator>
#include <set>
#include <utility>

namespace peyk::test {

namespace {

using namespace storage;

TEST(RecordCodec, GivesBackEveryKind) {
    std::set<std::size_t> kinds;
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
        kinds.insert(record.index());
        auto const before = batch.size();
        auto const bytes = encoder.append(record, batch, copies);
        EXPECT_EQ(bytes, batch.size() - before);
        EXPECT_EQ(batch.size() % 8, 0u);
        expected.push_back(describe(record));
    }
    EXPECT_EQ(kinds.size(), std::variant_size_v<core::any_record>);
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
std::string frame_of(v1::Record const& record) {
    auto const head = record.SerializeAsString();
    record_frame frame{.head_bytes = static_cast<std::uint32_t>(head.size())};
    std::string framed(record_frame_bytes, '\0');
    framed += head;
    framed.resize(frame.bytes());
    frame.checksum = frame_checksum(framed, frame);
    store_frame(framed.data(), frame);
    return framed;
}

bool decodes(v1::Record const& record) {
    record_decoder decoder;
    return decoder.next(frame_of(record), 0).has_value();
}

TEST(RecordCodec, RefusesAFactOfANewerProgram) {
    EXPECT_FALSE(decodes({}));
    v1::Record newer;
    newer.mutable_stopped_cleanly();
    EXPECT_TRUE(decodes(newer));
    newer.clear_fact();
    newer.GetReflection()->MutableUnknownFields(&newer)->AddLengthDelimited(1'000, "");
    EXPECT_FALSE(decodes(newer));
}

// Every field that is narrower in the core than on disk: its last value, and the one after it.
TEST(RecordCodec, RefusesNumbersThatDoNotFit) {
    struct bounded {
        char const* field;
        std::uint32_t last;
        std::function<void(v1::Record&, std::uint32_t)> set;
    };
    auto const of_message = [](auto set) {
        return [set](v1::Record& r, std::uint32_t value) {
            (r.mutable_published()->mutable_message()->*set)(value);
        };
    };
    auto const of = [](auto fact, auto set) {
        return [=](v1::Record& r, std::uint32_t value) {
            ((r.*fact)()->*set)(value);
        };
    };
    bounded const fields[] = {
        {"priority", 255, of_message(&v1::Message::set_priority)},
        {"max_retries", 65'535, of_message(&v1::Message::set_max_retries)},
        {"factor", 65'535, of_message(&v1::Message::set_retry_factor_percent)},
        {"jitter", 2, of_message(&v1::Message::set_retry_jitter)},
        {"curve", 4, of_message(&v1::Message::set_retry_curve)},
        {"max_crashes", 65'535, of_message(&v1::Message::set_max_crashes)},
        {"until", 2, of_message(&v1::Message::set_unique_until)},
        {"conflict", 3, of_message(&v1::Message::set_unique_conflict)},
        {"kept", 7, of(&v1::Record::mutable_message_kept, &v1::MessageKept::set_state)},
        {"attempts", 65'535, of(&v1::Record::mutable_requeued, &v1::Requeued::set_attempts)},
        {"crashes", 65'535, of(&v1::Record::mutable_requeued, &v1::Requeued::set_crashes)},
        {"finished", 7, of(&v1::Record::mutable_finished, &v1::Finished::set_state)},
        {"death", 6, of(&v1::Record::mutable_finished, &v1::Finished::set_death)},
        {"overflow", 2, of(&v1::Record::mutable_policy_set, &v1::PolicySet::set_overflow)},
        {"limit", 65'535, of(&v1::Record::mutable_policy_set, &v1::PolicySet::set_max_crashes)},
        {"held", 3, of(&v1::Record::mutable_hold_set, &v1::HoldSet::set_scope)},
        {"released", 3, of(&v1::Record::mutable_hold_released, &v1::HoldReleased::set_scope)},
        {"misfire", 2, of(&v1::Record::mutable_schedule_set, &v1::ScheduleSet::set_misfire)},
        {"overlap", 3, of(&v1::Record::mutable_schedule_set, &v1::ScheduleSet::set_overlap)},
        {"action", 6, of(&v1::Record::mutable_sweep_began, &v1::SweepBegan::set_action)},
        {"edited", 255, of(&v1::Record::mutable_edited, &v1::Edited::set_priority)},
        {"retries", 65'535, of(&v1::Record::mutable_edited, &v1::Edited::set_max_retries)},
        {"edits",
         255,
         of(&v1::Record::mutable_sweep_began, &v1::SweepBegan::set_edit_priority)},
        {"tries",
         65'535,
         of(&v1::Record::mutable_sweep_began, &v1::SweepBegan::set_edit_max_retries)},
        {"states", 255, of(&v1::Record::mutable_sweep_began, &v1::SweepBegan::set_states)},
    };
    for (auto const& each : fields) {
        v1::Record record;
        each.set(record, each.last);
        EXPECT_TRUE(decodes(record)) << each.field;
        each.set(record, each.last + 1);
        EXPECT_FALSE(decodes(record)) << each.field;
    }
    v1::Record uneven;
    uneven.mutable_session_opened()->add_accepted_first(1);
    EXPECT_FALSE(decodes(uneven));
}

// A journal written before a state was added must read as it was meant.
TEST(RecordCodec, StatesKeepTheirNumbers) {
    using core::message_state;
    message_state const by_number[] = {message_state::scheduled,
                                       message_state::ready,
                                       message_state::leased,
                                       message_state::succeeded,
                                       message_state::failed,
                                       message_state::revoked,
                                       message_state::dead,
                                       message_state::blocked};
    record_decoder decoder;
    for (std::uint32_t number = 0; number < std::size(by_number); ++number) {
        v1::Record record;
        record.mutable_message_kept()->set_state(number);
        auto const kept = decoder.next(frame_of(record), 0);
        ASSERT_TRUE(kept);
        EXPECT_EQ(std::get<core::record::message_kept>(kept->record).state, by_number[number]);
        record.mutable_sweep_began()->set_states(1u << number);
        auto const swept = decoder.next(frame_of(record), 0);
        ASSERT_TRUE(swept);
        EXPECT_EQ(std::get<core::record::sweep_began>(swept->record).spec.which.states,
                  core::state_set{by_number[number]});
    }
}

// A message of a program that knew no costs counts as every plain one does.
TEST(RecordCodec, AMessageWithoutACostCostsOne) {
    record_decoder decoder;
    v1::Record before;
    before.mutable_published()->mutable_message()->set_task("t");
    auto const published = decoder.next(frame_of(before), 0);
    ASSERT_TRUE(published);
    auto const& plain = std::get<core::record::published>(published->record).message;
    EXPECT_EQ(plain.placement.cost, 1u);
    EXPECT_TRUE(plain.placement.limit_key.empty());
    EXPECT_TRUE(plain.tags.empty());
    before.mutable_message_kept()->mutable_message()->set_task("t");
    auto const kept = decoder.next(frame_of(before), 0);
    ASSERT_TRUE(kept);
    EXPECT_EQ(std::get<core::record::message_kept>(kept->record).message.placement.cost, 1u);
}

// What a message costs on its way through the broker. A record that grows makes every disk slower:
// raise a number only for what is worth it.
TEST(RecordCodec, HotRecordsAreSmall) {
    core::delivery_token const token{{7}, 1'000'000};
    core::session_id const session{~0ull, 1};
    auto const now = wall(1'700'000'000'000);
    std::pair<core::any_record, std::uint32_t> const table[] = {
        {core::record::published{.number = {1'000'000},
                                 .message = plain_message(""),
                                 .at = now,
                                 .session = session,
                                 .sequence = {1'000'000}},
         104},
        {core::record::leased{.number = {1'000'000}, .token = token, .session = session}, 48},
        {core::record::requeued{.number = {1'000'000}, .counters = {1, 0, 1}}, 24},
        {core::record::finished{.number = {1'000'000},
                                .id = plain_message("").id,
                                .queue = "mail",
                                .task = "mail.send",
                                .outcome = {.content_type = "application/json",
                                            .settled_by = token,
                                            .worker = "worker@host:4711",
                                            .finished = now},
                                .counters = {0, 0, 1},
                                .published = now,
                                .until = now},
         128},
        {core::record::forgotten{.number = {1'000'000}}, 24},
    };
    record_encoder encoder;
    for (auto const& [record, bytes] : table) {
        std::string batch;
        std::vector<content_copy> copies;
        EXPECT_EQ(encoder.append(record, batch, copies), bytes) << describe(record);
    }
}

} // namespace

} // namespace peyk::test
