#include "client/src/blocking.hpp"
#include "client/src/client_owner.hpp"
#include "client/src/watch_table.hpp"
#include <peyk/watcher.hpp>

#include <utility>

namespace peyk {
namespace {

void next_of(client_owner& owner,
             std::shared_ptr<watch_state> state,
             steady_time deadline,
             watch_handler handler) {
    owner.session().submit(
        session_command{[state = std::move(state), deadline, handler = std::move(handler)](
                            client_session& in) mutable {
            in.watch_next(state, deadline, std::move(handler));
        }});
}

} // namespace

watcher::watcher(std::shared_ptr<client_owner> owner, std::shared_ptr<watch_state> state)
    : owner_(std::move(owner)), state_(std::move(state)) {}

watcher::watcher(watcher&&) noexcept = default;

watcher& watcher::operator=(watcher&& other) noexcept {
    if (this != &other) {
        close();
        owner_ = std::move(other.owner_);
        state_ = std::move(other.state_);
    }
    return *this;
}

watcher::~watcher() {
    close();
}

void watcher::start_next(completion<error_code, std::optional<status>> handler) {
    next_of(*owner_, state_, steady_time::max(), std::move(handler));
}

std::optional<status> watcher::next(std::optional<std::chrono::milliseconds> timeout) {
    if (owner_->is_own_thread())
        throw error(errc::would_deadlock);
    auto const deadline =
        timeout ? std::chrono::steady_clock::now() + *timeout : steady_time::max();
    blocking_call<std::optional<status>> call;
    next_of(*owner_, state_, deadline, call.handler());
    return call.wait();
}

void watcher::close() {
    if (!owner_)
        return;
    owner_->session().submit(session_command{[state = std::move(state_)](client_session& in) {
        in.unwatch(*state);
    }});
    owner_.reset();
}

} // namespace peyk
