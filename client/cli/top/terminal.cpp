#include "client/cli/top/terminal.hpp"

#include "client/cli/exit_code.hpp"
#include "client/cli/output.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace peyk::cli {
namespace {

constexpr std::string_view enter_screen = "\033[?1049h\033[?25l\033[2J"; // no cursor
constexpr std::string_view leave_screen = "\033[0m\033[?25h\033[?1049l";
constexpr std::array deadly{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGQUIT};

// For a signal handler there is no other place.
termios before = {};

void write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        auto const written = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR)
            return; // it has gone; reading the keys says so
        if (written > 0)
            bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void restore() {
    write_all(leave_screen);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
}

// A bug must not leave a terminal that shows nothing of what is typed.
void restore_and_die(int number) {
    restore();
    ::raise(number); // with the action from before
}

std::string_view code_of(look how) {
    switch (how) {
    case look::bold:
        return "\033[1m";
    case look::dim:
        return "\033[2m";
    case look::reverse:
        return "\033[7m";
    case look::good:
        return "\033[32m";
    case look::warning:
        return "\033[33m";
    case look::bad:
        return "\033[31m";
    case look::plain:
        break;
    }
    return "";
}

bool is_colour(look how) {
    return how == look::good || how == look::warning || how == look::bad;
}

std::string encoded(screen_line const& line) {
    std::string text;
    for (auto const& part : line) {
        auto const how = is_colour(part.how) && !has_colour() ? look::plain : part.how;
        text.append(code_of(how)).append(part.text).append(how == look::plain ? "" : "\033[0m");
    }
    return text;
}

} // namespace

bool is_terminal() {
    return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
}

terminal::terminal() {
    // Opened anew: not to block must not become a property of the shell's terminal.
    keyboard_ = ::open("/dev/tty", O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (keyboard_ < 0 || ::tcgetattr(STDIN_FILENO, &before) != 0) {
        if (keyboard_ >= 0)
            ::close(keyboard_);
        throw failure{exit_code::internal, "the terminal cannot be opened"};
    }
    auto raw = before;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    raw.c_cc[VSUSP] = _POSIX_VDISABLE; // stopped, it would leave the screen behind
    for (auto const number : deadly) {
        struct sigaction action = {};
        action.sa_handler = restore_and_die;
        action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
        ::sigaction(number, &action, nullptr);
    }
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw);
    write_all(enter_screen);
}

terminal::~terminal() {
    restore();
    for (auto const number : deadly)
        std::signal(number, SIG_DFL);
    ::close(keyboard_);
}

screen_size terminal::size() const {
    winsize size = {};
    bool const known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0;
    return known ? screen_size{size.ws_row, size.ws_col} : screen_size{};
}

void terminal::show(std::vector<screen_line> const& lines, screen_size size) {
    std::string out;
    if (size != shown_size_) {
        shown_.clear();
        shown_size_ = size;
        out += "\033[2J";
    }
    shown_.resize(lines.size());
    for (std::size_t row = 0; row < lines.size(); ++row) {
        auto text = encoded(lines[row]);
        if (text == shown_[row])
            continue;
        // Erased before, not behind: there a line that is full would lose its last character.
        out += "\033[" + std::to_string(row + 1) + ";1H\033[2K" + text;
        shown_[row] = std::move(text);
    }
    write_all(out);
}

std::string terminal::read(bool& gone) const {
    std::array<char, 256> buffer;
    auto const count = ::read(keyboard_, buffer.data(), buffer.size());
    gone = count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR);
    return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string{};
}

} // namespace peyk::cli
