#pragma once
// Settlements that are not answered yet. They may be sent any number of times: the broker knows
// which it has. Sans-io.

#include "client/src/publish_window.hpp"
#include <peyk/asio.hpp>
#include <peyk/delivery.hpp>
#include <peyk/error.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace peyk {

class consumer_state;

struct settle_batch {
    completion<error_code, std::vector<error_code>> handler;
    std::vector<error_code> results;
    std::size_t unanswered = 0;
    error_code error;
};

struct settle_op {
    delivery_token token;
    std::string encoded; // an element of Settle.settlements
    completion<error_code> handler;
    std::shared_ptr<settle_batch> batch;
    std::uint32_t index = 0;
    std::shared_ptr<consumer_state> consumer; // who settles; none: the session itself
    bool hands_back = false;                  // what nobody received of a closing consumer
};

struct settle_answer {
    settle_op op;
    error_code error;
    bool answered = true; // false: given up
};

class settle_window {
public:
    void add(settle_op op) { waiting_.push_back(std::move(op)); }

    // Appends frames to `out` until it holds `bytes_max`. Settlements that fit no frame go to
    // `failed`: sent, they would end the connection, and be sent again on the next one for ever.
    void stage(std::string& out,
               std::size_t bytes_max,
               publish_limits const& limits,
               std::uint64_t& next_request,
               std::vector<settle_answer>& failed);

    // The answers of one frame; false: there is no such frame.
    bool answer(std::uint64_t request,
                std::vector<refusal> const& refused,
                std::vector<settle_answer>& out);
    // The whole frame was refused.
    bool refuse(std::uint64_t request, error_code why, std::vector<settle_answer>& out);
    void fail_all(error_code why, std::vector<settle_answer>& out);
    // Everything unanswered is sent again, in the old order.
    void rewind();

    [[nodiscard]] bool has_unsent() const { return !waiting_.empty(); }
    [[nodiscard]] bool empty() const { return waiting_.empty() && sent_.empty(); }

private:
    std::deque<settle_op> waiting_;
    std::map<std::uint64_t, std::vector<settle_op>> sent_; // by request
    std::string items_;                                    // of the frame being cut
};

} // namespace peyk
