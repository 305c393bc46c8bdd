#pragma once
// The one thread that waits for the disk: takes a sealed batch, commits it, tells the loop. One
// batch at a time; the next one gathers meanwhile.

#include "broker/storage/journal.hpp"

#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace peyk::server {

class commit_thread {
public:
    // Called on the loop with the batch and how it went. An error is final.
    using completion = std::function<void(storage::batch&&, boost::system::error_code)>;

    commit_thread(boost::asio::io_context& loop, storage::journal& journal, completion done);
    // Waits for the batch in hand; its completion is not called if the loop has stopped.
    ~commit_thread();
    commit_thread(commit_thread const&) = delete;
    commit_thread& operator=(commit_thread const&) = delete;

    // From the loop, when no batch is in hand.
    void submit(storage::batch&& sealed);

private:
    void run();

    boost::asio::io_context& loop_;
    storage::journal& journal_;
    completion done_;

    std::mutex mutex_; // guards the two below
    std::optional<storage::batch> next_;
    bool stopping_ = false;
    std::condition_variable changed_;
    std::thread thread_; // last: it uses all of the above
};

} // namespace peyk::server
