#include "worker/src/pool_link.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace peyk::worker_detail {

pool_link::pool_link(asio::any_io_executor executor, int socket)
    : socket_(std::move(executor), asio::local::stream_protocol{}, socket) {}

void pool_link::send(google::protobuf::MessageLite const& what) {
    std::string frame;
    wire::append_frame_header(frame, what.ByteSizeLong());
    what.AppendToString(&frame);
    outgoing_.push_back(std::move(frame));
    if (!is_writing_)
        write_next();
}

void pool_link::write_next() {
    if (outgoing_.empty() || !socket_.is_open())
        return outgoing_.clear();
    is_writing_ = true;
    asio::async_write(socket_,
                      asio::buffer(outgoing_.front()),
                      [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                          self->is_writing_ = false;
                          if (error)
                              return self->outgoing_.clear(); // the reader meets it, too
                          self->outgoing_.pop_front();
                          self->write_next();
                      });
}

asio::awaitable<bool> pool_link::receive(google::protobuf::MessageLite& to) {
    auto const self = shared_from_this();
    while (true) {
        auto const frame = frames_.next();
        if (!frame)
            co_return false;
        if (*frame)
            co_return to.ParseFromArray((*frame)->data(), static_cast<int>((*frame)->size()));
        if (!co_await read_more())
            co_return false;
    }
}

asio::awaitable<bool> pool_link::read_more() {
    boost::system::error_code error;
    std::size_t bytes = 0;
    auto const room = [this] {
        auto const free = frames_.prepare();
        return asio::buffer(free.data(), free.size());
    };
    if (!is_alone_)
        bytes = co_await socket_.async_read_some(room(),
                                                 asio::redirect_error(asio::use_awaitable, error));
    if (is_alone_ && (bytes == 0 || error)) {
        error.clear();
        bytes = socket_.read_some(room(), error);
    }
    frames_.commit(bytes);
    co_return !error && bytes > 0;
}

void pool_link::other_end_is_gone() {
    boost::system::error_code ignored;
    is_alone_ = true;
    socket_.non_blocking(true, ignored);
    socket_.cancel(ignored);
}

void pool_link::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

} // namespace peyk::worker_detail
