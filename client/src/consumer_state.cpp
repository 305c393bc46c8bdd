#include "client/src/consumer_state.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace peyk {

consumer_state::consumer_state(std::uint32_t number, consumer_options options)
    : credit(options.credit), credit_wished(options.credit), number_(number),
      options_(std::move(options)) {}

void consumer_state::receive(receive_op op, completion_queue& due) {
    if (error_)
        return complete(std::move(op), error_, due);
    receivers_.push_back(std::move(op));
    match(due);
}

void consumer_state::match(completion_queue& due) {
    while (!receivers_.empty() && !unread_.empty()) {
        auto op = std::move(receivers_.front());
        receivers_.pop_front();
        complete(std::move(op), {}, due);
    }
}

bool consumer_state::recall(delivery_token token) {
    return std::erase_if(unread_, [&](delivery const& each) { return each.token == token; }) > 0;
}

void consumer_state::fail(error_code why, completion_queue& due) {
    error_ = why;
    for (auto& op : std::exchange(receivers_, {}))
        complete(std::move(op), why, due);
}

void consumer_state::expire(steady_time now, completion_queue& due) {
    auto const is_due = [&](receive_op const& op) {
        return op.deadline <= now;
    };
    for (auto at = receivers_.begin();
         (at = std::find_if(receivers_.begin(), receivers_.end(), is_due)) != receivers_.end();) {
        auto op = std::move(*at);
        receivers_.erase(at);
        complete(std::move(op), errc::timeout, due);
    }
}

steady_time consumer_state::next_deadline() const {
    auto earliest = steady_time::max();
    for (auto const& op : receivers_)
        earliest = std::min(earliest, op.deadline);
    return earliest;
}

void consumer_state::complete(receive_op op, error_code error, completion_queue& due) {
    if (op.one) {
        delivery what;
        if (!error) {
            what = std::move(unread_.front());
            unread_.pop_front();
        }
        return due.add(std::move(op.one), error, std::move(what));
    }
    std::vector<delivery> batch;
    if (!error) {
        auto const end =
            unread_.begin() + static_cast<std::ptrdiff_t>(std::min(op.max, unread_.size()));
        batch.assign(std::make_move_iterator(unread_.begin()), std::make_move_iterator(end));
        unread_.erase(unread_.begin(), end);
    }
    due.add(std::move(op.some), error, std::move(batch));
}

} // namespace peyk
