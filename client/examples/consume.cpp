// Takes messages from a queue by hand, without the worker runtime: prints each and settles it. Ends
// when nothing came for five seconds. `consume [url] [queue]`
#include <peyk/consumer.hpp>

#include <chrono>
#include <exception>
#include <iostream>

int main(int argc, char** argv) try {
    using namespace std::chrono_literals;
    peyk::client client{argc > 1 ? argv[1] : "peyk://127.0.0.1:7420"};
    peyk::consumer consumer{client, {.queues = {argc > 2 ? argv[2] : "default"}, .credit = 100}};
    try {
        while (true) {
            auto const received = consumer.receive(5s);
            auto const content = received.decode().value();
            std::cout << received.id << ' ' << received.task << ' '
                      << (content.body.empty() ? content.args_repr : content.body) << '\n';
            consumer.settle(received.token, peyk::verdict::success{"null", {}});
        }
    } catch (peyk::timeout_error const&) {
        consumer.close();
        client.close();
    }
    return 0;
} catch (std::exception const& failure) {
    std::cerr << failure.what() << '\n';
    return 1;
}
