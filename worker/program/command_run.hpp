#pragma once
// One run of a command, from its start to its end, as a coroutine: what it says on the way goes to
// the context of its task. Stopping is signals: SIGTERM when the task is asked to stop, SIGKILL
// when it is to end at once. Whatever it leaves running in its process group ends with it.

#include "worker/program/child_process.hpp"
#include "worker/program/text_lines.hpp"
#include <peyk/context.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace peyk::program {

// What a broker takes as a result, unless it is told otherwise. More ends the command.
inline constexpr std::size_t output_bytes_max = 4u << 20;

struct command_end {
    int status = 0; // as waitpid() gives it
    std::string output = {};
    bool too_much = false;        // more than output_bytes_max
    std::string last_errors = {}; // the last lines of standard error
};

// Reads one descriptor to its end.
class pipe_reader {
public:
    using taker = std::function<void(std::string_view)>;

    pipe_reader(boost::asio::any_io_executor on, descriptor from, taker take);
    boost::asio::awaitable<void> run();
    void close();

private:
    boost::asio::posix::stream_descriptor from_;
    taker take_;
};

// Lives on one thread, until end() has completed.
class command_run {
public:
    // Starts it. Throws std::system_error.
    command_run(boost::asio::any_io_executor on,
                child_start const& what,
                group_keeper const& keeper,
                context& of);
    boost::asio::awaitable<command_end> end();

private:
    boost::asio::awaitable<void> wait_for_readers(std::chrono::milliseconds most);
    void start(pipe_reader& reader);
    void take_output(std::string_view bytes);
    void take_errors(std::string_view bytes);
    void keep_errors(std::vector<std::string> const& lines);
    void take_progress(std::string_view bytes);
    void tell_progress(std::string const& line);

    boost::asio::any_io_executor on_;
    context& of_;
    child_process child_;
    boost::asio::posix::stream_descriptor ended_;
    boost::asio::steady_timer all_read_;
    int reading_ = 0;
    command_end made_;
    text_lines error_lines_;
    text_lines progress_lines_;
    std::deque<std::string> last_errors_;
    pipe_reader output_;
    pipe_reader errors_;
    pipe_reader progress_;
};

} // namespace peyk::program
