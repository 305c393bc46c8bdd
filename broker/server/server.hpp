#pragma once
// The whole broker: recovers, listens, serves, stops. Owns everything.

#include "broker/server/config.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace peyk::server {

class server {
public:
    // Recovers the journal and binds the port. Throws std::exception with one sentence for people
    // if either cannot be done.
    explicit server(config const& with);
    ~server();

    // Serves until a signal or until the journal fails. The first SIGTERM or SIGINT drains: what
    // was accepted is committed and confirmed, clients are told; the second stops at once.
    // Returns the exit code: 0 after a clean stop.
    int run();

    // The same as the first signal. From any thread.
    void stop();

    // Writes the port that is listened on, as text, for whoever started us with port 0. Written
    // aside and renamed, so that a reader never sees half of it.
    void write_port(std::filesystem::path const& file) const;
    [[nodiscard]] std::uint16_t port() const;

private:
    struct members;
    std::unique_ptr<members> self_;
};

} // namespace peyk::server
