#pragma once
// Producers and consumers, each with a link of its own, and the wiring that every scenario needs.

#include "client/cli/bench/drain.hpp"
#include "client/cli/bench/producer.hpp"
#include "client/cli/bench/rig.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace peyk::cli::bench {

class producers {
public:
    producers(rig& on, producer_options const& each);
    // Ends their sessions.
    ~producers();
    producers(producers const&) = delete;
    producers& operator=(producers const&) = delete;

    // So many in all, in equal shares.
    void allow(std::uint64_t messages);
    // So many more than are sent, in equal shares.
    void allow_more(std::uint64_t messages);

    [[nodiscard]] std::uint64_t sent() const;
    [[nodiscard]] std::uint64_t confirmed() const;
    [[nodiscard]] producer& front() { return *all_.front().from; }
    void on_confirmed(std::function<void(clock::time_point sent_at)> const& call);

private:
    struct one {
        std::unique_ptr<link> over;
        std::unique_ptr<producer> from;
    };
    std::vector<one> all_;
};

class drains {
public:
    // They subscribe at once, to the queue of the rig or to another one.
    drains(rig& on, std::uint32_t connections, std::uint32_t credit);
    drains(rig& on, std::uint32_t connections, std::uint32_t credit, std::string const& queue);
    ~drains();
    drains(drains const&) = delete;
    drains& operator=(drains const&) = delete;

    [[nodiscard]] std::uint64_t settled() const;
    void on_delivery(std::function<void(std::uint64_t id_low)> const& call);
    void on_settled(std::function<void()> const& call);
    void keep_deliveries();

private:
    struct one {
        std::unique_ptr<link> over;
        std::unique_ptr<drain> to;
    };
    std::vector<one> all_;
};

// Publishing and settling at once. A queue stays short: both sides are measured and not the growth
// of a backlog.
class cycling {
public:
    // `count`: publishes so many and no more.
    cycling(rig& on, producer_options const& each, std::optional<std::uint64_t> count);

    void start() { feed(); }
    [[nodiscard]] std::uint64_t settled() const { return to_.settled(); }
    // Published, and not settled.
    [[nodiscard]] std::uint64_t underway() const { return from_.sent() - to_.settled(); }
    void on_settled(std::function<void()> call);

private:
    void feed();

    std::optional<std::uint64_t> count_;
    producers from_;
    drains to_;
};

// The options of a scenario as those of a producer.
[[nodiscard]] producer_options producer_of(rig const& on);

// Publishes and waits for all confirms.
void fill(rig& on, std::uint64_t messages);
void fill(rig& on, std::uint64_t messages, producer_options const& each);
// Takes what a scenario has left in a broker that is not its own. Its links are closed.
void clear(rig& on);
void clear(rig& on, std::string const& queue);

} // namespace peyk::cli::bench
