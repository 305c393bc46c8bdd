#include "tests/unit/core/life_desk.hpp"

#include <string>

namespace peyk::core {
namespace {

report progress_of(life_desk const& d, std::uint64_t done, std::string_view text) {
    report said{life_desk::worker, {7}, d.held};
    said.progress = progress{done, 10, text};
    return said;
}

report log_of(life_desk const& d, std::string_view lines) {
    report said{life_desk::worker, {7}, d.held};
    said.log = lines;
    return said;
}

report checkpoint_of(life_desk const& d, std::string_view bytes) {
    report said{life_desk::worker, {7}, d.held};
    said.checkpoint = bytes;
    return said;
}

TEST(Reporting, ShowsInTheStatus) {
    life_desk d;
    d.run(task_named("m"));
    d.apply(progress_of(d, 3, "almost"));
    EXPECT_EQ(d.effect<effect::reported>().request, request_id{7});
    d.apply(log_of(d, "one\n"));
    d.apply(log_of(d, "two\n"));
    status const seen = d.whole("m");
    EXPECT_EQ(seen.done, 3u);
    EXPECT_EQ(seen.total, 10u);
    EXPECT_EQ(seen.progress_text, "almost");
    EXPECT_EQ(seen.log, "one\ntwo\n");
    EXPECT_EQ(seen.log_end, 8u);
    d.expect_rebuilt();
    d.end_with(verdict::success{"r", "t"});
    EXPECT_EQ(d.whole("m").log, "one\ntwo\n");
    EXPECT_EQ(d.whole("m").done, 3u);
    d.expect_rebuilt();
}

TEST(Reporting, HandsTheCheckpointToTheNextAttempt) {
    life_desk d;
    message m = task_named("m");
    m.retry = {.max_retries = 1, .base_ms = 10, .spread = jitter::none};
    d.run(m);
    d.apply(checkpoint_of(d, "row 7"));
    d.apply(checkpoint_of(d, "row 9"));
    EXPECT_EQ(d.whole("m").checkpoint_bytes, 5u);
    d.expect_rebuilt();
    d.end_with(verdict::failure{some_error});
    d.advance(duration{10});
    ASSERT_EQ(d.said.deliveries.size(), 1u);
    EXPECT_EQ(d.said.deliveries[0].checkpoint, "row 9");
    ASSERT_TRUE(d.took());
    d.end_with(verdict::success{"r", "t"});
    EXPECT_EQ(d.whole("m").checkpoint_bytes, 0u);
    d.expect_rebuilt();
}

TEST(Reporting, KeepsTheCheckpointOfADeadLetter) {
    life_desk d;
    d.run(task_named("m"));
    d.apply(checkpoint_of(d, "row 7"));
    d.end_with(verdict::failure{some_error});
    EXPECT_EQ(d.whole("m").checkpoint_bytes, 5u);
    d.expect_rebuilt();
    message_id const id = id_of<message_id>("m");
    d.apply(redrive{desk::publisher, {1}, {&id, 1}});
    ASSERT_EQ(d.said.deliveries.size(), 1u);
    EXPECT_EQ(d.said.deliveries[0].checkpoint, "row 7");
}

TEST(Reporting, IsRefusedWithoutTheDelivery) {
    life_desk d;
    d.run(task_named("m"));
    report foreign = log_of(d, "line\n");
    foreign.session = desk::publisher;
    d.apply(foreign);
    EXPECT_EQ(d.effect<effect::refused>().code, errc::unknown_delivery);
    d.end_with(verdict::success{"r", "t"});
    d.apply(log_of(d, "line\n"));
    EXPECT_EQ(d.effect<effect::refused>().code, errc::unknown_delivery);
    EXPECT_EQ(d.whole("m").log_end, 0u);
}

TEST(Reporting, IsRefusedWholeWithACheckpointThatIsTooLarge) {
    limits bounds;
    bounds.checkpoint_bytes_max = 3;
    life_desk d{bounds};
    d.run(task_named("m"));
    report said = checkpoint_of(d, "1234");
    said.log = "line\n";
    d.apply(said);
    EXPECT_EQ(d.effect<effect::refused>().code, errc::checkpoint_too_large);
    EXPECT_EQ(d.whole("m").log_end, 0u);
}

TEST(Reporting, ForgetsTheOldestLinesAndCutsTexts) {
    limits bounds;
    bounds.log_bytes_max = 10;
    bounds.progress_text_max = 3;
    life_desk d{bounds};
    d.run(task_named("m"));
    d.apply(progress_of(d, 1, "12345"));
    EXPECT_EQ(d.whole("m").progress_text, "123");
    d.apply(log_of(d, "aaa\nbbb\n"));
    d.apply(log_of(d, "ccc\n"));
    EXPECT_EQ(d.whole("m").log, "bbb\nccc\n");
    EXPECT_EQ(d.whole("m").log_end, 12u);
    d.expect_rebuilt();
    d.apply(log_of(d, "0123456789012345\n"));
    EXPECT_EQ(d.whole("m").log, "789012345\n");
    d.expect_rebuilt();
    d.apply(log_of(d, "xxxxxxxxxxxxx\nyyy\n"));
    EXPECT_EQ(d.whole("m").log, "yyy\n");
    d.expect_rebuilt();
}

TEST(Reporting, IsPushedToThoseWhoFollow) {
    life_desk d;
    d.run(task_named("m"));
    d.apply(log_of(d, "one\n"));
    message_id const id = id_of<message_id>("m");
    d.apply(watch{desk::publisher, {9}, {&id, 1}, false, true});
    EXPECT_EQ(d.effect<effect::updated>().status.log, "one\n");
    d.apply(log_of(d, "two\n"));
    EXPECT_EQ(d.effect<effect::updated>().status.log, "two\n");
    EXPECT_EQ(d.effect<effect::updated>().status.log_end, 8u);
    d.apply(progress_of(d, 5, {}));
    EXPECT_EQ(d.effect<effect::updated>().status.done, 5u);
    EXPECT_EQ(d.effect<effect::updated>().status.log, "");
    d.end_with(verdict::success{"r", "t"});
    EXPECT_TRUE(d.effect<effect::updated>().last);
}

TEST(Reporting, IsNotPushedToThoseWhoOnlyWatch) {
    life_desk d;
    d.run(task_named("m"));
    message_id const id = id_of<message_id>("m");
    d.apply(watch{desk::publisher, {9}, {&id, 1}});
    d.apply(progress_of(d, 5, {}));
    EXPECT_EQ(d.said.effects.size(), 1u);
}

} // namespace
} // namespace peyk::core
