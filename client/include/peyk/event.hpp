#pragma once
// What happens in the broker, in its order, as it is on disk. Names are Celery's.

#include <peyk/asio.hpp>
#include <peyk/error.hpp>
#include <peyk/message.hpp>
#include <peyk/message_id.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peyk {

enum class event_kind : std::uint8_t {
    task_sent = 0,
    task_received = 1, // delivered to a worker
    task_started = 2,
    task_succeeded = 3,
    task_failed = 4,  // finally
    task_retried = 5, // failed, and will be tried again
    task_revoked = 6, // cancelled or expired
    task_requeued = 7, // handed back, or its worker was lost
    task_redriven = 8,
    worker_online = 9,
    worker_heartbeat = 10,
    worker_offline = 11,
};

// "task-sent", "worker-online", ...; and back.
[[nodiscard]] std::string_view to_string(event_kind value);
[[nodiscard]] std::optional<event_kind> parse_event_kind(std::string_view text);

struct event {
    std::uint64_t sequence = 0; // grows, also over restarts of the broker
    event_kind kind = event_kind::task_sent;
    time_point at = {};
    message_id id = {};
    std::string queue = {};
    std::string task = {};
    std::string worker = {};
    std::string error_type = {};
    std::string error_text = {};
    std::uint32_t attempt = 0;
    std::chrono::milliseconds waited{0}; // task_received
    std::chrono::milliseconds ran{0};    // task_succeeded, _failed, _retried
    std::uint64_t missed = 0; // events before this one that the broker or this listener had to drop
};

struct event_filter {
    std::vector<event_kind> kinds = {}; // empty: all
    std::string queue = {};             // patterns; empty: any
    std::string task = {};
    std::string worker = {};
    std::uint64_t after = 0; // the last sequence seen; 0: from now on
};

class client_owner;
class listen_state;

// Made by client::listen(). After a reconnect it goes on behind the last event it got. Keeps
// unread_max unread events; of a reader that is further behind the oldest are dropped, and
// the next event says how many. Movable; its end ends it. One async_next() at a time.
class event_listener {
public:
    static constexpr std::size_t unread_max = 10'000;

    event_listener() = default;
    event_listener(std::shared_ptr<client_owner> owner, std::shared_ptr<listen_state> state);
    event_listener(event_listener&&) noexcept;
    event_listener& operator=(event_listener&&) noexcept;
    ~event_listener();

    // Completes with the next event. Errors: errc::closed, errc::too_many_listeners.
    template <class Token>
    auto async_next(Token&& token) {
        return asio::async_initiate<Token, completion_signature<event>>(
            [this](auto handler) { start_next(std::move(handler)); }, token);
    }
    // Blocking. Throws timeout_error when nothing happens for `timeout`.
    event next(std::optional<std::chrono::milliseconds> timeout = {});

    void close();

private:
    void start_next(completion<error_code, event> handler);

    std::shared_ptr<client_owner> owner_;
    std::shared_ptr<listen_state> state_;
};

} // namespace peyk
