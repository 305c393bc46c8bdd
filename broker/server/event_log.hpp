#pragma once
// The last events, numbered, and who listens to them. Sequences begin anew above all before with
// each start of the broker: its epoch is their upper part. Memory is bounded by `kept_max`; who
// asks for older ones is told how many are missed.

#include "broker/core/event.hpp"
#include "broker/core/ids.hpp"
#include "broker/core/time.hpp"
#include "broker/net/request.hpp"
#include "broker/net/view.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace peyk::server {

class event_log {
public:
    static constexpr std::size_t kept_max = 100'000;
    // Events of one frame.
    static constexpr std::size_t batch_max = 500;
    // They go on being kept so long after the last listener has left: it may come back.
    static constexpr core::duration kept_after{600'000};

    event_log(core::broker_epoch epoch, std::size_t listeners_max);

    // False: there are as many listeners as may be. A second listen of the same request replaces.
    [[nodiscard]] bool
    listen(core::session_id who, core::request_id request, net::listen const& to);
    // The sequence after which this listener is told.
    [[nodiscard]] std::uint64_t begins_at(core::session_id who, core::request_id request) const;
    void unlisten(core::session_id who, core::request_id request, core::steady_time now);
    // The connection is gone.
    void forget(core::session_id who, core::steady_time now);

    // These are durable.
    void add(std::vector<core::event>& events);

    // Hands each listener what it has not seen. `ready(session)`: it can be sent more now.
    // `send(session, request, batch)`.
    using batch_sender =
        std::function<void(core::session_id, core::request_id, net::event_batch const&)>;
    void deliver(std::function<bool(core::session_id)> const& ready, batch_sender const& send);
    // Somebody has not got all there is.
    [[nodiscard]] bool behind() const;

    // Whether events should be made at all; lets go of old ones when not.
    [[nodiscard]] bool wanted(core::steady_time now);

private:
    struct listener {
        core::session_id who;
        core::request_id request;
        std::uint32_t kinds = 0;
        std::string queue;
        std::string task;
        std::string worker;
        std::uint64_t seen = 0; // the last sequence it was told about
    };

    [[nodiscard]] bool chosen(listener const& by, core::event const& what) const;
    // False: nothing new for it.
    bool next_batch(listener& of, net::event_batch& into) const;

    std::size_t listeners_max_;
    std::uint64_t last_; // sequence of the newest
    std::deque<net::numbered_event> kept_;
    std::vector<listener> listeners_;
    core::steady_time left_{}; // when the last listener did
    bool ever_ = false;
};

} // namespace peyk::server
