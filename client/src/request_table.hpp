#pragma once
// Requests that are not answered yet, apart from publishes and settlements. Those that may be asked
// twice are asked again after a reconnect. Sans-io.

#include "client/src/publish_window.hpp"
#include "client/src/wire_decode.hpp"
#include <peyk/asio.hpp>
#include <peyk/error.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace peyk {

// The answer to one request: an error, or the frame.
using reply_handler = completion<error_code, server_frame>;

class request_table {
public:
    // `frame` is the whole encoded frame.
    void add(std::uint64_t request,
             std::string frame,
             steady_time deadline,
             bool resend,
             reply_handler handler);

    // Appends what was not sent on this connection.
    void stage(std::string& out);

    // Takes the handler out; an empty one if there is no such request.
    [[nodiscard]] reply_handler take(std::uint64_t request);
    // Takes out one handler that is over its time; an empty one if there is none.
    [[nodiscard]] reply_handler take_expired(steady_time now);
    [[nodiscard]] reply_handler take_any();

    // After a reconnect: forgets what must not be asked again, stages the rest once more.
    void rewind();

    [[nodiscard]] bool has_unsent() const { return !unsent_.empty(); }
    [[nodiscard]] bool empty() const { return pending_.empty(); }
    [[nodiscard]] steady_time next_deadline() const;

private:
    struct entry {
        std::string frame;
        steady_time deadline;
        bool resend = false;
        reply_handler handler;
    };
    using iterator = std::map<std::uint64_t, entry>::iterator;

    reply_handler remove(iterator at);

    std::map<std::uint64_t, entry> pending_; // in the order asked
    std::vector<std::uint64_t> unsent_;      // ascending; may name what is gone
    std::set<std::pair<steady_time, std::uint64_t>> deadlines_;
};

} // namespace peyk
