#pragma once
// Reads bodies that have left memory back from the journal, off the loop. What is in flight is
// bounded by bytes; what waits for its turn is small and bounded by the consumers' credit.

#include "broker/core/effect.hpp"
#include "broker/storage/journal.hpp"

#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace peyk::server {

// A delivery whose body must be read first; `connection` tells whether its client is still there.
struct content_request {
    core::delivery delivery;
    std::uint64_t connection = 0;
};

struct content_reply {
    content_request asked;
    boost::system::error_code error;
    std::string content;
};

class content_reader {
public:
    // Called on the loop.
    using completion = std::function<void(content_reply&&)>;

    content_reader(boost::asio::io_context& loop, storage::journal& journal, completion done);
    ~content_reader();
    content_reader(content_reader const&) = delete;
    content_reader& operator=(content_reader const&) = delete;

    // From the loop.
    void submit(content_request what);

private:
    void run();
    void feed();
    void finish(std::vector<content_reply>&& replies);

    boost::asio::io_context& loop_;
    storage::journal& journal_;
    completion done_;

    // Of the loop.
    std::deque<content_request> waiting_;
    std::size_t bytes_in_flight_ = 0;

    std::mutex mutex_; // guards the two below
    std::vector<content_request> queue_;
    bool stopping_ = false;
    std::condition_variable changed_;
    std::thread thread_; // last: it uses all of the above
};

} // namespace peyk::server
