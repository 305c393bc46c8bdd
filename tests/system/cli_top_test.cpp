// `peyk top` on a terminal.

#include "tests/system/cli_fixture.hpp"

#include <chrono>
#include <cstdlib>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace peyk::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// The program on a terminal of its own, 24 lines of 80.
class at_terminal {
public:
    explicit at_terminal(std::vector<std::string> words) {
        winsize size{.ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
        std::vector<char*> argv;
        for (auto& word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        pid_ = ::forkpty(&master_, nullptr, nullptr, &size);
        if (pid_ == 0) {
            ::unsetenv("NO_COLOR");
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
        slave_ = ::open(::ptsname(master_), O_RDWR | O_NOCTTY | O_CLOEXEC);
    }
    ~at_terminal() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        ::close(slave_);
        ::close(master_);
    }
    at_terminal(at_terminal const&) = delete;
    at_terminal& operator=(at_terminal const&) = delete;

    // Reads until this has come; all from behind the call before to its end.
    std::string until(std::string const& part) {
        auto const end = std::chrono::steady_clock::now() + 20s;
        while (come_.find(part) == std::string::npos && std::chrono::steady_clock::now() < end) {
            pollfd one{.fd = master_, .events = POLLIN, .revents = 0};
            char buffer[4'096];
            if (::poll(&one, 1, 100) != 1)
                continue;
            auto const count = ::read(master_, buffer, sizeof buffer);
            if (count <= 0)
                break;
            come_.append(buffer, static_cast<std::size_t>(count));
        }
        auto const found = come_.find(part);
        EXPECT_NE(found, std::string::npos) << part << " in " << testing::PrintToString(come_);
        auto const rest = found == std::string::npos ? come_.size() : found + part.size();
        auto all = come_.substr(0, rest);
        come_.erase(0, rest);
        return all;
    }
    void type(std::string const& keys) const {
        EXPECT_EQ(::write(master_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
    }
    void resize(unsigned short rows, unsigned short columns) const {
        winsize size{.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
        EXPECT_EQ(::ioctl(master_, TIOCSWINSZ, &size), 0);
    }
    [[nodiscard]] bool is_raw() const { return (local_modes() & (ICANON | ECHO)) == 0; }
    // How it ended; the terminal must be as before.
    int ended() {
        int status = 0;
        EXPECT_GT(::waitpid(std::exchange(pid_, -1), &status, 0), 0);
        EXPECT_EQ(local_modes() & (ICANON | ECHO), ICANON | ECHO);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    [[nodiscard]] pid_t pid() const { return pid_; }

private:
    [[nodiscard]] unsigned local_modes() const {
        termios settings = {};
        EXPECT_EQ(::tcgetattr(slave_, &settings), 0);
        return settings.c_lflag;
    }

    int master_ = -1;
    int slave_ = -1; // kept open, to see how it is left
    pid_t pid_ = -1;
    std::string come_; // not looked at yet
};

constexpr auto leaves = "\033[?1049l";

class CliTop : public Cli {
protected:
    static std::vector<std::string> top() {
        return {PEYK_CLI_BINARY, "--url", broker_->url(), "top", "--every", "200ms"};
    }
};

TEST_F(CliTop, ShowsPausesAndQuits) {
    published({"publish", "live", "x"});
    at_terminal screen{top()};
    EXPECT_THAT(screen.until("live "), HasSubstr("\033[?1049h"));
    EXPECT_TRUE(screen.is_raw());
    screen.type("p");
    screen.until("live is paused");
    EXPECT_TRUE(peyk_json({"queue", "show", "live"}).at("paused").as_bool());
    screen.type("q");
    screen.until(leaves);
    EXPECT_EQ(screen.ended(), 0);
    EXPECT_EQ(peyk({"queue", "resume", "live"}).code, 0);
}

TEST_F(CliTop, PurgesAndRedrivesAfterAQuestion) {
    published({"publish", "asked", "x"});
    dead_letter("asked", "asked.task", "Broken");
    at_terminal screen{top()};
    screen.until("asked ");
    screen.type("/asked\r");
    screen.type("r");
    screen.until("Type yes");
    screen.type("yes\r");
    screen.until("1 messages redriven");
    EXPECT_EQ(count("asked", "dead"), 0);
    screen.type("c");
    screen.until("Type the queue's name");
    screen.type("asked\r");
    screen.until("2 messages revoked");
    screen.type("q");
    screen.until(leaves);
    EXPECT_EQ(screen.ended(), 0);
}

TEST_F(CliTop, CtrlCAndSignalsLeaveTheTerminalAsItWas) {
    {
        at_terminal screen{top()};
        screen.until("QUEUES");
        screen.type("\003");
        screen.until(leaves);
        EXPECT_EQ(screen.ended(), 130);
    }
    at_terminal screen{top()};
    screen.until("QUEUES");
    ::kill(screen.pid(), SIGQUIT);
    screen.until(leaves);
    EXPECT_EQ(screen.ended(), -SIGQUIT);
}

TEST_F(CliTop, FollowsTheSizeOfTheTerminal) {
    at_terminal screen{top()};
    screen.until("q quit");
    screen.resize(10, 40);
    screen.until("\033[2J");
    auto const small = screen.until("q quit");
    EXPECT_EQ(small.find("WORKERS"), std::string::npos);
    screen.type("q");
    screen.until(leaves);
    EXPECT_EQ(screen.ended(), 0);
}

TEST_F(CliTop, QueueWatchRefreshesItsBlock) {
    published({"publish", "block", "x"});
    at_terminal screen{
        {PEYK_CLI_BINARY, "--url", broker_->url(), "queue", "watch", "block", "--every", "100ms"}};
    screen.until("WHY HELD");
    EXPECT_THAT(screen.until("\033[2A\033[J"), HasSubstr("block"));
    EXPECT_THAT(screen.until("\033[2A\033[J"), HasSubstr("block"));
    screen.type("\003");
    EXPECT_EQ(screen.ended(), 130);
}

} // namespace
} // namespace peyk::test
