#pragma once
// What is changed for many messages, or for those to come: queues and their policies, holds,
// schedules, limits and sweeps; what workers are told; and messages as they were published. For
// programs that run a broker; tasks need none of it.

#include <peyk/asio.hpp>
#include <peyk/client.hpp>
#include <peyk/hold.hpp>
#include <peyk/kept_message.hpp>
#include <peyk/limit.hpp>
#include <peyk/message_id.hpp>
#include <peyk/queue_policy.hpp>
#include <peyk/schedule.hpp>
#include <peyk/statistics.hpp>
#include <peyk/sweep.hpp>
#include <peyk/worker_info.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace peyk {

// Cheap to copy; thread-safe. What changes something completes when it is on disk. The blocking
// forms throw refused_error with the broker's own words; the handlers of the asynchronous ones find
// them in current_refusal(). Names and patterns that are not UTF-8: errc::invalid_argument.
//
// When the connection is lost before the answer, what does no harm twice is asked again; the others
// (marked: once) complete with errc::unreachable, and may have been done.
class admin {
public:
    explicit admin(client through) : client_(std::move(through)) {}

    // A queue that stays, also empty.
    template <class Token>
    auto async_create_queue(std::string name, Token&& token) const {
        return initiate(&admin::start_create_queue, std::forward<Token>(token), std::move(name));
    }
    void create_queue(std::string name) const;
    // Only when nothing is in it, also no dead letter, and nobody reads it: errc::queue_not_empty.
    // Once.
    template <class Token>
    auto async_delete_queue(std::string name, Token&& token) const {
        return initiate(&admin::start_delete_queue, std::forward<Token>(token), std::move(name));
    }
    void delete_queue(std::string name) const;

    // In the order of their patterns.
    template <class Token>
    auto async_policies(Token&& token) const {
        return initiate(&admin::start_policies, std::forward<Token>(token));
    }
    std::vector<queue_policy_info> policies() const;
    // Replaces the one with this pattern.
    template <class Token>
    auto async_set_policy(queue_policy policy, Token&& token) const {
        return initiate(&admin::start_set_policy, std::forward<Token>(token), std::move(policy));
    }
    void set_policy(queue_policy policy) const;
    // errc::unknown_policy. Once.
    template <class Token>
    auto async_remove_policy(std::string pattern, Token&& token) const {
        return initiate(
            &admin::start_remove_policy, std::forward<Token>(token), std::move(pattern));
    }
    void remove_policy(std::string pattern) const;

    template <class Token>
    auto async_holds(Token&& token) const {
        return initiate(&admin::start_holds, std::forward<Token>(token));
    }
    std::vector<hold> holds() const;
    // Pauses a queue or a task, or drains a queue; replaces the hold that is there.
    template <class Token>
    auto async_set_hold(hold what, Token&& token) const {
        return initiate(&admin::start_set_hold, std::forward<Token>(token), std::move(what));
    }
    void set_hold(hold what) const;
    // errc::unknown_hold. Once.
    template <class Token>
    auto async_release_hold(hold_scope scope, std::string name, Token&& token) const {
        return initiate(
            &admin::start_release_hold, std::forward<Token>(token), scope, std::move(name));
    }
    void release_hold(hold_scope scope, std::string name) const;

