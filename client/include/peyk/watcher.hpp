#pragma once
// The history of messages as it happens: every change of state, pushed by the broker.

#include <peyk/asio.hpp>
#include <peyk/error.hpp>
#include <peyk/status.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace peyk {

class client_owner;
class watch_state;

// Made by client::watch(). Gives the state now first, then each change, until the last message
// watched is final or unknown. After a reconnect the watch goes on from the state at that time;
// states that came and went in between are not seen. Movable; its end ends the watch. One
// async_next() at a time. Thread-safe otherwise.
class watcher {
public:
    watcher() = default;
    watcher(std::shared_ptr<client_owner> owner, std::shared_ptr<watch_state> state);
    watcher(watcher&&) noexcept;
    watcher& operator=(watcher&&) noexcept;
    ~watcher();

    // Completes with the next state, or with nothing when there will be none. Error: errc::closed.
    template <class Token>
    auto async_next(Token&& token) {
        return asio::async_initiate<Token, completion_signature<std::optional<status>>>(
            [this](auto handler) { start_next(std::move(handler)); }, token);
    }

    // Blocking. Throws timeout_error when nothing changes for `timeout`.
    std::optional<status> next(std::optional<std::chrono::milliseconds> timeout = {});

    // No more updates; a waiting async_next() completes with errc::closed.
    void close();

private:
    void start_next(completion<error_code, std::optional<status>> handler);

    std::shared_ptr<client_owner> owner_;
    std::shared_ptr<watch_state> state_;
};

} // namespace peyk
