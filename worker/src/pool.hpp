#pragma once
// Where tasks run. A pool has a number of slots and gives each delivery to the runner in one of
// them; what the runner does is no business of the pool. The runner does not throw.

#include "worker/src/remote_call.hpp"
#include <peyk/asio.hpp>
#include <peyk/delivery.hpp>
#include <peyk/worker_options.hpp>

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace peyk::worker_detail {

class pool {
public:
    using runner = std::function<void(delivery)>;

    pool() = default;
    pool(pool const&) = delete;
    pool& operator=(pool const&) = delete;
    virtual ~pool() = default;

    // Deliveries that run at once.
    [[nodiscard]] virtual std::size_t slots() const = 0;
    // From now on so many, at least 1; what runs in one slot too many is finished first. On the
    // client's thread. False: this kind of pool cannot.
    [[nodiscard]] virtual bool resize(std::size_t slots) = 0;
    // From any thread; does not block.
    virtual void submit(std::vector<delivery> batch) = 0;
    // What has not started, and never will. From any thread.
    [[nodiscard]] virtual std::vector<delivery> take_back() = 0;
    // The same for one; false: it runs or has run.
    [[nodiscard]] virtual bool take_back(delivery_token token) = 0;
    // Blocks the runtime thread until stop() was called and nothing runs.
    virtual void run() = 0;
    // From any thread; does not block. What was submitted and not taken back still runs.
    virtual void stop() = 0;
};

// What pools run a delivery with: each kind one of these.
struct pool_runners {
    pool::runner run;                                              // here, to its end
    std::function<asio::awaitable<void>(delivery)> run_async = {}; // among others on one thread
    // By a call to another process.
    std::function<asio::awaitable<void>(delivery, remote_call const&)> run_elsewhere = {};
    // Its processes do not start. On the pool's thread.
    std::function<void(std::string why)> broken = {};
};

[[nodiscard]] std::unique_ptr<pool>
make_pool(pool_share const& share, child_options const& children, pool_runners with);

} // namespace peyk::worker_detail
