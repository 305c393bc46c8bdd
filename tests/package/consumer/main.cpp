// Uses the installed libraries as a program of somebody else does. Needs no broker: a call is made
// and run here, and publishing to a port where nobody listens says so.

#include <peyk/app.hpp>
#include <peyk/client.hpp>
#include <peyk/task.hpp>

#include <chrono>
#include <iostream>

int add(int a, int b) {
    return a + b;
}

bool nobody_listens() {
    using namespace std::chrono_literals;
    peyk::client_options options{.url = "peyk://127.0.0.1:1"};
    options.publish_timeout = 100ms;
    peyk::client client{options};
    peyk::task<int(int, int)> remote{client, "tasks.add"};
    try {
        remote.delay(2, 2);
    } catch (peyk::error const& e) {
        return e.code() == peyk::errc::unreachable || e.code() == peyk::errc::timeout;
    }
    return false;
}

int main() {
    peyk::app app{"consumer"};
    auto const task = app.task("tasks.add", add, {.max_retries = 3});
    bool const runs_here = task(2, 2) == 4;
    bool const registered = app.registry().names().size() == 1;
    bool const told = nobody_listens();
    std::cout << "runs here: " << runs_here << ", registered: " << registered
              << ", told that nobody listens: " << told << '\n';
    return runs_here && registered && told ? 0 : 1;
}
