#pragma once
// A broker, workers and a publisher, all of them processes or clients of their own, with a bad
// network in between, and everything that befalls them.

#include "tests/support/broker_process.hpp"
#include "tests/support/tcp_proxy.hpp"
#include "tests/torture/fault_plan.hpp"
#include "tests/torture/torture_load.hpp"
#include "tests/torture/torture_verdict.hpp"
#include "tests/torture/torture_worker.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace peyk::test {

struct torture_options {
    std::uint64_t tasks = 20'000;
    std::uint64_t poisons = 5; // among them
    int faults = 200;
    int workers = 4;
    std::uint64_t seed = 1;
};

class torture_world {
public:
    // Everything begins.
    explicit torture_world(torture_options const& with);
    ~torture_world();
    torture_world(torture_world const&) = delete;
    torture_world& operator=(torture_world const&) = delete;

    // Every fault in its place; returns when all tasks have ended. Throws std::runtime_error when
    // they do not, or when a worker ends by itself.
    void run(std::function<void(fault const&)> const& tell);
    // That all is well again, and what all of it came to.
    torture_verdict judge();

    // What workers and broker have said.
    [[nodiscard]] std::string logs() const;

private:
    void strike(fault const& with);
    void strike_network(fault const& with);
    void kill_child(torture_worker& of);
    void heal();
    void check_workers();
    void check_broker(torture_verdict& into) const;
    void take_ends(torture_verdict& into) const;
    [[nodiscard]] torture_worker::settings settings_of(int worker) const;

    torture_options with_;
    std::filesystem::path directory_;
    broker_process broker_;
    std::unique_ptr<tcp_proxy> to_publisher_;
    std::vector<std::unique_ptr<tcp_proxy>> to_workers_;
    std::vector<std::unique_ptr<torture_worker>> workers_;
    std::unique_ptr<torture_load> load_;
    std::vector<past_fault> past_;
    std::uint64_t random_; // which child
};

} // namespace peyk::test
