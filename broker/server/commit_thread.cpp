#include "broker/server/commit_thread.hpp"

#include "broker/core/assert.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace peyk::server {

commit_thread::commit_thread(boost::asio::io_context& loop,
                             storage::journal& journal,
                             completion done)
    : loop_(loop), journal_(journal), done_(std::move(done)), thread_([this] { run(); }) {}

commit_thread::~commit_thread() {
    {
        std::lock_guard const lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void commit_thread::submit(storage::batch&& sealed) {
    {
        std::lock_guard const lock{mutex_};
        PEYK_ASSERT(!next_);
        next_ = std::move(sealed);
    }
    changed_.notify_one();
}

void commit_thread::run() {
    for (;;) {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return next_ || stopping_; });
        if (!next_)
            return;
        auto batch = std::move(*next_);
        next_.reset();
        lock.unlock();

        auto const committed = journal_.commit(batch);
        auto const ec = committed ? boost::system::error_code{} : committed.error();
        boost::asio::post(
            loop_, [this, ec, batch = std::move(batch)]() mutable { done_(std::move(batch), ec); });
    }
}

} // namespace peyk::server
