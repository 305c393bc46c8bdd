#pragma once
// Where the reports of an attempt go: to the broker, or first to the process that has a session
// with it.

#include <peyk/consumer.hpp>
#include <peyk/delivery.hpp>
#include <peyk/error.hpp>
#include <peyk/report.hpp>

#include <functional>
#include <utility>

namespace peyk::worker_detail {

class report_route {
public:
    report_route() = default;
    report_route(report_route const&) = delete;
    report_route& operator=(report_route const&) = delete;
    virtual ~report_route() = default;

    // From any thread; does not block. `answered` is called once, on any thread, when the broker
    // has it or never will.
    virtual void
    send(delivery_token token, task_report what, std::function<void(error_code)> answered) = 0;
};

class consumer_route final : public report_route {
public:
    explicit consumer_route(consumer& to) : to_(to) {}

    void send(delivery_token token,
              task_report what,
              std::function<void(error_code)> answered) override {
        to_.async_report(token, std::move(what), std::move(answered));
    }

private:
    consumer& to_;
};

} // namespace peyk::worker_detail
