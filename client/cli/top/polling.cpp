#include "client/cli/top/polling.hpp"

#include <peyk/refusal_words.hpp>

#include <algorithm>
#include <utility>

namespace peyk::cli {
namespace {

constexpr std::uint32_t running_page = 100;
constexpr std::size_t running_max = 500;
constexpr std::uint64_t all_kept = 1; // of the events: before any sequence a broker gives

} // namespace

struct polling::look {
    top_snapshot snapshot;
    std::vector<queue_stats> asked; // one by one, with what holds them
    std::size_t unanswered = 0;
    error_code error;
};

polling::polling(client broker,
                 asio::io_context& context,
                 top_model& model,
                 std::chrono::milliseconds every,
                 std::function<void()> changed)
    : broker_(std::move(broker)), admin_(broker_), timer_(context), model_(model), every_(every),
      changed_(std::move(changed)) {}

void polling::begin() {
    listener_ = broker_.listen(
        {.kinds = {event_kind::task_failed, event_kind::task_retried}, .after = all_kept});
    listen();
    timer_.expires_at(std::chrono::steady_clock::now());
    tick();
}

void polling::stop() {
    changed_ = [] {
    };
    timer_.cancel();
    listener_.close();
}

void polling::listen() {
    listener_.async_next([this](error_code error, event const& what) {
        if (error)
            return model_.notice("failures are not told: " + error.message());
        model_.take(what);
        listen();
    });
}

void polling::tick() {
    if (!broker_.is_connected()) {
        model_.lost("no connection");
        changed_();
    }
    if (!is_asking_)
        ask();
    timer_.expires_at(std::max(timer_.expiry() + every_, std::chrono::steady_clock::now()));
    timer_.async_wait([this](error_code error) {
        if (!error)
            tick();
    });
}

void polling::ask() {
    is_asking_ = true;
    auto const round = std::make_shared<look>();
    auto const queues = model_.queues_to_ask();
    round->unanswered = 3 + queues.size();
    broker_.async_broker([this, round](error_code error, broker_stats const& stats) {
        round->snapshot.broker = stats;
        answered(round, error);
    });
    broker_.async_queues([this, round](error_code error, std::vector<queue_stats> all) {
        round->snapshot.queues = std::move(all);
        round->snapshot.when = {std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
        answered(round, error);
    });
    admin_.async_sessions({}, true, [this, round](error_code error, std::vector<session_info> all) {
        round->snapshot.workers = std::move(all);
        answered(round, error);
    });
    for (auto const& queue : queues)
        ask_why(round, queue);
}

void polling::ask_why(std::shared_ptr<look> const& round, std::string const& queue) {
    broker_.async_queue(queue, [this, round](error_code error, queue_stats one) {
        if (!error)
            round->asked.push_back(std::move(one));
        // It may have gone meanwhile.
        answered(round, error == errc::unknown_queue ? error_code{} : error);
    });
}

void polling::answered(std::shared_ptr<look> const& round, error_code error) {
    if (error)
        round->error = error;
    if (--round->unanswered != 0)
        return;
    is_asking_ = false;
    if (round->error) {
        model_.lost(round->error.message());
        return changed_();
    }
    for (auto& one : round->asked) {
        auto& all = round->snapshot.queues;
        auto const found = std::ranges::find(all, one.name, &queue_stats::name);
        if (found != all.end())
            found->obstacles = std::move(one.obstacles);
    }
    model_.take(std::move(round->snapshot));
    ++looks_;
    changed_();
}

void polling::perform(top_action const& what) {
    auto const told = [this](std::string text) {
        return [this, text = std::move(text)](error_code error) {
            done(error, text);
        };
    };
    switch (what.what) {
    case top_task::pause:
        return admin_.async_set_hold(
            {.scope = hold_scope::queue, .name = what.name, .reason = "by peyk top"},
            told(what.name + " is paused"));
    case top_task::resume:
        return admin_.async_release_hold(
            hold_scope::queue, what.name, told(what.name + " is resumed"));
    case top_task::purge:
        return sweep({.action = sweep_action::cancel,
                      .which = {.queue = what.name,
                                .states = {message_state::scheduled,
                                           message_state::ready,
                                           message_state::blocked}},
                      .reason = "purged"},
                     "revoked");
    case top_task::redrive:
        return sweep({.action = sweep_action::redrive,
                      .which = {.queue = what.name, .states = {message_state::dead}}},
                     "redriven");
    case top_task::running:
        return ask_running(what.name, 0, {});
    case top_task::terminate:
        return broker_.async_cancel({what.id},
                                    {.terminate = true, .reason = "by peyk top"},
                                    [this](error_code error, std::vector<error_code> const& each) {
                                        done(error || each.empty() ? error : each.front(),
                                             "cancelled");
                                    });
    case top_task::quit:
        return;
    }
}

void polling::sweep(peyk::sweep what, std::string const& text) {
    auto const queue = what.which.queue;
    admin_.async_sweep(
        std::move(what), {}, [this, queue, text](error_code error, sweep_state const& ended) {
            done(error, queue + ": " + std::to_string(ended.changed) + " messages " + text);
        });
}

// Pages may be short although there is more.
void polling::ask_running(std::string const& worker,
                          std::uint64_t from,
                          std::vector<running_row> rows) {
    broker_.async_messages(
        {.states = {message_state::leased}, .worker = worker},
        from,
        running_page,
        [this, worker, rows = std::move(rows)](error_code error, message_page const& page) mutable {
            if (error)
                return done(error, {});
            auto const now = std::chrono::system_clock::now();
            for (auto const& each : page.messages)
                rows.push_back(make_row(each, now));
            if (page.next != 0 && rows.size() < running_max && model_.opened() == worker)
                return ask_running(worker, page.next, std::move(rows));
            model_.take_running(worker, std::move(rows));
            changed_();
        });
}

void polling::done(error_code error, std::string const& text) {
    if (!error) {
        model_.notice(text);
        if (!is_asking_)
            ask(); // seen at once
    } else {
        auto const words = current_refusal().text;
        model_.notice(words.empty() ? error.message() : words);
    }
    changed_();
}

} // namespace peyk::cli
