#include "client/src/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>

#include <utility>

namespace peyk {
namespace {

constexpr std::size_t read_bytes = 128u << 10; // some hundred small deliveries in one system call

} // namespace

connection::connection(boost::asio::any_io_executor executor,
                       std::weak_ptr<connection_events> events)
    : events_(std::move(events)), resolver_(executor), socket_(executor) {}

void connection::connect(broker_url const& target) {
    resolver_.async_resolve(target.host,
                            std::to_string(target.port),
                            tcp::resolver::numeric_service,
                            [self = shared_from_this()](error_code error, auto const& endpoints) {
                                auto const events = self->events_.lock();
                                if (events && error)
                                    events->connected(error);
                                else if (events)
                                    self->connect_resolved(endpoints);
                            });
}

void connection::connect_resolved(tcp::resolver::results_type const& endpoints) {
    boost::asio::async_connect(
        socket_, endpoints, [self = shared_from_this()](error_code error, tcp::endpoint const&) {
            auto const events = self->events_.lock();
            if (!events)
                return;
            if (!error)
                self->socket_.set_option(tcp::no_delay{true}, error);
            events->connected(error);
        });
}

void connection::start_reading() {
    incoming_.resize(read_bytes);
    read_some();
}

void connection::read_some() {
    socket_.async_read_some(boost::asio::buffer(incoming_),
                            [self = shared_from_this()](error_code error, std::size_t bytes) {
                                if (error)
                                    return self->fail(error);
                                if (auto const events = self->events_.lock())
                                    events->received({self->incoming_.data(), bytes});
                                if (!self->events_.expired())
                                    self->read_some();
                            });
}

void connection::write(std::string& bytes) {
    std::swap(outgoing_, bytes); // the two buffers are used in turn
    bytes.clear();
    writing_ = true;
    boost::asio::async_write(socket_,
                             boost::asio::buffer(outgoing_),
                             [self = shared_from_this()](error_code error, std::size_t) {
                                 self->writing_ = false;
                                 if (error)
                                     return self->fail(error);
                                 if (auto const events = self->events_.lock())
                                     events->written();
                             });
}

void connection::finish_writing() {
    error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
}

void connection::fail(error_code why) {
    if (auto const events = std::exchange(events_, {}).lock())
        events->lost(why);
}

void connection::close() {
    events_.reset();
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
}

} // namespace peyk
