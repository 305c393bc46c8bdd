#pragma once
// A test that waits until the broker says something: nobody asks again and again.

#include <peyk/client.hpp>

#include <chrono>

namespace peyk::test {

// Asks now, and again each time the broker tells that something has happened. False when half a
// minute was not enough. The condition asks through `over`.
template <class Condition>
[[nodiscard]] bool await_broker(client over, Condition condition) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    auto listener = over.listen(); // known to the broker before it is asked
    while (!condition()) {
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(
            end - std::chrono::steady_clock::now());
        if (left <= left.zero())
            return false;
        try {
            listener.next(left);
        } catch (timeout_error const&) {
            return condition();
        }
    }
    return true;
}

} // namespace peyk::test
