#pragma once
// Handlers that are due. They run at the end of a turn, when the session's state is consistent, so
// that a handler may call anything.

#include <peyk/asio.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>

#include <tuple>
#include <utility>
#include <vector>

namespace peyk {

class completion_queue {
public:
    explicit completion_queue(asio::any_io_executor executor) : executor_(std::move(executor)) {}

    // `handler(args...)` on its associated executor, or on the client's.
    template <class Handler, class... Args>
    void add(Handler handler, Args... args) {
        auto executor = asio::get_associated_executor(handler, executor_);
        due_.emplace_back([executor = std::move(executor),
                           handler = std::move(handler),
                           bound = std::make_tuple(std::move(args)...)]() mutable {
            asio::dispatch(executor,
                           [handler = std::move(handler), bound = std::move(bound)]() mutable {
                               std::apply(std::move(handler), std::move(bound));
                           });
        });
    }

    [[nodiscard]] bool empty() const { return due_.empty(); }

    void run() {
        auto due = std::exchange(due_, {});
        for (auto& each : due)
            std::move(each)();
    }

private:
    asio::any_io_executor executor_;
    std::vector<completion<>> due_;
};

} // namespace peyk
