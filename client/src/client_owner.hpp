#pragma once
// Owns a session on behalf of the public objects, and the thread it runs on if it has its own. Its
// end closes the session.

#include "client/src/client_session.hpp"
#include <peyk/client_options.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <thread>

namespace peyk {

class client_owner {
public:
    // With a thread, from the first call of session(). Both throw errc::invalid_url.
    explicit client_owner(client_options options);
    client_owner(asio::any_io_executor executor, client_options options);
    ~client_owner();
    client_owner(client_owner const&) = delete;
    client_owner& operator=(client_owner const&) = delete;

    [[nodiscard]] client_session& session();
    [[nodiscard]] bool is_own_thread() const;

private:
    using work = asio::executor_work_guard<asio::io_context::executor_type>;

    std::shared_ptr<asio::io_context> context_; // none: the caller's executor
    std::optional<work> work_;
    std::optional<asio::io_context::executor_type> callers_; // to tell the caller's threads
    std::shared_ptr<client_session> session_;
    std::once_flag started_;
    std::thread thread_;
};

} // namespace peyk
