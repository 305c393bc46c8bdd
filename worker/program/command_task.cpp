#include "worker/program/command_task.hpp"

#include "worker/program/command_run.hpp"
#include <peyk/attempt_end.hpp>
#include <peyk/json.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include <sys/wait.h>
#include <unistd.h>

namespace peyk::program {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds handed_on_after{1};

child_start start_of(command_template const& what, context const& with) {
    return {.file = what.file,
            .words = fill(what, with.content()),
            .variables = {"PEYK_TASK_ID=" + with.id().to_string(),
                          "PEYK_TASK_NAME=" + with.task(),
                          "PEYK_ATTEMPT=" + std::to_string(with.attempt()),
                          "PEYK_QUEUE=" + with.queue()},
            .input = input_of(with.content())};
}

// JSON as it is, anything else as a string.
std::string result_of(std::string output) {
    if (output.ends_with('\n'))
        output.pop_back();
    boost::system::error_code no;
    boost::json::parse({output.data(), output.size()}, no);
    if (!no)
        return output;
    if (as_utf8(output) != output)
        throw permanent_error("the output of the command is no text: its bytes are not UTF-8");
    return to_json(output);
}

std::string words_of(command_end const& end) {
    auto const how = WIFSIGNALED(end.status)
                         ? "ended by signal " + std::to_string(WTERMSIG(end.status)) + " (" +
                               ::strsignal(WTERMSIG(end.status)) + ")"
                         : "exit code " + std::to_string(WEXITSTATUS(end.status));
    return end.last_errors.empty() ? how : how + ": " + end.last_errors;
}

std::string meaning_of(command_end end, context const& with) {
    if (end.too_much)
        throw result_too_large("the command has written more than " +
                               std::to_string(output_bytes_max) + " bytes");
    int const code = WIFEXITED(end.status) ? WEXITSTATUS(end.status) : -1;
    if (code == 0)
        return result_of(std::move(end.output));
    if (code == exit_permanent)
        throw permanent_error(words_of(end));
    if (code == exit_retry)
        throw retry_later(retry_after, words_of(end));
    with.throw_if_stopped();
    throw exit_status(words_of(end));
}

std::atomic_flag keeper_lost;

// Another keeper cannot be made: there are threads by now. Once, for a second signal would mean
// that nothing is waited for.
void end_without_keeper() {
    if (keeper_lost.test_and_set())
        return;
    std::cerr << "peyk-worker: peyk-keeper was killed, and commands could outlive this worker: it "
                 "ends\n";
    ::kill(::getpid(), SIGTERM);
}

asio::awaitable<std::string>
run(std::shared_ptr<command_template const> what, group_keeper const& keeper, context& with) {
    // Being stopped is told by signals; the end is waited for all the same.
    co_await asio::this_coro::throw_if_cancelled(false);
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    auto const here = co_await asio::this_coro::executor;
    if (!keeper.is_there()) {
        end_without_keeper();
        throw snooze{handed_on_after};
    }
    command_run running{here, start_of(*what, with), keeper, with};
    co_return meaning_of(co_await running.end(), with);
}

} // namespace

void add_command_task(app& to, command_template what, group_keeper const& keeper) {
    auto const command = std::make_shared<command_template const>(std::move(what));
    registered_task made{.name = command->task, .run = {}};
    made.start = [command, &keeper](context& with) {
        return run(command, keeper, with);
    };
    to.add(std::move(made));
}

bool lost_keeper() {
    return keeper_lost.test();
}

} // namespace peyk::program
