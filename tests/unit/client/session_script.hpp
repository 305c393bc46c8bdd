#pragma once
// What every script against a client needs: options that lose no time, outcomes as values, answers.

#include "tests/unit/client/scripted_peer.hpp"
#include <peyk/asio.hpp>
#include <peyk/client.hpp>
#include <peyk/client_options.hpp>
#include <peyk/error.hpp>

#include <boost/asio/use_future.hpp>

#include <chrono>
#include <future>

namespace peyk::test {

using namespace std::chrono_literals;
using asio::use_future;
using Frame = pb::ClientFrame;

inline client_options options_for(scripted_peer const& peer) {
    client_options options;
    options.url = peer.url();
    options.backoff_min = 1ms;
    options.backoff_max = 10ms;
    options.close_timeout = 1ms; // the scripts end without an answer to it
    options.connect_timeout = 3s;
    return options;
}

// As values: an exception that wanders between threads is a data race to ThreadSanitizer.
inline auto const outcome = use_future([](error_code error, auto const&...) { return error; });

// The client is ready when this returns. What it said of itself.
inline pb::Hello make_ready(client& which,
                            scripted_peer& peer,
                            pb::Welcome const& answer = scripted_peer::make_welcome()) {
    auto ready = which.async_ready(use_future);
    auto hello = peer.welcome(answer);
    ready.get();
    return hello;
}

inline error_code error_of(std::future<error_code>& result) {
    return result.get();
}

// `fill(reply)` makes the answer to `request`.
template <class Fill>
void answer(scripted_peer& peer, Frame const& request, Fill fill) {
    pb::ServerFrame reply;
    reply.set_request(request.request());
    fill(reply);
    peer.send(reply);
}

inline void accept_settle(scripted_peer& peer, Frame const& settle) {
    answer(peer, settle, [](pb::ServerFrame& reply) { reply.mutable_settled(); });
}

// The whole request is refused.
inline void
refuse(scripted_peer& peer, Frame const& request, pb::ErrorCode code, char const* text = "") {
    answer(peer, request, [&](pb::ServerFrame& reply) {
        reply.mutable_error()->set_code(code);
        reply.mutable_error()->set_message(text);
    });
}

} // namespace peyk::test
