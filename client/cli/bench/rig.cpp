#include "client/cli/bench/rig.hpp"

#include "client/cli/bench/machine.hpp"
#include "client/cli/bench/spawn.hpp"
#include "client/cli/exit_code.hpp"
#include <peyk/client.hpp>
#include <peyk/message_id.hpp>

#include <boost/asio/posix/stream_descriptor.hpp>

#include <algorithm>
#include <csignal>

namespace peyk::cli::bench {

rig::phase::phase() : context(BOOST_ASIO_CONCURRENCY_HINT_1), interrupts(context, SIGINT, SIGTERM) {
    interrupts.async_wait([](error_code failed, int) {
        if (!failed)
            throw failure{exit_code::interrupted, "interrupted"};
    });
}

rig::rig(options const& what)
    : what_(what), queue_("peyk.bench." + message_id::make().to_string()),
      phase_(std::make_unique<phase>()) {
    if (what_.url)
        return;
    auto const parent =
        what_.directory.empty() ? std::filesystem::temp_directory_path() : what_.directory;
    own_ = std::make_unique<broker_process>(parent, what_.sync);
    own_->start();
}

std::unique_ptr<link> rig::connect(std::string const& role) {
    auto const at = own_ ? own_->at() : parse_address(*what_.url);
    return std::make_unique<link>(context(), at, "peyk-bench " + role);
}

void rig::run() {
    context().restart();
    std::optional<asio::posix::stream_descriptor> watched;
    if (own_) {
        auto const process = watch_process(own_->pid());
        if (process < 0)
            fail_with_errno("cannot watch the broker of this bench");
        watched.emplace(context(), process);
        watched->async_wait(asio::posix::stream_descriptor::wait_read, [this](error_code failed) {
            if (!failed)
                require_broker();
        });
    }
    context().run();
}

void rig::require_broker(std::chrono::milliseconds patience) const {
    if (own_)
        own_->require_running(patience);
}

void rig::next_phase() {
    phase_.reset();
    phase_ = std::make_unique<phase>();
}

cpu_reading rig::cpu() const {
    return {.broker = own_ ? cpu_of(own_->pid()) : stats().cpu, .client = cpu_of_self()};
}

std::string rig::url() const {
    return own_ ? "peyk://" + own_->at().host + ":" + own_->at().port : *what_.url;
}

std::filesystem::path rig::place() const {
    return own_ ? own_->directory() : std::filesystem::temp_directory_path();
}

broker_stats rig::stats() const {
    return client{url()}.broker();
}

std::uint64_t rig::ready_in(std::string const& queue) const {
    auto const all = client{url()}.queues();
    auto const found = std::ranges::find(all, queue, &queue_stats::name);
    return found == all.end() ? 0 : found->ready;
}

} // namespace peyk::cli::bench
