#include "tests/unit/wire/frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace peyk::wire {
namespace {

using test::frame;
using test::header;

// All payloads that come out when the stream comes in chunks of `step` bytes, each in a buffer that
// is overwritten afterwards, as a shared read buffer is.
std::vector<std::string> slice_in_steps(std::string_view bytes, std::size_t step) {
    frame_slicer slicer;
    std::vector<std::string> out;
    std::string room;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        room = bytes.substr(at, step);
        slicer.feed(room);
        while (auto const payload = slicer.next().value())
            out.emplace_back(*payload);
        slicer.keep();
        room.assign(room.size(), '!');
    }
    return out;
}

TEST(FrameSlicer, FindsFramesWhereverTheStreamIsCut) {
    auto const bytes = test::stream();
    for (std::size_t step : {1u, 2u, 3u, 4u, 5u, 7u, 64u, 4096u, 100'000u})
        EXPECT_EQ(slice_in_steps(bytes, step), test::payloads()) << "step " << step;
}

TEST(FrameSlicer, CopiesNothingOfAWholeFrame) {
    auto const bytes = frame("abc");
    frame_slicer slicer;
    slicer.feed(bytes);
    EXPECT_EQ(slicer.next().value()->data(), bytes.data() + frame_header_bytes);
    slicer.keep();
    EXPECT_EQ(slicer.held(), 0u);
}

TEST(FrameSlicer, HoldsOnlyTheUnfinishedFrame) {
    frame_slicer slicer;
    auto const bytes = frame("abc") + "xy";
    slicer.feed(bytes);
    ASSERT_TRUE(slicer.next().value());
    ASSERT_FALSE(slicer.next().value());
    slicer.keep();
    EXPECT_EQ(slicer.held(), 2u);
}

TEST(FrameSlicer, RefusesALengthOverTheLimitBeforeAllocating) {
    frame_slicer slicer{1000};
    auto const bytes = header(0xffff'ffff) + "x";
    slicer.feed(bytes);
    EXPECT_EQ(slicer.next().error(), make_error_code(errc::frame_too_large));
    EXPECT_LT(slicer.capacity(), 1000u);
}

TEST(FrameSlicer, RefusesALengthThatComesInPieces) {
    frame_slicer slicer{1000};
    auto const bytes = header(0xffff'ffff);
    slicer.feed(std::string_view{bytes}.substr(0, 2));
    ASSERT_FALSE(slicer.next().value());
    slicer.keep();
    slicer.feed(std::string_view{bytes}.substr(2));
    EXPECT_EQ(slicer.next().error(), make_error_code(errc::frame_too_large));
}

TEST(FrameSlicer, RefusesAnEmptyFrame) {
    frame_slicer slicer;
    auto const bytes = header(0);
    slicer.feed(bytes);
    EXPECT_EQ(slicer.next().error(), make_error_code(errc::frame_empty));
}

TEST(FrameSlicer, GivesBackWhatALargeFrameNeeded) {
    frame_slicer slicer;
    auto const bytes = frame(std::string(4u << 20, 'x')) + frame("small");
    slicer.feed(std::string_view{bytes}.substr(0, 1u << 20));
    ASSERT_FALSE(slicer.next().value());
    slicer.keep();
    slicer.feed(std::string_view{bytes}.substr(1u << 20));
    EXPECT_EQ(slicer.next().value()->size(), 4u << 20);
    EXPECT_EQ(slicer.next().value(), "small");
    slicer.keep();
    EXPECT_LT(slicer.capacity(), 1024u);
}

} // namespace
} // namespace peyk::wire
