#include "broker/server/content_reader.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace peyk::server {
namespace {

// Eight of the largest bodies, or thousands of small ones: keeps a disk busy.
constexpr std::size_t bytes_in_flight_max = 32u << 20;
// What a small body costs besides its bytes.
constexpr std::size_t request_bytes = 512;

std::size_t cost(content_request const& what) {
    return what.bytes + request_bytes;
}

} // namespace

content_reader::content_reader(boost::asio::io_context& loop, storage::journal& journal)
    : loop_(loop), journal_(journal), thread_([this] { run(); }) {}

content_reader::~content_reader() {
    {
        std::lock_guard const lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void content_reader::submit(content_request what) {
    waiting_.push_back(std::move(what));
    feed();
}

void content_reader::feed() {
    if (waiting_.empty() || bytes_in_flight_ >= bytes_in_flight_max)
        return;
    {
        std::lock_guard const lock{mutex_};
        while (!waiting_.empty() && bytes_in_flight_ < bytes_in_flight_max) {
            bytes_in_flight_ += cost(waiting_.front());
            queue_.push_back(std::move(waiting_.front()));
            waiting_.pop_front();
        }
    }
    changed_.notify_one();
}

void content_reader::run() {
    std::vector<content_request> taken;
    for (;;) {
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, [this] { return !queue_.empty() || stopping_; });
            if (stopping_)
                return;
            taken.swap(queue_);
        }
        std::vector<finished> all;
        all.reserve(taken.size());
        for (auto& request : taken) {
            auto read = journal_.read_content(request.at, request.bytes);
            auto& made = all.emplace_back();
            made.asked = std::move(request);
            if (read)
                made.reply.content = std::move(*read);
            else
                made.reply.error = read.error();
        }
        taken.clear();
        boost::asio::post(loop_,
                          [this, all = std::move(all)]() mutable { finish(std::move(all)); });
    }
}

void content_reader::finish(std::vector<finished>&& all) {
    for (auto& each : all) {
        bytes_in_flight_ -= cost(each.asked);
        each.asked.done(std::move(each.reply));
    }
    feed();
}

} // namespace peyk::server
