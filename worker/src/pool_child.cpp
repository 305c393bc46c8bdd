#include "worker/src/pool_child.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <stop_token>
#include <utility>

#include <sys/wait.h>

namespace peyk::worker_detail {

pool_child::pool_child(asio::any_io_executor executor, spawned_child made)
    : made_(made), link_(std::make_shared<pool_link>(executor, made.socket)),
      exit_(executor, made.exit), end_event_(executor, asio::steady_timer::time_point::max()),
      patience_(executor) {}

void pool_child::watch(std::function<void()> on_exit) {
    on_exit_ = std::move(on_exit);
    wait_for_end();
}

void pool_child::wait_for_end() {
    exit_.async_wait(asio::posix::stream_descriptor::wait_read,
                     [self = shared_from_this()](boost::system::error_code error) {
                         if (error)
                             return;
                         // Asio may wake for an event of a descriptor that had this place before.
                         if (self->is_there())
                             self->wait_for_end();
                         else
                             self->ended();
                     });
}

bool pool_child::is_there() const {
    siginfo_t end{};
    return ::waitid(P_PID, static_cast<id_t>(made_.pid), &end, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           end.si_pid == 0;
}

void pool_child::ended() {
    // What a task had begun goes with it. The group cannot be another's: the process is not reaped.
    if (!is_dismissed_)
        ::kill(-made_.pid, SIGKILL);
    int status = 0;
    if (::waitpid(made_.pid, &status, 0) == made_.pid)
        end_text_ = exit_text(status);
    else
        end_text_ = "ended, and another part of this program was told how";
    has_ended_ = true;
    patience_.cancel();
    end_event_.cancel();
    link_->other_end_is_gone();
    if (auto const tell = std::exchange(on_exit_, {}))
        tell();
}

asio::awaitable<void> pool_child::end() {
    boost::system::error_code woken;
    if (!has_ended_)
        co_await end_event_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

asio::awaitable<bool> pool_child::ready() {
    kill_after(ready_within);
    pool_wire::FromChild first;
    bool const came = co_await link_->receive(first) && first.has_ready();
    patience_.cancel();
    if (!came) {
        kill();
        co_await end();
    }
    co_return came;
}

asio::awaitable<outcome> pool_child::run(context const& with, report_route& to) {
    pool_wire::ToChild begin;
    write(*begin.mutable_run(), with.from());
    link_->send(begin);
    // What is asked of this attempt may be late, and must not reach the next one.
    auto const number = ++attempts_;
    auto const self = shared_from_this();
    std::stop_callback const on_stop{with.stop_token(), [self, number, &with] {
                                         asio::post(self->exit_.get_executor(),
                                                    [self, number, over = with.soft_limit_over()] {
                                                        if (self->attempts_ == number)
                                                            self->request_stop(over);
                                                    });
                                     }};
    std::stop_callback const on_kill{with.kill_token(), [self, number] {
                                         asio::post(self->exit_.get_executor(), [self, number] {
                                             if (self->attempts_ == number)
                                                 self->kill();
                                         });
                                     }};
    pool_wire::FromChild said;
    while (co_await link_->receive(said)) {
        if (said.has_report()) {
            forward(std::move(*said.mutable_report()), with.from().token, to);
        } else if (said.has_ended()) {
            rss_bytes_ = said.ended().rss_bytes();
            ++tasks_;
            if (auto how = read(std::move(*said.mutable_ended()))) {
                ++attempts_;
                co_return *how;
            }
            break;
        }
    }
    kill();
    co_await end();
    co_return verdict::crashed{.text = "its process " + end_text_};
}

void pool_child::request_stop(bool soft_limit_over) {
    pool_wire::ToChild stop;
    stop.mutable_stop()->set_soft_limit_over(soft_limit_over);
    link_->send(stop);
}

void pool_child::forward(pool_wire::Report&& report, delivery_token token, report_route& to) {
    to.send(token,
            read(std::move(report)),
            [link = std::weak_ptr{link_}, executor = exit_.get_executor()](error_code) {
                asio::post(executor, [link] {
                    pool_wire::ToChild answer;
                    answer.mutable_reported();
                    if (auto const there = link.lock())
                        there->send(answer);
                });
            });
}

void pool_child::kill() {
    if (!has_ended_)
        ::kill(-made_.pid, SIGKILL);
}

void pool_child::close() {
    if (has_ended_ || std::exchange(is_dismissed_, true))
        return;
    on_exit_ = {}; // who asked to be told may be gone before it
    link_->close();
    kill_after(gone_within);
}

void pool_child::kill_after(std::chrono::seconds time) {
    patience_.expires_after(time);
    patience_.async_wait([self = shared_from_this()](boost::system::error_code error) {
        if (!error)
            self->kill();
    });
}

} // namespace peyk::worker_detail
