#include "client/cli/figures.hpp"
#include "client/cli/top/top_drawing.hpp"
#include "tests/unit/client/cli_top_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace peyk::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class CliTopDrawing : public testing::Test {
protected:
    CliTopDrawing() {
        model.take(snapshot_at(1));
        model.take(failure_at(1, "mail.send"));
        model.take(failure_at(1, "mail.bulk", event_kind::task_retried));
        model.take(snapshot_at(2));
    }

    // Checks what holds of every screen, and gives its text.
    std::string text(screen_size size) const {
        auto const lines = draw(model, size);
        EXPECT_EQ(lines.size(), size.rows);
        std::string all;
        for (auto const& line : lines) {
            auto const one = text_of(line);
            EXPECT_LE(text_width(one), size.columns) << one;
            EXPECT_EQ(one.find_first_of("\n\033"), std::string::npos) << one;
            all += one + '\n';
        }
        return all;
    }
    std::string line_with(std::string const& part, screen_size size = {}) const {
        for (auto const& line : draw(model, size)) {
            if (auto one = text_of(line); one.find(part) != std::string::npos)
                return one;
        }
        return {};
    }

    top_model model{"peyk://here:7420"};
};

TEST_F(CliTopDrawing, ShowsAllPanesOn80Columns) {
    auto const screen = text({24, 80});
    EXPECT_THAT(screen,
                AllOf(HasSubstr("peyk 1.2.3  peyk://here:7420  up 1h"),
                      HasSubstr("1.5k messages  in 100/s  out 60.0/s  no pressure"),
                      HasSubstr("QUEUES 2"),
                      HasSubstr("WORKERS 1"),
                      HasSubstr("FAILURES"),
                      HasSubstr("q quit")));
    auto const mail = line_with("mail  ");
    EXPECT_THAT(mail, HasSubstr(" 1.2k      4      7      2    100   60.0   2.0s rate_limit"));
    EXPECT_THAT(
        line_with("worker-1"),
        AllOf(HasSubstr("threads"), HasSubstr("3/8"), HasSubstr("123k"), HasSubstr("50.0M")));
    EXPECT_THAT(line_with("00:00:01   failed"), HasSubstr("Timeout: no answer"));
    EXPECT_THAT(line_with("00:00:01   retries"), HasSubstr("mail.bulk"));
}

TEST_F(CliTopDrawing, ShowsThePaneThatIsChosenOn40Columns) {
    auto screen = text({10, 40});
    EXPECT_THAT(screen,
                AllOf(HasSubstr("QUEUES"),
                      HasSubstr("READY"),
                      HasSubstr("1.2k"),
                      Not(HasSubstr("SCHED")),
                      Not(HasSubstr("WORKERS"))));
    type(model, "\t");
    screen = text({10, 40});
    EXPECT_THAT(screen, AllOf(HasSubstr("WORKERS"), HasSubstr("3/8"), Not(HasSubstr("QUEUES"))));
    type(model, "\t");
    EXPECT_THAT(text({10, 40}), AllOf(HasSubstr("FAILURES"), HasSubstr("Timeout")));
}

TEST_F(CliTopDrawing, AnySizeIsFilledExactly) {
    for (auto const* keys : {"", "\t", "\t", "?", "x", "/漢字 long filter text", "\r", "c"}) {
        type(model, keys);
        for (std::size_t rows = 1; rows < 40; ++rows) {
            for (std::size_t columns : {1u, 2u, 5u, 13u, 20u, 39u, 79u, 200u})
                (void)text({rows, columns});
        }
    }
}

TEST_F(CliTopDrawing, TheChosenRowIsMarkedAndInView) {
    auto now = snapshot_at(3);
    now.queues.clear();
    for (int each = 100; each < 200; ++each)
        now.queues.push_back({.name = "queue" + std::to_string(each)});
    model.take(now);
    type(model, "\033[F");
    auto const lines = draw(model, {24, 80});
    auto const marked = std::ranges::find_if(lines, [](screen_line const& line) {
        return !line.empty() && line[0].how == look::reverse;
    });
    ASSERT_NE(marked, lines.end());
    EXPECT_THAT(text_of(*marked), testing::StartsWith("queue199"));
    EXPECT_EQ(text_width(text_of(*marked)), 80u); // a bar
}

TEST_F(CliTopDrawing, NamesOfOthersDoNotSteerTheTerminal) {
    auto now = snapshot_at(3);
    now.queues = {{.name = "evil\033[2J\nname"}};
    now.workers[0].name = "w\r\033]0;title";
    model.take(now);
    model.take(failure_at(3, "t\033c"));
    model.take(now);
    EXPECT_THAT(text({24, 80}), HasSubstr("evil\\x1b[2J"));
}

TEST_F(CliTopDrawing, QuestionsAndNoticesAreOnTheLastLine) {
    type(model, "c");
    EXPECT_THAT(text_of(draw(model, {24, 80}).back()), HasSubstr("Type the queue's name: _"));
    type(model, "mai");
    // What is being typed is in view on any screen.
    EXPECT_EQ(text_of(draw(model, {10, 12}).back()), "s name: mai_");
    type(model, "\033");
    EXPECT_THAT(text_of(draw(model, {24, 80}).back()), HasSubstr("nothing is changed"));
    model.lost("no connection");
    EXPECT_THAT(line_with("peyk 1.2.3"), HasSubstr("no connection"));
}

TEST_F(CliTopDrawing, WithoutATerminalEveryRowIsThere) {
    auto now = snapshot_at(3);
    for (int each = 0; each < 100; ++each)
        now.queues.push_back({.name = "queue" + std::to_string(each)});
    model.take(now);
    auto const lines = draw_all(model, 120);
    EXPECT_EQ(
        std::ranges::count_if(
            lines, [](screen_line const& line) { return text_of(line).starts_with("queue"); }),
        100);
    EXPECT_EQ(text_of(lines.back()).find("q quit"), std::string::npos);
}

TEST_F(CliTopDrawing, BeforeTheFirstAnswerItSaysSo) {
    top_model const fresh{"peyk://here"};
    EXPECT_THAT(text_of(draw(fresh, {24, 80}).front()), HasSubstr("waiting for the broker"));
}

} // namespace
} // namespace peyk::cli
