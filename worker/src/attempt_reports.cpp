#include "worker/src/attempt_reports.hpp"

#include "worker/src/worker_log.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace peyk::worker_detail {

template <class Tell>
void attempt_reports::tell(Tell what) {
    std::lock_guard const lock{mutex_};
    what(buffer_);
    send_due();
}

void attempt_reports::progress(std::uint64_t done, std::uint64_t total, std::string_view text) {
    tell([&](report_buffer& to) { to.progress(done, total, text); });
}

void attempt_reports::checkpoint(std::string_view bytes) {
    tell([&](report_buffer& to) { to.checkpoint(bytes); });
}

void attempt_reports::log(std::string_view text) {
    tell([&](report_buffer& to) { to.log(text); });
}

void attempt_reports::finish(bool counts) {
    std::lock_guard const lock{mutex_};
    is_over_ = true;
    if (auto rest = buffer_.take_rest(); rest && counts)
        send(std::move(*rest));
}

void attempt_reports::send_due() {
    if (is_over_)
        return;
    if (auto due = buffer_.take(std::chrono::steady_clock::now()))
        send(std::move(*due));
    else
        arm();
}

void attempt_reports::send(task_report what) {
    route_.send(token_, std::move(what), [self = shared_from_this()](error_code error) {
        self->answered(error);
    });
}

void attempt_reports::answered(error_code error) {
    // A delivery that is gone, or a client that closes, is told by others.
    if (error && error != errc::unknown_delivery && error != errc::closed)
        log_warn("delivery {}.{}: a report was not taken: {}",
                 token_.epoch,
                 token_.number,
                 error.message());
    std::lock_guard const lock{mutex_};
    buffer_.answered();
    send_due();
}

// For what has to wait for its time: the timer belongs to the executor.
void attempt_reports::arm() {
    auto const at = buffer_.next();
    if (is_armed_ || at == report_buffer::time::max())
        return;
    is_armed_ = true;
    asio::post(executor_, [self = shared_from_this(), at] {
        if (!self->timer_)
            self->timer_.emplace(self->executor_);
        self->timer_->expires_at(at);
        self->timer_->async_wait([self](error_code) {
            std::lock_guard const lock{self->mutex_};
            self->is_armed_ = false;
            self->send_due();
        });
    });
}

} // namespace peyk::worker_detail
