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

// The answer to one request: an error with the broker's words, or the frame.
using reply_handler = completion<error_code, server_frame>;

// When the connection is lost before the answer.
enum class on_loss : std::uint8_t {
    ask_again, // asking twice does no harm
    fail,      // nobody knows whether it was done: errc::unreachable
    forget,    // it is not needed on the next connection; the handler is dropped
};

// Where in what is written: what is said of a delivery comes before the end of that.
enum class request_place : std::uint8_t { last, before_settles };

struct request_kind {
    on_loss lost = on_loss::ask_again;
    request_place place = request_place::last;
};

class request_table {
public:
    // `frame` is the whole encoded frame.
    void add(std::uint64_t request,
             std::string frame,
             steady_time deadline,
             request_kind kind,
             reply_handler handler);
    // The next answer to a request that has been taken. It may come at any time.
    void expect_more(std::uint64_t request, reply_handler handler);

    // Appends what was not sent on this connection.
    void stage(std::string& out, request_place place);

    // Takes the handler out; an empty one if there is no such request.
    [[nodiscard]] reply_handler take(std::uint64_t request);
    // Takes out one handler that is over its time; an empty one if there is none.
    [[nodiscard]] reply_handler take_expired(steady_time now);
    [[nodiscard]] reply_handler take_any();

    // After a reconnect: stages what may be asked again once more, gives back what failed.
    [[nodiscard]] std::vector<reply_handler> rewind();

    [[nodiscard]] bool has_unsent() const { return !unsent_.empty(); }
    [[nodiscard]] bool empty() const { return pending_.empty(); }
    [[nodiscard]] steady_time next_deadline() const;

private:
    struct entry {
        std::string frame;
        steady_time deadline;
        request_kind kind;
        bool sent = false; // on this connection
        reply_handler handler;
    };
    using iterator = std::map<std::uint64_t, entry>::iterator;

    reply_handler remove(iterator at);

    std::map<std::uint64_t, entry> pending_; // in the order asked
    std::vector<std::uint64_t> unsent_;      // ascending; may name what is gone
    std::set<std::pair<steady_time, std::uint64_t>> deadlines_;
};

} // namespace peyk
