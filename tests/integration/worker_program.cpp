// A program with tasks for the tests of worker processes: its tasks say that they run by writing to
// a FIFO and wait by reading from another one, so that nobody has to sleep.

#include <peyk/app.hpp>

#include <fstream>
#include <stdexcept>
#include <string>

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
    return app.main(argc, argv);
}
