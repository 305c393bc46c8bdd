#include "worker/src/settler.hpp"

#include "worker/src/worker_log.hpp"

#include <utility>

namespace peyk::worker_detail {

void settler::settle(delivery_token token, outcome verdict) {
    consumer_.async_settle(
        token, std::move(verdict), [this, token](error_code error) { answered(token, error); });
}

void settler::answered(delivery_token token, error_code error) {
    if (error == errc::result_too_large) {
        // The delivery is still held, and would be for ever.
        settle(token,
               verdict::failure{.error = {.type = "peyk::result_too_large",
                                          .message = "the result is larger than the broker takes",
                                          .trace = {}},
                                .permanent = true});
        return;
    }
    if (error == errc::unknown_delivery)
        log_warn("delivery {}.{} was no longer ours when it was settled: cancelled, or "
                 "delivered again",
                 token.epoch,
                 token.number);
    else if (error && error != errc::closed)
        log_error(
            "delivery {}.{} could not be settled: {}", token.epoch, token.number, error.message());
    on_settled_();
}

} // namespace peyk::worker_detail