    // All in name order.
    template <class Token>
    auto async_schedules(Token&& token) const {
        return initiate(&admin::start_schedules, std::forward<Token>(token));
    }
    std::vector<schedule_info> schedules() const;
    // One; errc::unknown_schedule.
    template <class Token>
    auto async_schedule(std::string name, Token&& token) const {
        return initiate(&admin::start_schedule, std::forward<Token>(token), std::move(name));
    }
    schedule_info schedule(std::string name) const;
    // Replaces the one of this name. errc::invalid_schedule.
    template <class Token>
    auto async_set_schedule(peyk::schedule what, Token&& token) const {
        return initiate(&admin::start_set_schedule, std::forward<Token>(token), std::move(what));
    }
    void set_schedule(peyk::schedule what) const;
    // errc::unknown_schedule. Once.
    template <class Token>
    auto async_remove_schedule(std::string name, Token&& token) const {
        return initiate(&admin::start_remove_schedule, std::forward<Token>(token), std::move(name));
    }
    void remove_schedule(std::string name) const;
    // Slots that pass while it is paused are skipped. errc::unknown_schedule.
    template <class Token>
    auto async_pause_schedule(std::string name, bool paused, Token&& token) const {
        return initiate(
            &admin::start_pause_schedule, std::forward<Token>(token), std::move(name), paused);
    }
    void pause_schedule(std::string name, bool paused = true) const;
    // Publishes its message now, beside its slots. errc::unknown_schedule. Once.
    template <class Token>
    auto async_trigger_schedule(std::string name, Token&& token) const {
        return initiate(
            &admin::start_trigger_schedule, std::forward<Token>(token), std::move(name));
    }
    message_id trigger_schedule(std::string name) const;

    // All limits and shares.
    template <class Token>
    auto async_limits(Token&& token) const {
        return initiate(&admin::start_limits, std::forward<Token>(token));
    }
    limit_list limits() const;
    // The limiters of one limit, the busiest first.
    template <class Token>
    auto async_limiters(limit_names of, std::uint32_t limit, Token&& token) const {
        return initiate(&admin::start_limiters, std::forward<Token>(token), std::move(of), limit);
    }
    std::vector<limiter_info> limiters(limit_names of, std::uint32_t limit = 100) const;
    // Changes the limit about these names, which comes into being by it; one that limits nothing
    // any more goes.
    template <class Token>
    auto async_set_limit(limit_names names, limit_change change, Token&& token) const {
        return initiate(
            &admin::start_set_limit, std::forward<Token>(token), std::move(names), change);
    }
    void set_limit(limit_names names, limit_change change) const;
    // errc::unknown_limit. Once.
    template <class Token>
    auto async_remove_limit(limit_names names, Token&& token) const {
        return initiate(&admin::start_remove_limit, std::forward<Token>(token), std::move(names));
    }
    void remove_limit(limit_names names) const;
    // Weight 1 to 1,000; 1 is what every fairness key has.
    template <class Token>
    auto async_set_share(std::string key, std::uint32_t weight, Token&& token) const {
        return initiate(
            &admin::start_set_share, std::forward<Token>(token), std::move(key), weight);
    }
    void set_share(std::string key, std::uint32_t weight) const;

    // Programs that are connected or in their grace period; `workers_only`: those that consume.
    template <class Token>
    auto async_sessions(worker_target which, bool workers_only, Token&& token) const {
        return initiate(
            &admin::start_sessions, std::forward<Token>(token), std::move(which), workers_only);
    }
    std::vector<session_info> sessions(worker_target which = {}, bool workers_only = false) const;

    // Tells every worker that matches; completes with one answer each, when all have answered or
    // `wait` is over. errc::unknown_worker: none matches. Once.
    template <class Token>
    auto async_instruct(worker_target which,
                        instruction what,
                        std::chrono::milliseconds wait,
                        Token&& token) const {
        return initiate(&admin::start_instruct,
                        std::forward<Token>(token),
                        std::move(which),
                        std::move(what),
                        wait);
    }
    std::vector<instructed>
    instruct(worker_target which,
             instruction what,
             std::chrono::milliseconds wait = std::chrono::seconds{5}) const;

    template <class Token>
    auto async_statistics(statistics_query what, Token&& token) const {
        return initiate(&admin::start_statistics, std::forward<Token>(token), std::move(what));
    }
    std::vector<statistics_series> statistics(statistics_query what = {}) const;

