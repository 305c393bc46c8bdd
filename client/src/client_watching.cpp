// Events, and what this program and its operators tell each other.
#include "client/src/ask.hpp"
#include "client/src/client_owner.hpp"
#include "client/src/listen_table.hpp"
#include <peyk/client.hpp>

#include <utility>

namespace peyk {
namespace {

void next_of(client_owner& owner,
             std::shared_ptr<listen_state> state,
             steady_time deadline,
             event_handler handler) {
    run_in(
        owner.session(),
        [state = std::move(state), deadline, handler = std::move(handler)](
            client_session& in) mutable { in.listen_next(state, deadline, std::move(handler)); });
}

} // namespace

event_listener client::listen(event_filter filter) {
    auto state = std::make_shared<listen_state>(std::move(filter));
    run_in(session(), [state](client_session& in) { in.listen(state); });
    return {owner_, std::move(state)};
}

void client::introduce(std::map<std::string, std::string> facts,
                       std::optional<worker_metrics> metrics) {
    run_in(session(),
           [facts = std::move(facts), metrics = std::move(metrics)](client_session& in) mutable {
               in.introduce(std::move(facts), std::move(metrics));
           });
}

void client::on_instruction(instruction_handler handler) {
    run_in(session(), [handler = std::move(handler)](client_session& in) mutable {
        in.on_instruction(std::move(handler));
    });
}

void client::on_connection(std::function<void(error_code)> handler) {
    // The session copies what it calls; a handler that remembers something is still one.
    auto const one = std::make_shared<std::function<void(error_code)>>(std::move(handler));
    run_in(session(), [one](client_session& in) {
        in.on_connection(*one ? [one](error_code why) { (*one)(why); }
                              : std::function<void(error_code)>{});
    });
}

event_listener::event_listener(std::shared_ptr<client_owner> owner,
                               std::shared_ptr<listen_state> state)
    : owner_(std::move(owner)), state_(std::move(state)) {}

event_listener::event_listener(event_listener&&) noexcept = default;

event_listener& event_listener::operator=(event_listener&& other) noexcept {
    if (this != &other) {
        close();
        owner_ = std::move(other.owner_);
        state_ = std::move(other.state_);
    }
    return *this;
}

event_listener::~event_listener() {
    close();
}

void event_listener::start_next(completion<error_code, event> handler) {
    next_of(*owner_, state_, steady_time::max(), std::move(handler));
}

event event_listener::next(std::optional<std::chrono::milliseconds> timeout) {
    if (owner_->is_own_thread())
        throw error(errc::would_deadlock);
    auto const deadline =
        timeout ? std::chrono::steady_clock::now() + *timeout : steady_time::max();
    blocking_call<event> call;
    next_of(*owner_, state_, deadline, call.handler());
    return call.wait();
}

void event_listener::close() {
    if (!owner_)
        return;
    run_in(owner_->session(),
           [state = std::move(state_)](client_session& in) { in.unlisten(*state); });
    owner_.reset();
}

} // namespace peyk
