// `peyk worker health` against real workers: busy, idle, hanging and gone.

#include "tests/system/cli_fixture.hpp"
#include <peyk/client.hpp>
#include <peyk/task.hpp>
#include <peyk/worker.hpp>

#include <boost/asio/use_future.hpp>

#include <future>
#include <thread>

namespace peyk::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// A worker with one slot; its task goes on until the test lets it, whatever its time limit says.
class CliHealth : public Cli {
protected:
    static constexpr auto name = "healthy@host:1";

    CliHealth() {
        registry_.add("health.hang", [this](bool hang) {
            running_.set_value();
            if (hang)
                gate_.get_future().wait();
            return 1;
        });
        worker_options options;
        options.connection.url = broker_->url();
        options.connection.name = name;
        options.pool = pool_kind::threads;
        options.concurrency = 1;
        options.queues = {"health"};
        options.log_level = "error";
        works_.emplace(registry_, options);
        thread_ = std::thread{[this] {
            works_->run();
        }};
        client_options by;
        by.url = broker_->url();
        publisher_.emplace(by);
    }
    ~CliHealth() override {
        works_->stop();
        thread_.join();
    }

    async_result<int> run(bool hang, task_options how = {}) {
        running_ = {};
        how.queue = "health";
        auto result = task<int(bool)>{*publisher_, "health.hang", how}.delay(hang);
        running_.get_future().wait();
        return result;
    }
    void let_go() { gate_.set_value(); }

    task_registry registry_;
    std::promise<void> running_;
    std::promise<void> gate_;
    std::optional<worker> works_;
    std::optional<client> publisher_;
    std::thread thread_;
};

TEST_F(CliHealth, IsGoodWhileItWorksAndWhileNothingWaits) {
    EXPECT_EQ(run(false).get(20s), 1);
    auto const idle = peyk({"worker", "health", name, "--stalled-after", "1ms"});
    EXPECT_EQ(idle.code, 0) << idle.err;
    EXPECT_THAT(idle.out, HasSubstr("nothing waits for it: it holds 0 of 1"));
    EXPECT_THAT(peyk({"worker", "health", name}).out, HasSubstr("at work"));
    auto const running = run(true);
    published({"call", "health.hang", "--queue", "health", "false", "--expires", "1h"});
    running_ = {};
    auto const busy = peyk_json({"worker", "health", name, "--stalled-after", "1ms"}).at(0);
    EXPECT_EQ(busy.at("healthy"), true);
    EXPECT_THAT(std::string{busy.at("text").as_string()}, HasSubstr("busy: it holds 1 of 1"));
    let_go();
    EXPECT_EQ(running.get(20s), 1);
}

TEST_F(CliHealth, IsBadWhenItCouldTakeWhatWaitsAndDoesNot) {
    auto const over = run(true, {.time_limit = 20ms});
    EXPECT_THROW(over.get(20s), error);
    auto const next = published({"call", "health.hang", "--queue", "health", "false"});
    running_ = {};
    auto const said = peyk({"worker", "health", "healthy@*", "--stalled-after", "1ms"});
    EXPECT_EQ(said.code, 1);
    EXPECT_THAT(said.out, HasSubstr("stalled: " + next + " waits in queue health"));
    EXPECT_THAT(said.out, HasSubstr("do not end"));
    auto const fields = peyk_json({"worker", "health", "--stalled-after", "1ms"}, 1).at(0);
    EXPECT_EQ(fields.at("healthy"), false);
    EXPECT_EQ(fields.at("credit").to_number<int>(), 0);
    // What a pause holds back does not wait for workers.
    EXPECT_EQ(peyk({"queue", "pause", "health"}).code, 0);
    EXPECT_EQ(peyk({"worker", "health", name, "--stalled-after", "1ms"}).code, 0);
    EXPECT_EQ(peyk({"queue", "resume", "health"}).code, 0);
    // Nor what it could not take anyway.
    EXPECT_EQ(peyk({"task", "cancel", next}).code, 0);
    published({"call", "health.unknown", "--queue", "health"});
    EXPECT_EQ(peyk({"worker", "health", name, "--stalled-after", "1ms"}).code, 0);
    let_go();
}

TEST_F(Cli, NoWorkerIsNotHealthy) {
    auto const none = peyk({"worker", "health", "nobody@*"});
    EXPECT_EQ(none.code, 1);
    EXPECT_THAT(none.err, HasSubstr("no connected worker matches"));
    EXPECT_EQ(peyk({"worker", "health", "--stalled-after", "soon"}).code, 2);
}

} // namespace
} // namespace peyk::test
