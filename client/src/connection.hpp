#pragma once
// One TCP connection to a broker: resolves, connects, reads, writes. Decides nothing.

#include "client/src/broker_url.hpp"
#include <peyk/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace peyk {

class connection;

// Who is told. Never called from within a call of the connection, nor after close().
class connection_events {
public:
    virtual void connected(error_code result) = 0;
    virtual void received(std::string_view chunk) = 0;
    virtual void written() = 0;
    virtual void lost(error_code why) = 0;

protected:
    ~connection_events() = default;
};

// Lives as long as one of its operations runs. Not thread-safe: everything on its executor.
class connection : public std::enable_shared_from_this<connection> {
public:
    connection(boost::asio::any_io_executor executor, std::weak_ptr<connection_events> events);

    // Ends in connected().
    void connect(broker_url const& target);
    // Ends in lost(); received() until then.
    void start_reading();
    // Takes the bytes and ends in written() or lost(). One at a time.
    void write(std::string& bytes);
    [[nodiscard]] bool is_writing() const { return writing_; }
    // Half a close: the broker sees the end after what was written.
    void finish_writing();
    void close();

private:
    using tcp = boost::asio::ip::tcp;

    void connect_resolved(tcp::resolver::results_type const& endpoints);
    void fail(error_code why);
    void read_some();

    std::weak_ptr<connection_events> events_; // none: closed, or nobody is left to tell
    tcp::resolver resolver_;
    tcp::socket socket_;
    std::string outgoing_;
    std::vector<char> incoming_;
    bool writing_ = false;
};

} // namespace peyk
