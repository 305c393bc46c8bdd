#pragma once
// Reads bodies that have left memory back from the journal, off the loop. What is in flight is
// bounded by bytes; what waits for its turn is small and bounded by the consumers' credit and by
// the number of questions.

#include "broker/core/ids.hpp"
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

struct content_reply {
    boost::system::error_code error;
    std::string content;
};

struct content_request {
    core::position at;
    std::uint32_t bytes = 0;
    std::function<void(content_reply&&)> done; // called on the loop
};

class content_reader {
public:
    content_reader(boost::asio::io_context& loop, storage::journal& journal);
    ~content_reader();
    content_reader(content_reader const&) = delete;
    content_reader& operator=(content_reader const&) = delete;

    // From the loop.
    void submit(content_request what);

private:
    void run();
    void feed();
    struct finished {
        content_request asked;
        content_reply reply;
    };
    void finish(std::vector<finished>&& all);

    boost::asio::io_context& loop_;
    storage::journal& journal_;

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
