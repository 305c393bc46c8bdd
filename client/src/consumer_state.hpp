#pragma once
// One consumer: what was delivered and not received yet, and who waits to receive. Belongs to the
// session's executor, apart from the counter of unconfirmed settlements.

#include "client/src/completion_queue.hpp"
#include "client/src/publish_window.hpp"
#include <peyk/consumer.hpp>
#include <peyk/delivery.hpp>
#include <peyk/error.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

namespace peyk {

struct receive_op {
    std::size_t max = 1;
    steady_time deadline = steady_time::max();
    completion<error_code, delivery> one; // or
    completion<error_code, std::vector<delivery>> some;
};

class consumer_state {
public:
    consumer_state(std::uint32_t number, consumer_options options);

    void receive(receive_op op, completion_queue& due);
    void deliver(delivery what) { unread_.push_back(std::move(what)); }
    // Hands out what is there; once per turn.
    void match(completion_queue& due);
    // Removes it if nobody has received it; true if it was there.
    bool recall(delivery_token token);
    // What nobody has received.
    [[nodiscard]] std::deque<delivery> take_unread() { return std::exchange(unread_, {}); }
    // Waiting and future receives complete with `why`.
    void fail(error_code why, completion_queue& due);
    void expire(steady_time now, completion_queue& due);
    [[nodiscard]] steady_time next_deadline() const;

    [[nodiscard]] std::uint32_t number() const { return number_; }
    [[nodiscard]] consumer_options const& options() const { return options_; }
    [[nodiscard]] error_code error() const { return error_; }
    void set_queues(std::vector<std::string> queues, std::vector<std::uint32_t> weights) {
        options_.queues = std::move(queues);
        options_.weights = std::move(weights);
    }

    // What the session has told the broker, and what it still has to.
    bool subscribe_due = true;
    bool credit_due = false;
    bool resubscribe_due = false; // subscribed, but to other queues
    std::uint32_t credit = 0; // in force
    bool closing = false;
    bool unsubscribed = false;
    std::size_t holding = 0;      // deliveries the session holds for it
    std::size_t handing_back = 0; // releases of a closing consumer that are not confirmed
    completion<error_code> on_closed;

    std::atomic<std::size_t> unconfirmed{0};     // any thread
    std::atomic<std::uint32_t> credit_wished{0}; // any thread: what resume() restores

private:
    void complete(receive_op op, error_code error, completion_queue& due);

    std::uint32_t number_;
    consumer_options options_;
    std::deque<delivery> unread_; // at most the credit: the broker sends no more
    std::deque<receive_op> receivers_;
    error_code error_;
};

} // namespace peyk
