// Answers to questions, from the core's const queries. They are told at once, but for contents that
// must be read first: what they say may not be on disk yet.

#include "broker/server/engine.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace peyk::server {
namespace {

// Things in one answer, when the question names no number and at most.
constexpr std::uint32_t queues_default = 100;
constexpr std::uint32_t queues_max = 1'000;
constexpr std::uint32_t schedules_default = 100;
constexpr std::uint32_t schedules_max = 1'000;
constexpr std::uint32_t messages_default = 100;
constexpr std::uint32_t messages_max = 1'000;
constexpr std::uint32_t limiters_default = 100;
constexpr std::uint32_t limiters_max = 1'000;
// Messages one question may ask the reason of: each may look at limits::sweep_visits_max others.
constexpr std::size_t ids_max = 100;

std::uint32_t page_size(std::uint32_t asked, std::uint32_t by_default, std::uint32_t at_most) {
    return std::min(asked == 0 ? by_default : asked, at_most);
}

struct question_answerer {
    core::broker_state const& state;
    net::session_protocol& to;
    core::request_id request;
    net::broker_facts facts;
    core::moment now;
    message_questions& messages;
    std::uint64_t connection;

    void operator()(net::show_broker) const { to.answer(request, state.stats(), facts); }
    void operator()(net::list_queues const& asked) const {
        if (!asked.name.empty())
            return queue(asked.name);
        page(page_size(asked.count_max, queues_default, queues_max),
             [&](std::size_t count) { return state.queues(asked.after, count); });
    }
    void operator()(net::list_schedules const& asked) const {
        if (!asked.name.empty())
            return one(state.schedule(asked.name), core::errc::unknown_schedule);
        page(page_size(asked.count_max, schedules_default, schedules_max),
             [&](std::size_t count) { return state.schedules(asked.after, count); });
    }
    void operator()(net::list_messages const& asked) const {
        auto const count = page_size(asked.count_max, messages_default, messages_max);
        to.answer(request, state.list(asked.which, asked.from, count));
    }
    void operator()(net::show_messages const& asked) const {
        if (messages.ask({to.session(), connection, request, asked.ids}))
            return;
        net::problem busy;
        busy.request = core::errc::in_flight_exceeded;
        busy.text = "too many questions for messages wait already; ask again later";
        to.refuse(request, busy);
    }
    void operator()(net::list_policies) const { all(state.policies()); }
    void operator()(net::list_holds) const { all(state.holds()); }
    void operator()(net::list_sweeps) const { all(state.sweeps()); }
    void operator()(net::why const& asked) const {
        std::vector<core::obstacle> found;
        for (auto const id : asked.ids.first(std::min<std::size_t>(asked.ids.size(), ids_max)))
            found.push_back(state.why(id, now));
        to.answer(request, std::span{std::as_const(found)}, now.wall);
    }
    void operator()(net::list_limits const& asked) const {
        if (asked.one) {
            auto const count = page_size(asked.count_max, limiters_default, limiters_max);
            auto const found = state.limiters(asked.names, count, now);
            return to.answer(request, net::limit_page{{}, {}, found});
        }
        auto const limits = state.limits_in_force();
        auto const shares = state.shares();
        to.answer(request, net::limit_page{limits, shares, {}});
    }

    void queue(std::string_view name) const {
        if (auto const found = state.queue(name)) {
            auto const obstacles = state.obstacles(name, now);
            return to.answer(request, *found, std::span{obstacles});
        }
        net::problem unknown;
        unknown.request = core::errc::unknown_queue;
        to.refuse(request, unknown);
    }
    template <class Things>
    void all(Things const& things) const {
        to.answer(request, std::span{std::as_const(things)});
    }
    template <class Thing>
    void one(std::optional<Thing> const& found, core::errc otherwise) const {
        if (found)
            return to.answer(request, std::span{&*found, 1}, false);
        net::problem unknown;
        unknown.request = otherwise;
        to.refuse(request, unknown);
    }
    // One more than is told says whether there are more.
    template <class List>
    void page(std::size_t count, List list) const {
        auto found = list(count + 1);
        bool const more = found.size() > count;
        if (more)
            found.pop_back();
        to.answer(request, std::span{std::as_const(found)}, more);
    }
};

} // namespace

void engine::ask(net::session& from, core::request_id request, net::any_question const& what) {
    std::visit(
        [&](auto const& asked) {
            question_answerer const by{state_,
                                       from.protocol(),
                                       request,
                                       facts(),
                                       clock_.now(),
                                       message_questions_,
                                       find(from.id()).serial};
            if constexpr (requires { by(asked); })
                by(asked);
            else
                answer(from, request, asked);
        },
        what);
    flush_soon(from);
}

void engine::answer_messages(message_questions::question const& asked,
                             std::span<net::told_message const> messages) {
    auto const to = find(asked.session);
    if (!to.session || to.serial != asked.connection)
        return;
    to.session->protocol().answer(asked.request, messages);
    flush_soon(*to.session);
}

} // namespace peyk::server
