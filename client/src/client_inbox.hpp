#pragma once
// What the threads of the program ask of a session. Filled under one short lock, emptied by the
// session in one go: whoever finds it idle posts once for everybody.

#include "client/src/publish_window.hpp"
#include "client/src/settle_window.hpp"
#include <peyk/asio.hpp>
#include <peyk/delivery.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <vector>

namespace peyk {

class client_session;

using session_command = completion<client_session&>;

struct inbox_content {
    std::vector<publish_op> publishes;
    std::vector<delivery_token> started;
    std::vector<settle_op> settles;
    std::vector<session_command> commands; // applied after the publishes of the same turn

    [[nodiscard]] bool empty() const {
        return publishes.empty() && started.empty() && settles.empty() && commands.empty();
    }
    void clear();
};

class client_inbox {
public:
    explicit client_inbox(std::size_t in_flight_max) : in_flight_max_(in_flight_max) {}

    // Each is true when the session has to be woken.
    [[nodiscard]] bool add(publish_op op);
    [[nodiscard]] bool add(std::vector<publish_op> ops);
    [[nodiscard]] bool add(settle_op op);
    [[nodiscard]] bool add(std::vector<settle_op> ops);
    [[nodiscard]] bool add_started(delivery_token token);
    [[nodiscard]] bool add(session_command command);

    // Swaps the content out; false if there is none. After false the next add() wakes again.
    [[nodiscard]] bool take(inbox_content& out);

    // Room for `count` unconfirmed messages. More than the limit is let in when nothing is in
    // flight, so that no batch is too large for ever.
    [[nodiscard]] bool try_reserve(std::size_t count);
    // Waits for room; false when `deadline` has passed.
    [[nodiscard]] bool reserve(std::size_t count, steady_time deadline);
    void release(std::size_t count);

private:
    template <class Add>
    bool add_with(Add add);
    [[nodiscard]] bool has_room(std::size_t count) const {
        return in_flight_ == 0 || in_flight_ + count <= in_flight_max_;
    }

    std::mutex mutex_; // guards everything below
    std::condition_variable room_;
    inbox_content content_;
    bool woken_ = false;
    std::size_t in_flight_ = 0;
    std::size_t const in_flight_max_;
};

} // namespace peyk
