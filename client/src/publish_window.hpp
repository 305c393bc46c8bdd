#pragma once
// Published messages that are not answered yet, in order. Gives sequence numbers, cuts frames, and
// knows what has to be sent again after a reconnect. Sans-io.

#include <peyk/asio.hpp>
#include <peyk/error.hpp>
#include <peyk/message.hpp>
#include <peyk/message_id.hpp>

#include <boost/unordered/unordered_flat_map.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace peyk {

using steady_time = std::chrono::steady_clock::time_point;

// A batch given in one call: completes when the last of its messages is answered.
struct publish_batch {
    completion<error_code, std::vector<publish_result>> handler;
    std::vector<publish_result> results;
    std::size_t unanswered = 0;
    error_code error; // none, or why a message was not answered at all
};

struct publish_op {
    message_id id;
    std::string encoded; // an element of Publish.messages
    steady_time deadline;
    completion<error_code, message_id> handler; // of a single message
    std::shared_ptr<publish_batch> batch;       // or of a batch, in which it is number `index`
    std::uint32_t index = 0;
    std::string_view mistake = {}; // set: not sent, and refused with this sentence
};

// One answered message, for the shell to complete.
struct publish_answer {
    publish_op op;
    error_code error;
    std::string detail;
    std::string limit;
    bool answered = true;     // false: given up
    message_id existing = {}; // the one that has the unique key; without an error: joined
};

// What the broker said about one message of a frame. Without an error: it joined `existing`.
struct refusal {
    std::uint32_t index = 0;
    error_code error;
    std::string detail;
    std::string limit;
    message_id existing = {};
};

struct publish_limits {
    std::size_t batch_max = 1;
    std::size_t in_flight_max = 1;
    std::size_t frame_bytes_max = 1u << 20;
};

class publish_window {
public:
    void add(publish_op op) { pending_.push_back({std::move(op)}); }

    // Appends frames to `out` while there is something to send, the broker's window is open and
    // `out` is below `bytes_max`. Messages that fit no frame go to `failed`.
    void stage(std::string& out,
               std::size_t bytes_max,
               publish_limits const& limits,
               std::uint64_t& next_request,
               std::vector<publish_answer>& failed);

    // The frame with this request number is on the broker's disk, apart from what was refused. A
    // message that was sent again and is a duplicate is its own: that is no refusal. False: there
    // is no such frame.
    bool answer(std::uint64_t request,
                std::vector<refusal> const& refused,
                std::vector<publish_answer>& out);
    // The whole frame was refused.
    bool refuse(std::uint64_t request, refusal const& why, std::vector<publish_answer>& out);

    // Gives up what is over its time. Deadlines never decrease from one message to the next.
    void expire(steady_time now, error_code why, std::vector<publish_answer>& out);
    void fail_all(error_code why, std::vector<publish_answer>& out);
    // Everything unanswered is sent again, with its old numbers.
    void rewind();

    [[nodiscard]] bool has_unsent() const { return sent_ < pending_.size(); }
    [[nodiscard]] bool empty() const { return pending_.empty(); }
    [[nodiscard]] std::size_t size() const { return pending_.size(); }
    // Of the first message; pending_ must not be empty.
    [[nodiscard]] steady_time next_deadline() const { return pending_.front().op.deadline; }

private:
    struct entry {
        publish_op op;
        std::uint64_t sequence = 0; // 0: never sent
        bool done = false;          // answered or given up, behind one that is not
        bool repeated = false;      // was with the broker before the connection was lost
    };
    struct frame {
        std::uint64_t first_sequence = 0;
        std::size_t count = 0;
    };

    bool stage_frame(std::string& out, publish_limits const& limits, std::uint64_t request);
    void skip(entry& unsent);
    void finish(entry& done, publish_answer answer, std::vector<publish_answer>& out);
    void drop_done();
    // The first entry sent with at least this sequence.
    std::deque<entry>::iterator find(std::uint64_t sequence);

    std::deque<entry> pending_; // [0, sent_) are with the broker; sequences ascend
    std::size_t sent_ = 0;
    std::uint64_t next_sequence_ = 1;
    boost::unordered_flat_map<std::uint64_t, frame> frames_; // by request
    std::string items_;                                      // of the frame being cut
};

} // namespace peyk
