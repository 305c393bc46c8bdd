#include "tests/unit/wire/frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace peyk::wire {
namespace {

using test::frame;
using test::header;

void put(frame_reader& reader, std::string_view bytes) {
    auto const room = reader.prepare(bytes.size());
    ASSERT_GE(room.size(), bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    reader.commit(bytes.size());
}

// All payloads that come out when the stream goes in `step` bytes at a time.
std::vector<std::string> read_in_steps(std::string_view bytes, std::size_t step) {
    frame_reader reader;
    std::vector<std::string> out;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        put(reader, bytes.substr(at, step));
        while (auto const payload = reader.next().value())
            out.emplace_back(*payload);
    }
    return out;
}

TEST(FrameReader, HeaderIsLittleEndian) {
    EXPECT_EQ(header(0x01020304), std::string("\x04\x03\x02\x01", 4));
}

TEST(FrameReader, FindsFramesWhereverTheStreamIsCut) {
    auto const bytes = test::stream();
    for (std::size_t step : {1u, 2u, 3u, 4u, 5u, 7u, 64u, 4096u, 100'000u})
        EXPECT_EQ(read_in_steps(bytes, step), test::payloads()) << "step " << step;
}

TEST(FrameReader, RefusesALengthOverTheLimitBeforeAllocating) {
    frame_reader reader{1000};
    put(reader, header(0xffff'ffff));
    auto const capacity = reader.capacity();
    EXPECT_EQ(reader.next().error(), make_error_code(errc::frame_too_large));
    EXPECT_EQ(reader.capacity(), capacity);
}

TEST(FrameReader, TakesAFrameOfExactlyTheLimit) {
    frame_reader reader{1000};
    put(reader, frame(std::string(1000, 'x')));
    EXPECT_EQ(reader.next().value()->size(), 1000u);
    put(reader, header(1001));
    EXPECT_TRUE(reader.next().has_error());
}

TEST(FrameReader, RefusesAnEmptyFrame) {
    frame_reader reader;
    put(reader, header(0));
    EXPECT_EQ(reader.next().error(), make_error_code(errc::frame_empty));
}

TEST(FrameReader, GivesBackWhatALargeFrameNeeded) {
    frame_reader reader;
    put(reader, frame(std::string(4u << 20, 'x')));
    ASSERT_TRUE(reader.next().value());
    EXPECT_GE(reader.capacity(), 4u << 20);
    put(reader, frame("small"));
    EXPECT_LE(reader.capacity(), 64u << 10);
    EXPECT_EQ(reader.next().value(), "small");
}

TEST(FrameReader, CountsTheUnfinishedFrame) {
    frame_reader reader;
    put(reader, frame("abc") + "xy");
    ASSERT_TRUE(reader.next().value());
    EXPECT_EQ(reader.pending(), 2u);
}

TEST(FrameReader, ErrorsExplainThemselves) {
    EXPECT_EQ(make_error_code(errc::frame_too_large).message(),
              "the frame is larger than the limit");
    EXPECT_EQ(make_error_code(errc::frame_empty).message(), "the frame is empty");
    EXPECT_STREQ(error_category().name(), "peyk.wire");
}

} // namespace
} // namespace peyk::wire
