#pragma once
// One end of the socket between a worker and a process of its prefork pool. Belongs to its
// executor, one thread.

#include "proto/frame_codec.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <google/protobuf/message_lite.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>

namespace peyk::worker_detail {

namespace asio = boost::asio;

class pool_link : public std::enable_shared_from_this<pool_link> {
public:
    // A delivery at its largest, with a checkpoint.
    static constexpr std::size_t frame_max = 2 * wire::frame_bytes_max;

    // Takes the socket over.
    pool_link(asio::any_io_executor executor, int socket);

    // Sent in this order; what cannot be sent any more is dropped, and receive() says so.
    void send(google::protobuf::MessageLite const& what);
    // The next frame; false: the other end is gone, or speaks nonsense. One at a time.
    asio::awaitable<bool> receive(google::protobuf::MessageLite& to);
    // Nothing more comes, as the process at the other end has ended: what has arrived is still
    // received. Without it a process begun by a task could keep the socket open for ever.
    void other_end_is_gone();
    void close();

private:
    asio::awaitable<bool> read_more();
    void write_next();

    asio::local::stream_protocol::socket socket_;
    wire::frame_reader frames_{frame_max};
    std::deque<std::string> outgoing_; // bounded by the protocol: a Run, a Stop or two, answers
    bool is_writing_ = false;
    bool is_alone_ = false; // the other end is gone
};

} // namespace peyk::worker_detail
