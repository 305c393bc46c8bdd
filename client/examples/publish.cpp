// Publishes calls of a task in one batch and waits for their results. Needs a worker with
// "tasks.add". `publish [url]`
#include <peyk/task.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <vector>

int main(int argc, char** argv) try {
    using namespace std::chrono_literals;
    peyk::client client{argc > 1 ? argv[1] : "peyk://127.0.0.1:7420"};
    peyk::task<int(int, int)> add{client, "tasks.add"};
    std::vector<peyk::message> calls;
    for (int i = 0; i < 10; ++i)
        calls.push_back(add.message_of({i, i}));
    for (auto const& published : client.publish(std::move(calls))) {
        if (published.error)
            std::cout << published.id << " was refused: " << published.error.message() << '\n';
        else
            std::cout << peyk::async_result<int>{client, published.id}.get(30s) << '\n';
    }
    return 0;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
}