    // Those under way.
    template <class Token>
    auto async_sweeps(Token&& token) const {
        return initiate(&admin::start_sweeps, std::forward<Token>(token));
    }
    std::vector<sweep_state> sweeps() const;
    // Begins one and completes when it is done, with the final counts. `on_state` is called now and
    // then, first with its id, on the client's thread: be short. The sweep does not need this
    // client: when the connection is lost (errc::unreachable) it goes on, see sweeps(). Once.
    template <class Token>
    auto async_sweep(peyk::sweep what,
                     std::function<void(sweep_state const&)> on_state,
                     Token&& token) const {
        return initiate(
            &admin::start_sweep, std::forward<Token>(token), std::move(what), std::move(on_state));
    }
    sweep_state sweep(peyk::sweep what,
                      std::function<void(sweep_state const&)> on_state = {}) const;
    // What is changed stays changed. errc::unknown_sweep. Once.
    template <class Token>
    auto async_stop_sweep(std::uint64_t id, Token&& token) const {
        return initiate(&admin::start_stop_sweep, std::forward<Token>(token), id);
    }
    void stop_sweep(std::uint64_t id) const;

    // Messages whole, in the order asked; those that nobody knows too. 1,000 ids at most:
    // errc::batch_too_large. When the contents are more than 8 MiB only the first messages come, at
    // least one: ask again for the others.
    template <class Token>
    auto async_messages(std::vector<message_id> ids, Token&& token) const {
        return initiate(&admin::start_messages, std::forward<Token>(token), std::move(ids));
    }
    std::vector<kept_message> messages(std::vector<message_id> ids) const;

private:
    // `start` with the caller's handler in front of these arguments.
    template <class Token, class... Results, class... Params>
    auto initiate(void (admin::*start)(completion<error_code, Results...>, Params...) const,
                  Token&& token,
                  std::type_identity_t<Params>... args) const {
        return asio::async_initiate<Token, completion_signature<Results...>>(
            [self = *this, start](auto handler, Params... bound) {
                (self.*start)(std::move(handler), std::move(bound)...);
            },
            token,
            std::move(args)...);
    }

    using done = completion<error_code>;

    void start_create_queue(done handler, std::string name) const;
    void start_delete_queue(done handler, std::string name) const;
    void start_policies(completion<error_code, std::vector<queue_policy_info>> handler) const;
    void start_set_policy(done handler, queue_policy policy) const;
    void start_remove_policy(done handler, std::string pattern) const;
    void start_holds(completion<error_code, std::vector<hold>> handler) const;
    void start_set_hold(done handler, hold what) const;
    void start_release_hold(done handler, hold_scope scope, std::string name) const;
    void start_schedules(completion<error_code, std::vector<schedule_info>> handler) const;
    void start_schedule(completion<error_code, schedule_info> handler, std::string name) const;
    void start_set_schedule(done handler, peyk::schedule what) const;
    void start_remove_schedule(done handler, std::string name) const;
    void start_pause_schedule(done handler, std::string name, bool paused) const;
    void start_trigger_schedule(completion<error_code, message_id> handler, std::string name) const;
    void start_limits(completion<error_code, limit_list> handler) const;
    void start_limiters(completion<error_code, std::vector<limiter_info>> handler,
                        limit_names of,
                        std::uint32_t limit) const;
    void start_set_limit(done handler, limit_names names, limit_change change) const;
    void start_remove_limit(done handler, limit_names names) const;
    void start_set_share(done handler, std::string key, std::uint32_t weight) const;
    void start_sessions(completion<error_code, std::vector<session_info>> handler,
                        worker_target which,
                        bool workers_only) const;
    void start_instruct(completion<error_code, std::vector<instructed>> handler,
                        worker_target which,
                        instruction what,
                        std::chrono::milliseconds wait) const;
    void start_statistics(completion<error_code, std::vector<statistics_series>> handler,
                          statistics_query what) const;
    void start_sweeps(completion<error_code, std::vector<sweep_state>> handler) const;
    void start_sweep(completion<error_code, sweep_state> handler,
                     peyk::sweep what,
                     std::function<void(sweep_state const&)> on_state) const;
    void start_stop_sweep(done handler, std::uint64_t id) const;
    void start_messages(completion<error_code, std::vector<kept_message>> handler,
                        std::vector<message_id> ids) const;

    client client_;
};

} // namespace peyk
