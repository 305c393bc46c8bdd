#include "client/src/client_owner.hpp"

#include <boost/asio/strand.hpp>

#include <utility>

namespace peyk {
namespace {

std::vector<broker_url> checked_urls(client_options const& options) {
    auto urls = parse_urls(options.url);
    if (!urls)
        throw error(urls.error(), options.url);
    return std::move(*urls);
}

} // namespace

client_owner::client_owner(client_options options)
    : context_(std::make_shared<asio::io_context>(1)), work_(work{context_->get_executor()}) {
    auto urls = checked_urls(options);
    session_ = std::make_shared<client_session>(
        context_, context_->get_executor(), std::move(options), std::move(urls));
}

client_owner::client_owner(asio::any_io_executor executor, client_options options) {
    auto urls = checked_urls(options);
    if (auto const* known = executor.target<asio::io_context::executor_type>())
        callers_ = *known;
    session_ = std::make_shared<client_session>(
        nullptr, asio::make_strand(executor), std::move(options), std::move(urls));
}

client_owner::~client_owner() {
    // Nobody waits for the answer; without a broker it ends at once.
    if (!context_ || thread_.joinable())
        session_->submit(session_command{[](client_session& session) {
            session.close([](error_code) {});
        }});
    work_.reset();
    if (!thread_.joinable())
        return;
    if (is_own_thread()) // the last copy went with a handler: the thread ends when that returns
        thread_.detach();
    else
        thread_.join();
}

client_session& client_owner::session() {
    if (context_)
        std::call_once(started_, [this] {
            thread_ = std::thread{[context = context_] {
                context->run();
            }};
        });
    return *session_;
}

bool client_owner::is_own_thread() const {
    if (session_->in_turn())
        return true;
    if (callers_)
        return callers_->running_in_this_thread();
    return context_ && context_->get_executor().running_in_this_thread();
}

} // namespace peyk
