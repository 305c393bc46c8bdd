// Waiting for any of many messages, or for all.
#include "client/src/ask.hpp"
#include <peyk/client.hpp>

#include <memory>
#include <utility>

namespace peyk {
namespace {

constexpr std::size_t waited_for_max = 100'000; // as many as a session may watch

// The waits of one call. They were made in one turn, so they share one watch. Whatever comes first
// of the end, an error and the timeout completes the handler, and the other waits are given up.
class wait_group : public std::enable_shared_from_this<wait_group> {
public:
    wait_group(client_session& session, std::vector<message_id> ids)
        : session_(session), ids_(std::move(ids)), results_(ids_.size()) {}

    completion<error_code, ended_message> on_any; // one of the two
    completion<error_code, std::vector<status>> on_all;

    void start(steady_time deadline) {
        unanswered_ = ids_.size();
        for (std::size_t at = 0; at < ids_.size(); ++at)
            numbers_.push_back(
                session_.wait(ids_[at],
                              deadline,
                              [self = shared_from_this(), at](error_code error, status ended) {
                                  self->answered(at, error, std::move(ended));
                              }));
    }
    void complete(error_code error, std::size_t at = 0) {
        if (std::exchange(is_over_, true))
            return;
        for (std::size_t i = 0; i < numbers_.size(); ++i)
            session_.stop_waiting(ids_[i], numbers_[i]);
        if (on_any)
            session_.due().add(std::move(on_any),
                               error,
                               error ? ended_message{}
                                     : ended_message{at, std::move(results_[at])});
        else
            session_.due().add(
                std::move(on_all), error, error ? std::vector<status>{} : std::move(results_));
    }

private:
    void answered(std::size_t at, error_code error, status ended) {
        if (is_over_)
            return;
        results_[at] = std::move(ended);
        if (--unanswered_ == 0 || error || on_any)
            complete(error, at);
    }

    client_session& session_;
    std::vector<message_id> ids_;
    std::vector<status> results_;
    std::vector<std::uint64_t> numbers_; // of the waits
    std::size_t unanswered_ = 0;
    bool is_over_ = false;
};

template <class Handler>
void start_group(client_session& session,
                 std::vector<message_id> ids,
                 std::optional<std::chrono::milliseconds> timeout,
                 Handler wait_group::*which,
                 Handler handler) {
    auto const deadline =
        timeout ? std::chrono::steady_clock::now() + *timeout : steady_time::max();
    run_in(session,
           [ids = std::move(ids), deadline, which, handler = std::move(handler)](
               client_session& in) mutable {
               auto const count = ids.size();
               auto const group = std::make_shared<wait_group>(in, std::move(ids));
               (*group).*which = std::move(handler);
               if (count == 0)
                   group->complete(group->on_any ? make_error_code(errc::invalid_argument)
                                                 : error_code{});
               else if (count > waited_for_max)
                   group->complete(errc::too_many_watches);
               else
                   group->start(deadline);
           });
}

} // namespace

void client::start_wait_any(completion<error_code, ended_message> handler,
                            std::vector<message_id> ids,
                            std::optional<std::chrono::milliseconds> timeout) {
    start_group(session(), std::move(ids), timeout, &wait_group::on_any, std::move(handler));
}

void client::start_wait_all(completion<error_code, std::vector<peyk::status>> handler,
                            std::vector<message_id> ids,
                            std::optional<std::chrono::milliseconds> timeout) {
    start_group(session(), std::move(ids), timeout, &wait_group::on_all, std::move(handler));
}

ended_message client::wait_any(std::vector<message_id> ids,
                               std::optional<std::chrono::milliseconds> timeout) {
    check_may_block();
    blocking_call<ended_message> call;
    start_wait_any(call.handler(), std::move(ids), timeout);
    return call.wait();
}

std::vector<peyk::status> client::wait_all(std::vector<message_id> ids,
                                           std::optional<std::chrono::milliseconds> timeout) {
    check_may_block();
    blocking_call<std::vector<peyk::status>> call;
    start_wait_all(call.handler(), std::move(ids), timeout);
    return call.wait();
}

} // namespace peyk
