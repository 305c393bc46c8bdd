#include "worker/src/lifecycle.hpp"

#include "worker/src/worker_log.hpp"

#include <utility>

#include <signal.h>

namespace peyk::worker_detail {
namespace {

// Enough for a broker that is there to confirm what is handed back or to hear a goodbye; one that
// is not there gives it to others when the session's grace is over.
constexpr std::chrono::milliseconds last_words{2'000};

// Asio installs its handlers without this flag; without it a system call in a task that is meant to
// run on (with the solo pool, on the main thread) would be cut short by the signal.
void restart_system_calls(int signal) {
    struct sigaction installed {};
    ::sigaction(signal, nullptr, &installed);
    installed.sa_flags |= SA_RESTART;
    ::sigaction(signal, &installed, nullptr);
}

} // namespace

lifecycle::lifecycle(asio::io_context& loop,
                     processor& works,
                     client through,
                     worker_options const& options)
    : works_(works), client_(std::move(through)), drain_timeout_(options.drain_timeout),
      interrupt_timeout_(options.interrupt_timeout), timer_(loop) {}

void lifecycle::watch_signals() {
    signals_.emplace(timer_.get_executor(), SIGINT, SIGTERM, SIGQUIT);
    restart_system_calls(SIGINT);
    restart_system_calls(SIGTERM);
    restart_system_calls(SIGQUIT);
    wait_for_signal();
}

void lifecycle::wait_for_signal() {
    signals_->async_wait([this](error_code error, int which) {
        if (error)
            return;
        if (which == SIGQUIT && stage_ <= stage::draining)
            interrupt("SIGQUIT");
        else if (stage_ == stage::running)
            stop("signal");
        else
            stop_now("second signal");
        wait_for_signal();
    });
}

void lifecycle::stop(std::string_view why) {
    if (stage_ != stage::running)
        return;
    log_info("stopping ({}): finishing what runs; once more to stop without waiting", why);
    stage_ = stage::draining;
    if (drain_timeout_.count() > 0)
        arm(drain_timeout_, &lifecycle::drain_is_over);
    works_.stop_receiving();
    work_is_idle();
}

void lifecycle::drain_is_over() {
    interrupt("the drain timeout is over");
}

void lifecycle::interrupt(std::string_view why) {
    if (stage_ >= stage::interrupting)
        return;
    if (interrupt_timeout_.count() == 0)
        return stop_now(why);
    log_warn("interrupting ({}): what runs is asked to stop", why);
    stage_ = stage::interrupting;
    arm(interrupt_timeout_, &lifecycle::interrupt_is_over);
    works_.stop_receiving();
    works_.interrupt_running();
    work_is_idle();
}

void lifecycle::interrupt_is_over() {
    stop_now("what runs did not stop when it was asked to");
}

void lifecycle::stop_now(std::string_view why) {
    if (stage_ >= stage::releasing)
        return;
    log_warn("stopping now ({}): handing back what runs", why);
    stage_ = stage::releasing;
    arm(last_words, &lifecycle::close);
    if (works_.runs_any())
        how_ = worker_end::abandoned; // even if all of it can be killed, and is gone soon
    works_.stop_receiving();
    works_.release_running();
    work_is_idle();
}

void lifecycle::refused() {
    if (stage_ >= stage::closing)
        return;
    how_ = worker_end::refused;
    works_.stop_receiving();
    works_.release_running();
    close();
}

void lifecycle::work_is_idle() {
    // Without a broker and with empty hands there is nothing to say to anybody.
    bool const nothing_left = works_.idle() || (!works_.holds_any() && !client_.is_connected());
    if (nothing_left && stage_ >= stage::draining && stage_ <= stage::releasing)
        close();
}

void lifecycle::close() {
    if (stage_ >= stage::closing)
        return;
    if (how_ == worker_end::drained && (works_.runs_any() || works_.holds_any()))
        how_ = worker_end::abandoned;
    stage_ = stage::closing;
    arm(last_words, &lifecycle::end);
    client_.async_close([this](error_code) { end(); });
}

void lifecycle::end() {
    if (stage_ == stage::ended)
        return;
    stage_ = stage::ended;
    timer_.cancel();
    if (signals_)
        signals_->cancel();
    on_ended_(how_);
}

void lifecycle::arm(std::chrono::milliseconds after, void (lifecycle::*then)()) {
    timer_.expires_after(after);
    timer_.async_wait([this, then](error_code error) {
        if (!error)
            (this->*then)();
    });
}

} // namespace peyk::worker_detail
