// The scenario of operators who ask while there is much to do: questions.

#include "client/cli/bench/load.hpp"
#include "client/cli/bench/measured_run.hpp"
#include "client/cli/bench/samples.hpp"
#include "client/cli/bench/scenarios.hpp"
#include "client/cli/message_list.hpp"
#include "client/cli/worker_choice.hpp"
#include <peyk/admin.hpp>
#include <peyk/client.hpp>

#include <boost/json.hpp>

#include <array>
#include <exception>
#include <memory>
#include <thread>

namespace peyk::cli::bench {
namespace {

constexpr std::uint64_t questions_backlog = 1'000'000;
// Each question is asked some hundred times in it.
constexpr double questions_seconds = 30;
// Of the backlog, with consumers that keep them: what `inspect active` and `reserved` are about.
constexpr std::uint32_t holders = 4;
constexpr std::uint32_t held_by_each = 250;
constexpr std::uint32_t in_hand_max = 1'000'000;
constexpr std::uint32_t page = 100;           // as `task ls`
constexpr std::uint32_t inspected_page = 100; // as `inspect scheduled`

// As the command asks it, without starting a program and without printing.
struct question {
    std::string_view name;
    void (*ask)(client& broker, message_id one);
};

void ask_for(client& broker, selector const& which, std::uint32_t limit) {
    (void)collect_messages(broker, which, 0, limit);
}

constexpr std::array<question, 10> questions{{
    {"inspect active",
     [](client& broker, message_id) {
         (void)messages_in_hand(broker, {}, in_hand_max);
     }},
    {"inspect scheduled",
     [](client& broker, message_id) {
         ask_for(broker, {.states = {message_state::scheduled}}, inspected_page);
     }},
    {"inspect stats",
     [](client& broker, message_id) {
         (void)chosen_workers(broker, {});
     }},
    {"inspect query_task",
     [](client& broker, message_id one) {
         (void)broker.status(one);
     }},
    {"inspect report",
     [](client& broker, message_id) {
         (void)broker.broker();
         (void)chosen_workers(broker, {});
     }},
    {"task ls",
     [](client& broker, message_id) {
         ask_for(broker, {}, page);
     }},
    {"task ls state:ready",
     [](client& broker, message_id) {
         ask_for(broker, {.states = {message_state::ready}}, page);
     }},
    {"task ls task:none", // looks at every message
     [](client& broker, message_id) {
         ask_for(broker, {.task = "none"}, page);
     }},
    {"task why",
     [](client& broker, message_id one) {
         (void)broker.why(one);
     }},
    {"queue ls",
     [](client& broker, message_id) {
         (void)broker.queues();
     }},
}};

// Asks all questions in turn, one at a time, in a thread of its own.
class asker {
public:
    asker(std::string const& url, measured_run const& during)
        : broker_(url), during_(during), thread_([this](std::stop_token stop) { run(stop); }) {}

    // What it asks a broker that is gone ends with it.
    ~asker() {
        thread_.request_stop();
        try {
            broker_.close();
        } catch (error const&) {
            return; // it is gone already
        }
    }
    asker(asker const&) = delete;
    asker& operator=(asker const&) = delete;

    // After the load has ended. Throws what asking has ended with.
    boost::json::array stop() {
        thread_.request_stop();
        thread_.join();
        if (failed_)
            std::rethrow_exception(failed_);
        boost::json::array all;
        for (std::size_t at = 0; at < questions.size(); ++at) {
            boost::json::object one{{"question", questions[at].name}, {"asked", took_[at].count()}};
            took_[at].add_to(one);
            all.push_back(std::move(one));
        }
        return all;
    }

private:
    void run(std::stop_token const& stop) {
        try {
            auto const any = broker_.messages({}, 0, 1);
            auto const one = any.messages.empty() ? message_id{} : any.messages.front().id;
            while (!stop.stop_requested()) {
                for (std::size_t at = 0; at < questions.size() && !stop.stop_requested(); ++at)
                    ask(at, one);
            }
        } catch (...) {
            failed_ = std::current_exception();
        }
    }
    void ask(std::size_t at, message_id one) {
        bool const counts = during_.is_measuring();
        auto const begin = clock::now();
        questions[at].ask(broker_, one);
        if (counts)
            took_[at].add(clock::now() - begin);
    }

    client broker_;
    measured_run const& during_;
    std::array<samples, questions.size()> took_;
    std::exception_ptr failed_;
    std::jthread thread_; // last: it uses all above
};

} // namespace

boost::json::object run_questions(rig& on) {
    auto const count = on.what().count.value_or(questions_backlog);
    fill(on, count);
    boost::json::object fields;
    {
        drains keeping{on, holders, held_by_each};
        keeping.keep_deliveries();
        auto each = producer_of(on);
        each.queue += ".load";
        cycling load{on, each, {}};
        measured_run run{on, "asking, ms", [&] {
                             return load.settled();
                         }};
        run.for_seconds(questions_seconds);
        load.on_settled([&] { run.advance(); });
        std::unique_ptr<asker> asking;
        run.run([&] {
            load.start();
            asking = std::make_unique<asker>(on.url(), run);
        });
        fields = run.fields();
        fields["backlog"] = count;
        fields["questions"] = asking->stop();
    }
    clear(on);
    clear(on, on.queue() + ".load");
    return fields;
}

} // namespace peyk::cli::bench
