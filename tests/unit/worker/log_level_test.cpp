// worker_options::log_level holds for a worker that is part of another program, too.

#include "worker/src/worker_log.hpp"
#include <peyk/task_registry.hpp>
#include <peyk/worker.hpp>

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>

namespace peyk {
namespace {

// The default logger of the program around, for a while.
class captured_log {
public:
    captured_log() : before_(spdlog::default_logger()) {
        spdlog::set_default_logger(std::make_shared<spdlog::logger>(
            "program", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
    }
    ~captured_log() { spdlog::set_default_logger(before_); }
    captured_log(captured_log const&) = delete;
    captured_log& operator=(captured_log const&) = delete;
    [[nodiscard]] std::string text() const { return text_.str(); }

private:
    std::ostringstream text_;
    std::shared_ptr<spdlog::logger> before_;
};

void make_worker(std::string const& level) {
    task_registry registry;
    registry.add("t", [] { return 1; });
    worker_options options;
    options.log_level = level;
    worker const made{registry, options};
}

TEST(LogLevel, HoldsInTheLogOfTheProgramAround) {
    captured_log const log;
    make_worker("off");
    worker_detail::log_error("silent");
    EXPECT_EQ(log.text(), "");
    make_worker("warning");
    worker_detail::log_info("silent");
    worker_detail::log_warn("heard");
    EXPECT_EQ(log.text().find("silent"), std::string::npos);
    EXPECT_NE(log.text().find("heard"), std::string::npos);
    make_worker("info");
    worker_detail::log_info("both");
    EXPECT_NE(log.text().find("both"), std::string::npos);
}

TEST(LogLevel, OneThatDoesNotExistIsRefused) {
    EXPECT_THROW(make_worker("loud"), std::invalid_argument);
}

} // namespace
} // namespace peyk
