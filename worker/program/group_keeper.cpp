#include "worker/program/group_keeper.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <set>
#include <system_error>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

namespace peyk::program {
namespace {

// Until nobody is left who could write: the worker is gone.
[[noreturn]] void keep(int line) {
    ::setsid(); // what is sent to the worker's group is not for this one
    ::prctl(PR_SET_NAME, "peyk-keeper");
    ::dup2(line, STDIN_FILENO);
    ::close_range(STDIN_FILENO + 1, ~0U, 0);
    for (int const each : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
        ::signal(each, SIG_IGN);
    std::set<pid_t> groups;
    // Each is written at once, so they never come in halves.
    std::array<pid_t, 256> told{};
    while (true) {
        auto const count = ::read(STDIN_FILENO, told.data(), sizeof told);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        for (std::size_t at = 0; at < static_cast<std::size_t>(count) / sizeof(pid_t); ++at) {
            if (told[at] > 0)
                groups.insert(told[at]);
            else
                groups.erase(-told[at]);
        }
    }
    for (auto const group : groups)
        ::kill(-group, SIGKILL);
    ::_exit(0);
}

} // namespace

group_keeper::group_keeper() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw std::system_error(errno, std::generic_category(), "cannot make a socket");
    descriptor const read{ends[0]};
    line_ = descriptor{ends[1]};
    auto const made = ::fork();
    if (made == 0) {
        line_ = {}; // else it would wait for itself
        keep(read.number());
    }
    if (made < 0)
        throw std::system_error(errno, std::generic_category(), "cannot start a process");
}

bool group_keeper::is_there() const noexcept {
    pollfd line{line_.number(), 0, 0};
    return ::poll(&line, 1, 0) == 0; // else its end is closed
}

void group_keeper::forget(pid_t group) const noexcept {
    pid_t const said = -group;
    if (::send(line_.number(), &said, sizeof said, MSG_NOSIGNAL) < 0)
        return; // it is gone, and nobody can be told
}

} // namespace peyk::program
