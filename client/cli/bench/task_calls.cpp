#include "client/cli/bench/task_calls.hpp"

#include "client/cli/exit_code.hpp"
#include <peyk/task.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <thread>
#include <utility>

namespace peyk::cli::bench {
namespace {

using clock = std::chrono::steady_clock;

// Everything happens on the client's thread, while the one of the rig waits.
class batches : public std::enable_shared_from_this<batches> {
public:
    batches(rig& on, client by, message call, task_calls::load const& what)
        : rig_(on), by_(std::move(by)), call_(std::move(call)), left_(what.count),
          batch_(what.batch) {}

    // Throws what ended it, Ctrl-C too.
    void run(std::uint64_t at_once) {
        // Not before the rig runs: it stops but once.
        asio::post(rig_.context(), [self = shared_from_this(), at_once] {
            asio::post(self->by_.get_executor(), [self, at_once] {
                for (std::uint64_t at = 0; at < std::max<std::uint64_t>(at_once, 1); ++at)
                    self->publish();
            });
        });
        rig_.run();
        if (!why_.empty())
            throw failure{exit_code::internal, "bench: " + why_};
    }

private:
    void publish() {
        auto const count = std::min(left_, batch_);
        if (count == 0)
            return;
        left_ -= count;
        ++underway_;
        std::vector<message> all(count, call_);
        std::vector<message_id> ids;
        for (auto& each : all)
            ids.push_back(each.id = message_id::make());
        by_.async_publish(std::move(all),
                          [self = shared_from_this(), ids = std::move(ids)](
                              error_code error, std::vector<publish_result> const& each) mutable {
                              for (auto const& one : each)
                                  error = error ? error : one.error;
                              if (error)
                                  return self->fail(error.message());
                              self->fetch(std::move(ids));
                          });
    }
    void fetch(std::vector<message_id> ids) {
        by_.async_wait_all(
            std::move(ids),
            std::nullopt,
            [self = shared_from_this()](error_code error, std::vector<status> const& ended) {
                if (error)
                    return self->fail(error.message());
                for (auto const& each : ended) {
                    if (each.state != state::success)
                        return self->fail("a task failed: " + each.error.message);
                }
                self->finish();
            });
    }
    void finish() {
        --underway_;
        publish();
        if (underway_ == 0)
            end({});
    }
    void fail(std::string const& why) {
        left_ = 0;
        end(why);
    }
    void end(std::string const& why) {
        if (std::exchange(over_, true))
            return;
        why_ = why;
        rig_.context().stop();
    }

    rig& rig_;
    client by_;
    message call_;
    std::uint64_t left_;
    std::uint64_t batch_;
    std::uint64_t underway_ = 0; // batches
    bool over_ = false;
    std::string why_;
};

} // namespace

task_calls::task_calls(rig& on) : rig_(on), by_(on.url()) {
    by_.ready();
}

task_calls::~task_calls() {
    close();
}

// What is underway ends with it.
void task_calls::close() {
    try {
        by_.close();
    } catch (error const&) {
        return; // it is gone already
    }
}

message task_calls::call(load const& what) const {
    auto made = make_task_message(what.name, {.queue = rig_.queue()}, {});
    set_arguments(made, what.args, {});
    return made;
}

void task_calls::run(load const& what) {
    std::make_shared<batches>(rig_, by_, call(what), what)
        ->run(what.unfinished / std::max<std::uint64_t>(what.batch, 1));
}

double task_calls::seconds_of(load const& what) {
    auto const begin = clock::now();
    run(what);
    return std::chrono::duration<double>(clock::now() - begin).count();
}

void task_calls::one_by_one(std::string const& name, samples& took, std::uint64_t count) {
    task<int()> const calls{by_, name, {.queue = rig_.queue()}};
    std::exception_ptr failed;
    // The client would wait for a broker that is gone to come back; the rig does not.
    std::jthread calling{[&] {
        try {
            for (std::uint64_t at = 0; at < count; ++at) {
                auto const begin = clock::now();
                (void)calls.delay().get();
                took.add(clock::now() - begin);
            }
        } catch (...) {
            failed = std::current_exception();
        }
        asio::post(rig_.context(), [this] { rig_.context().stop(); });
    }};
    try {
        rig_.run();
    } catch (...) {
        close();
        throw;
    }
    calling.join();
    if (failed)
        std::rethrow_exception(failed);
}

} // namespace peyk::cli::bench
