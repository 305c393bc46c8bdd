#pragma once
// Sends verdicts and hears what became of them. Each delivery it is given leaves through
// `on_settled`, once, when the broker has answered.

#include <peyk/consumer.hpp>
#include <peyk/delivery.hpp>
#include <peyk/outcome.hpp>

#include <functional>

namespace peyk::worker_detail {

class settler {
public:
    // on_settled runs on the client's thread.
    settler(consumer& through, std::function<void()> on_settled)
        : consumer_(through), on_settled_(std::move(on_settled)) {}

    // From any thread; does not block.
    void settle(delivery_token token, outcome verdict);

private:
    void answered(delivery_token token, error_code error);

    consumer& consumer_;
    std::function<void()> on_settled_;
};

} // namespace peyk::worker_detail
