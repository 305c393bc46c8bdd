#include "worker/src/spawned_child.hpp"

#include <boost/system/system_category.hpp>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// This header of glibc 2.36 forgets that C++ may include it.
extern "C" {
#include <sys/pidfd.h>
}

extern char** environ;

namespace peyk::worker_detail {
namespace {

boost::system::error_code failed(int number) {
    return {number, boost::system::system_category()};
}

// What is to be done in the child before its program begins.
class preparation {
public:
    preparation() {
        posix_spawnattr_init(&attributes_);
        posix_spawn_file_actions_init(&files_);
    }
    preparation(preparation const&) = delete;
    preparation& operator=(preparation const&) = delete;
    ~preparation() {
        posix_spawnattr_destroy(&attributes_);
        posix_spawn_file_actions_destroy(&files_);
    }

    void keep_only(int socket) {
        posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&files_, socket, child_socket);
        posix_spawn_file_actions_addclosefrom_np(&files_, child_socket + 1);
    }
    // A signal of the terminal is for the worker alone: it tells its children what to do.
    void stand_alone() {
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    // The error number; 0: it runs.
    int spawn(pid_t& made, std::vector<std::string> const& command) {
        std::vector<char*> arguments;
        for (auto const& each : command)
            arguments.push_back(const_cast<char*>(each.c_str()));
        arguments.erase(arguments.begin());
        arguments.push_back(nullptr);
        auto const socket = std::string{child_socket_variable} + "=" + std::to_string(child_socket);
        std::vector<char*> environment;
        for (char** each = environ; *each != nullptr; ++each)
            environment.push_back(*each);
        environment.push_back(const_cast<char*>(socket.c_str()));
        environment.push_back(nullptr);
        return posix_spawn(&made,
                           command.front().c_str(),
                           &files_,
                           &attributes_,
                           arguments.data(),
                           environment.data());
    }

private:
    posix_spawnattr_t attributes_;
    posix_spawn_file_actions_t files_;
};

} // namespace

boost::system::result<spawned_child> spawn_child(std::vector<std::string> const& command) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return failed(errno);
    preparation first;
    first.keep_only(ends[1]);
    first.stand_alone();
    spawned_child made{.socket = ends[0]};
    auto error = first.spawn(made.pid, command);
    ::close(ends[1]);
    if (error == 0) {
        made.exit = ::pidfd_open(made.pid, 0);
        if (made.exit < 0) {
            error = errno;
            ::kill(made.pid, SIGKILL);
            ::waitpid(made.pid, nullptr, 0);
        }
    }
    if (error != 0) {
        ::close(ends[0]);
        return failed(error);
    }
    return made;
}

std::string exit_text(int wait_status) {
    if (WIFSIGNALED(wait_status)) {
        auto const number = WTERMSIG(wait_status);
        return "was killed by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
    }
    return "exited with status " + std::to_string(WEXITSTATUS(wait_status));
}

} // namespace peyk::worker_detail
