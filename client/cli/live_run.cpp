#include "client/cli/live_run.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace peyk::cli {

live_run::live_run(common_options const& common)
    : signals_(context_, SIGINT, SIGTERM, SIGHUP), patience_(context_),
      broker_(context_.get_executor(), options_for_client(common)) {}

exit_code live_run::run(std::function<void()> begin) {
    signals_.async_wait([this](error_code error, int) {
        if (!error)
            end(exit_code::interrupted);
    });
    broker_.async_ready([this, begin = std::move(begin)](error_code error) {
        if (error)
            return fail(error);
        begin();
    });
    context_.run();
    if (error_)
        throw_error(error_, refused_.text, refused_.limit);
    if (!sentence_.empty())
        throw failure{code_, sentence_};
    return code_;
}

void live_run::end(exit_code code) {
    if (is_over_)
        return;
    code_ = code;
    stop();
}

void live_run::fail(error_code why) {
    if (is_over_)
        return;
    error_ = why;
    refused_ = current_refusal();
    stop();
}

void live_run::fail(failure const& why) {
    if (is_over_)
        return;
    code_ = why.code();
    sentence_ = why.what();
    stop();
}

void live_run::stop() {
    is_over_ = true;
    asio::post(context_, [this] { // not within what the client is doing
        if (on_end_)
            on_end_();
        signals_.clear();
        patience_.expires_after(broker_.options().close_timeout);
        patience_.async_wait([this](error_code) { context_.stop(); });
        broker_.async_close([this](error_code) { context_.stop(); });
    });
}

} // namespace peyk::cli
