#include "client/src/connect_fsm.hpp"

#include <boost/assert.hpp>

#include <algorithm>
#include <utility>

namespace peyk {
namespace {

// Trying again would not help. A malformed frame would be sent again and end the next connection.
bool is_final(error_code why) {
    return why == errc::version_unsupported || why == errc::session_superseded ||
           why == errc::malformed_frame || why == errc::closed;
}

} // namespace

connect_fsm::connect_fsm(client_options const& options, std::vector<broker_url> urls)
    : urls_(std::move(urls)), backoff_min_(options.backoff_min),
      backoff_max_(std::max(options.backoff_min, options.backoff_max)) {
    BOOST_ASSERT(!urls_.empty());
}

connect_action connect_fsm::start() {
    BOOST_ASSERT(state_ == state::idle);
    return connect();
}

connect_action connect_fsm::resume(error_code result, std::uint64_t random) {
    using kind = connect_action::kind;
    switch (state_) {
    case state::connecting:
        if (result)
            return failed(result, random);
        state_ = state::greeting;
        return {kind::greet};
    case state::greeting:
        if (result)
            return failed(result, random);
        state_ = state::running;
        failures_ = 0;
        last_error_ = {};
        return {kind::run};
    case state::running:
        return failed(result, random);
    case state::waiting:
        return connect();
    case state::idle:
    case state::stopped:
        break;
    }
    return stop(result ? result : last_error_);
}

void connect_fsm::redirect(broker_url target) {
    redirected_ = std::move(target);
}

connect_action connect_fsm::stop(error_code why) {
    state_ = state::stopped;
    last_error_ = why;
    return {connect_action::kind::stop, {}, {}, why};
}

connect_action connect_fsm::connect() {
    state_ = state::connecting;
    if (redirected_) // once: if it is not there, the list is tried again
        return {connect_action::kind::resolve_and_connect, *std::exchange(redirected_, {})};
    auto const& url = urls_[next_url_];
    next_url_ = (next_url_ + 1) % urls_.size();
    return {connect_action::kind::resolve_and_connect, url};
}

connect_action connect_fsm::failed(error_code why, std::uint64_t random) {
    if (is_final(why))
        return stop(why);
    last_error_ = why;
    if (redirected_)
        return connect();
    auto const was_running = state_ == state::running;
    if (was_running) // the broker that was there is the likeliest to be there again
        next_url_ = (next_url_ + urls_.size() - 1) % urls_.size();
    ++failures_;
    // A whole round is tried without waiting in between.
    if (!was_running && failures_ % urls_.size() != 0)
        return connect();
    state_ = state::waiting;
    return {connect_action::kind::wait, {}, next_delay(random)};
}

std::chrono::milliseconds connect_fsm::next_delay(std::uint64_t random) {
    constexpr std::size_t doublings_max = 20; // the maximum is reached long before; no overflow
    auto const rounds = std::min((failures_ - 1) / urls_.size(), doublings_max);
    auto const full = std::min(backoff_max_, backoff_min_ * (1 << rounds));
    auto const half = full / 2;
    return full - std::chrono::milliseconds{random % (half.count() + 1)};
}

} // namespace peyk
