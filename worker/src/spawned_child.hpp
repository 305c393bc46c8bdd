#pragma once
// Begins a process of the prefork pool: a program made anew by posix_spawn, so that nothing of the
// threads and locks of this one is copied.

#include <boost/system/result.hpp>

#include <string>
#include <vector>

#include <sys/types.h>

namespace peyk::worker_detail {

// The number its end of the socket has in the child, and the variable that says so.
inline constexpr int child_socket = 3;
inline constexpr char const* child_socket_variable = "PEYK_POOL_SOCKET";

struct spawned_child {
    pid_t pid = -1;
    int exit = -1;   // a pidfd: readable when the process has ended
    int socket = -1; // this end
};

// In a process group of its own, without any other file of this process but output and error.
// `command`: the path and the arguments, argv[0] among them. The descriptors are the caller's.
[[nodiscard]] boost::system::result<spawned_child>
spawn_child(std::vector<std::string> const& command);

// "was killed by signal 11 (Segmentation fault)", "exited with status 3".
[[nodiscard]] std::string exit_text(int wait_status);

} // namespace peyk::worker_detail
