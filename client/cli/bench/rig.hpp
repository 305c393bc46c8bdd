#pragma once
// What a scenario stands on: the broker under test, its own or one that is named, the thread's
// io_context, and the readings of both sides' CPU time. Ctrl-C ends it like an error, so that the
// broker and its data are cleaned up.

#include "client/cli/bench/broker_process.hpp"
#include "client/cli/bench/link.hpp"
#include "client/cli/bench/options.hpp"
#include <peyk/broker_stats.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace peyk::cli::bench {

struct cpu_reading {
    std::chrono::microseconds broker{0};
    std::chrono::microseconds client{0};
};

class rig {
public:
    // Starts the broker unless one is named.
    explicit rig(options const& what);

    [[nodiscard]] options const& what() const { return what_; }
    [[nodiscard]] asio::io_context& context() { return phase_->context; }
    // Forgets the io_context with all that waits in it. To be called between the links of one part
    // of a scenario and those of the next.
    void next_phase();
    // Nothing with --url.
    [[nodiscard]] broker_process* own() { return own_.get(); }
    // Of this run, so that a broker that is named keeps its other queues apart.
    [[nodiscard]] std::string const& queue() const { return queue_; }

    [[nodiscard]] std::unique_ptr<link> connect(std::string const& role);
    // Runs the io_context until somebody stops it. Throws failure if its own broker ends.
    void run();
    // As broker_process::require_running(), of its own broker.
    void require_broker(std::chrono::milliseconds patience = {}) const;

    // A directory for files: beside the data of its own broker.
    [[nodiscard]] std::filesystem::path place() const;

    // Of the broker, for the client library.
    [[nodiscard]] std::string url() const;

    [[nodiscard]] cpu_reading cpu() const;
    // Of the broker as it says itself.
    [[nodiscard]] broker_stats stats() const;
    [[nodiscard]] std::uint64_t ready_in(std::string const& queue) const;

private:
    options what_;
    std::string queue_;
    struct phase {
        phase();
        asio::io_context context;
        asio::signal_set interrupts;
    };
    std::unique_ptr<phase> phase_;
    std::unique_ptr<broker_process> own_;
};

} // namespace peyk::cli::bench
