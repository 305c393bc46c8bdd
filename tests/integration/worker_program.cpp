// A program with tasks for the tests of worker processes: its tasks say that they run by writing to
// a FIFO and wait by reading from another one, so that nobody has to sleep.

#include <peyk/app.hpp>

#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

void say_running(std::string const& fifo) {
    std::ofstream{fifo} << "running\n" << std::flush;
}

// Returns when somebody writes a line to the FIFO.
void wait_at(std::string const& fifo) {
    std::string line;
    if (std::ifstream from{fifo}; !std::getline(from, line))
        throw std::runtime_error("nobody opened the gate");
}

// What is hard on the process that runs it.
void add_prefork_tasks(peyk::app& app) {
    app.task("test.pid", [] { return static_cast<int>(::getpid()); });
    app.task("test.own_pid",
             [] { return static_cast<int>(::getpid()); },
             {.pool = peyk::pool_kind::prefork});
    // Takes its process down as often as it is told to.
    app.task("test.crash", [](peyk::context& ctx, std::uint32_t times, int signal) {
        if (ctx.from().crashes < times)
            ::raise(signal);
        return ctx.from().crashes;
    });
    app.task("test.exit", [](peyk::context& ctx) {
        if (ctx.from().crashes == 0)
            std::exit(3);
        return ctx.from().crashes;
    });
    // Looks at nothing, and is in nobody's way while it waits.
    app.task("test.deaf", [](std::string const& running, std::string const& gate) {
        say_running(running);
        while (true)
            wait_at(gate);
    });
    app.task("test.until_stopped", [](peyk::context& ctx, std::string const& running) {
        say_running(running);
        std::mutex mutex;
        std::condition_variable_any never;
        std::unique_lock lock{mutex};
        never.wait(lock, ctx.stop_token(), [] { return false; });
        ctx.throw_if_stopped();
    });
    app.task("test.report",
             [](peyk::context& ctx) {
                 auto const before = ctx.checkpoint<std::vector<std::string>>();
                 ctx.progress(ctx.attempt(), 2, "half");
                 ctx.log("attempt " + std::to_string(ctx.attempt()));
                 ctx.checkpoint(std::vector<std::string>{"left"});
                 if (!before)
                     throw peyk::retry_later{std::chrono::milliseconds{0}};
                 return before->front();
             },
             {.max_retries = 1});
    app.task("test.large", [] { return std::string(40u << 20, 'x'); });
    app.task("test.once",
             [](peyk::context& ctx, std::string const& running, std::string const& gate) {
                 say_running(running);
                 wait_at(gate);
                 return ctx.from().deliveries;
             },
             {.ack = peyk::ack::early});
    app.task("test.publish", [](peyk::context& ctx) {
        return peyk::task<int(int, int)>{ctx.through(), "test.add"}.delay(1, 2).id().to_string();
    });
}

} // namespace

int main(int argc, char** argv) {
    peyk::app app{"worker-program"};
    app.task("test.add", [](int a, int b) { return a + b; });
    app.task("test.gate", [](std::string const& running, std::string const& gate) {
        say_running(running);
        wait_at(gate);
        return std::string{"through"};
    });
    // Hangs in the first worker, and is done at once in the one that gets it after a crash.
    app.task("test.hang",
             [](peyk::context& ctx, std::string const& running, std::string const& gate) {
                 if (ctx.from().crashes == 0) {
                     say_running(running);
                     wait_at(gate);
                 }
                 return ctx.from().crashes;
             });
    add_prefork_tasks(app);
    if (std::getenv("PEYK_TEST_WIDE") != nullptr) // the pool of all others then minds it, too
        app.task("test.wide",
                 [](std::string const& running, std::string const& gate) {
                     say_running(running);
                     wait_at(gate);
                     return std::string{"through"};
                 },
                 {.slots = 2});
    return app.main(argc, argv);
}
