// What of a task's reports is sent when.

#include "worker/src/report_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace peyk::worker_detail {
namespace {

using namespace std::chrono_literals;

report_buffer::time const start{1h};

TEST(ReportBuffer, TheFirstGoesAtOnceAndTheNextAfterTheInterval) {
    report_buffer buffer;
    EXPECT_FALSE(buffer.take(start));
    EXPECT_EQ(buffer.next(), report_buffer::time::max());
    buffer.progress(1, 10, "a");
    EXPECT_EQ(buffer.take(start)->progress, (progress{1, 10, "a"}));
    buffer.answered();
    buffer.progress(2, 10, "b");
    buffer.progress(3, 10, "c");
    EXPECT_FALSE(buffer.take(start + 249ms));
    EXPECT_EQ(buffer.next(), start + 250ms);
    EXPECT_EQ(buffer.take(start + 250ms)->progress, (progress{3, 10, "c"})); // the newest
}

TEST(ReportBuffer, OneIsUnderWayAtATime) {
    report_buffer buffer;
    buffer.log("one");
    EXPECT_EQ(buffer.take(start)->log, "one\n");
    buffer.checkpoint("c");
    EXPECT_FALSE(buffer.take(start + 1h));
    EXPECT_EQ(buffer.next(), report_buffer::time::max());
    buffer.answered();
    // A checkpoint waits for no interval, and takes the rest along.
    buffer.log("two\n");
    auto const report = buffer.take(start + 1ms);
    EXPECT_EQ(report->checkpoint, "c");
    EXPECT_EQ(report->log, "two\n");
    EXPECT_FALSE(report->progress);
}

TEST(ReportBuffer, TheEndTakesWhatIsLeft) {
    report_buffer buffer;
    buffer.progress(1, 1, {});
    EXPECT_TRUE(buffer.take(start));
    EXPECT_FALSE(buffer.take_rest());
    buffer.log("last words");
    EXPECT_EQ(buffer.take_rest()->log, "last words\n");
    EXPECT_FALSE(buffer.take_rest());
}

TEST(ReportBuffer, TheOldestLinesGoAndItIsSaidHowMany) {
    report_buffer buffer;
    std::string const line(99, 'x');
    for (int i = 0; i < 1'000; ++i) // 100,000 bytes with their ends
        buffer.log(line);
    auto const log = buffer.take_rest()->log;
    auto const dropped = 1'000 - static_cast<int>(log_bytes_max / 100);
    EXPECT_TRUE(log.starts_with("(" + std::to_string(dropped) + " lines left out)\nxxx"))
        << log.substr(0, 40);
    EXPECT_LE(log.size(), log_bytes_max + 40);
    EXPECT_EQ(log.back(), '\n');
    buffer.log("again");
    EXPECT_EQ(buffer.take_rest()->log, "again\n");
}

TEST(ReportBuffer, OneLineIsNoLongerThanTheWholeLog) {
    report_buffer buffer;
    buffer.log(std::string(1u << 20, 'x'));
    EXPECT_EQ(buffer.take_rest()->log.size(), log_bytes_max);
    buffer.progress(1, 2, std::string(5'000, 't'));
    EXPECT_EQ(buffer.take_rest()->progress->text.size(), progress_text_max);
}

} // namespace
} // namespace peyk::worker_detail
