#pragma once
// What `peyk top` asks the broker, and what it has it do. Never blocks: everything comes back to
// the model, on the thread of the context.

#include "client/cli/top/top_model.hpp"
#include <peyk/admin.hpp>
#include <peyk/client.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace peyk::cli {

class polling {
public:
    // `changed`: the model is another.
    polling(client broker,
            asio::io_context& context,
            top_model& model,
            std::chrono::milliseconds every,
            std::function<void()> changed);

    void begin();
    void stop(); // nothing changes any more
    void perform(top_action const& what);
    [[nodiscard]] std::size_t looks() const { return looks_; } // that were answered

private:
    struct look;

    void tick();
    void ask();
    void answered(std::shared_ptr<look> const& round, error_code error);
    void ask_why(std::shared_ptr<look> const& round, std::string const& queue);
    void listen();
    void sweep(peyk::sweep what, std::string const& done);
    void ask_running(std::string const& worker, std::uint64_t from, std::vector<running_row> rows);
    void done(error_code error, std::string const& text);

    client broker_;
    admin admin_;
    asio::steady_timer timer_;
    event_listener listener_;
    top_model& model_;
    std::chrono::milliseconds every_;
    std::function<void()> changed_;
    std::size_t looks_ = 0;
    bool is_asking_ = false;
};

} // namespace peyk::cli
