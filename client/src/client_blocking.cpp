// The blocking forms of a client's operations.
#include "client/src/blocking.hpp"
#include <peyk/client.hpp>

#include <utility>

namespace peyk {

void client::ready() {
    check_may_block();
    blocking_call<> call;
    start_ready(call.handler());
    call.wait();
}

message_id client::publish(message what) {
    std::vector<message> batch;
    batch.push_back(std::move(what));
    auto const results = publish(std::move(batch));
    auto const& result = results.front();
    if (result.error)
        throw_error(result.error, result.detail, result.limit);
    return result.id;
}

std::vector<peyk::status> client::status(std::vector<message_id> ids) {
    check_may_block();
    blocking_call<std::vector<peyk::status>> call;
    start_status(call.handler(), std::move(ids));
    return call.wait();
}

peyk::status client::status(message_id id) {
    auto found = status(std::vector{id});
    if (found.empty())
        throw_error(errc::protocol_error);
    return std::move(found.front());
}

peyk::status client::wait(message_id id, std::optional<std::chrono::milliseconds> timeout) {
    check_may_block();
    blocking_call<peyk::status> call;
    start_wait(call.handler(), id, timeout);
    return call.wait();
}

std::vector<error_code> client::cancel(std::vector<message_id> ids, std::string reason) {
    check_may_block();
    blocking_call<std::vector<error_code>> call;
    start_cancel(call.handler(), std::move(ids), std::move(reason));
    return call.wait();
}

void client::cancel(message_id id, std::string reason) {
    auto const errors = cancel(std::vector{id}, std::move(reason));
    if (!errors.empty() && errors.front())
        throw_error(errors.front());
}

std::chrono::microseconds client::ping() {
    check_may_block();
    blocking_call<std::chrono::microseconds> call;
    start_ping(call.handler());
    return call.wait();
}

std::vector<queue_stats> client::queues() {
    check_may_block();
    blocking_call<std::vector<queue_stats>> call;
    start_queues(call.handler());
    return call.wait();
}

queue_stats client::queue(std::string name) {
    check_may_block();
    blocking_call<queue_stats> call;
    start_queue(call.handler(), std::move(name));
    return call.wait();
}

broker_stats client::broker() {
    check_may_block();
    blocking_call<broker_stats> call;
    start_broker(call.handler());
    return call.wait();
}

void client::close() {
    check_may_block();
    blocking_call<> call;
    start_close(call.handler());
    call.wait();
}

} // namespace peyk
