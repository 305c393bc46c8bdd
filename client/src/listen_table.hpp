#pragma once
// The listeners of a session: which events are theirs and what nobody has read yet. Sans-io.

#include "client/src/completion_queue.hpp"
#include "client/src/publish_window.hpp"
#include <peyk/error.hpp>
#include <peyk/event.hpp>

#include "peyk/wire/v1/event.pb.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace peyk {

using event_handler = completion<error_code, event>;

// One listener's side. Belongs to the session's executor.
class listen_state {
public:
    explicit listen_state(event_filter filter) : filter_(std::move(filter)) {}

    void next(steady_time deadline, event_handler handler, completion_queue& due);
    void take(wire::v1::Events const& from, completion_queue& due);
    void fail(error_code why, completion_queue& due);
    void expire(steady_time now, completion_queue& due);

    // What to ask for now: behind what has come.
    [[nodiscard]] event_filter const& filter() const { return filter_; }
    [[nodiscard]] steady_time deadline() const { return deadline_; }

private:
    void match(completion_queue& due);

    event_filter filter_;
    std::deque<event> unread_; // bounded by event_listener::unread_max
    std::uint64_t missed_ = 0; // by the broker, before the next event
    std::optional<event_handler> waiting_;
    steady_time deadline_ = steady_time::max();
    error_code error_;
};

class listen_table {
public:
    void add(std::shared_ptr<listen_state> state) { unsent_.push_back(std::move(state)); }
    void remove(listen_state const& state);

    void stage(std::string& out, std::uint64_t& next_request);
    void take(std::uint64_t request, wire::v1::Events const& from, completion_queue& due);
    // False: the request is none of these.
    bool refuse(std::uint64_t request, error_code why, completion_queue& due);
    void fail_all(error_code why, completion_queue& due);
    void expire(steady_time now, completion_queue& due);
    void rewind();

    [[nodiscard]] steady_time next_deadline() const;

private:
    std::vector<std::shared_ptr<listen_state>> unsent_;
    std::map<std::uint64_t, std::shared_ptr<listen_state>> open_; // by request
    std::vector<std::uint64_t> unlisten_;
};

} // namespace peyk
