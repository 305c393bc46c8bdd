#include "worker/examples/demo.hpp"

#include "worker/examples/collector.hpp"
#include "worker/examples/progress.hpp"
#include "worker/examples/summary.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

namespace example {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// Large enough that a range is some milliseconds of work.
constexpr std::uint64_t range_size = 20'000;
// Messages in one request: well below the broker's limit.
constexpr std::size_t batch_size = 256;

// A page that was busy is asked for again soon.
peyk::task_settings const patient{
    .args = {"url"},
    .max_retries = 8,
    .retry = peyk::retry_policy{.base = 200ms, .max = 5s, .jitter = peyk::jitter::equal}};

// One call: what to publish, and how to know the right result without the broker.
struct piece {
    std::string kind;
    peyk::message call;
    std::function<std::string()> expected; // JSON
};

class piece_list {
public:
    piece_list(demo_tasks const& tasks, peyk::client const& publisher)
        : hash_(tasks.hash.through(publisher)), words_(tasks.words.through(publisher)),
          primes_(tasks.primes.through(publisher)), fetch_(tasks.fetch.through(publisher)) {}

    void add_file(std::string const& path) {
        add("hash", hash_, {path}, [path] { return peyk::to_json(hash_file(path)); });
        add("words", words_, {path}, [path] { return peyk::to_json(count_words(path)); });
    }
    void add_range(std::uint64_t number) {
        auto const from = number * range_size;
        auto const to = from + range_size;
        add("primes", primes_, {from, to}, [from, to] {
            return peyk::to_json(count_primes_by_sieve(from, to));
        });
    }
    void add_page(std::string const& site, std::uint64_t number) {
        add("fetch", fetch_, {site + "/page/" + std::to_string(number)}, [number] {
            auto const text = page_text(number);
            return peyk::to_json(page{.bytes = text.size(), .hash = hash_text(text)});
        });
    }

    [[nodiscard]] std::vector<piece> const& all() const { return pieces_; }

private:
    template <class Task>
    void add(std::string kind,
             Task const& task,
             typename Task::arguments args,
             std::function<std::string()> expected) {
        auto call = task.message_of(std::move(args));
        call.id = peyk::message_id::make();
        pieces_.push_back({std::move(kind), std::move(call), std::move(expected)});
    }

    peyk::task<std::string(std::string)> hash_;
    peyk::task<word_count(std::string)> words_;
    peyk::task<std::uint64_t(std::uint64_t, std::uint64_t)> primes_;
    peyk::task<page(std::string)> fetch_;
    std::vector<piece> pieces_;
};

piece_list
pieces_of(demo_tasks const& tasks, demo_options const& options, peyk::client const& publisher) {
    piece_list pieces{tasks, publisher};
    if (!options.folder.empty()) {
        for (auto const& entry : fs::recursive_directory_iterator{options.folder}) {
            if (entry.is_regular_file())
                pieces.add_file(fs::canonical(entry.path()).string());
        }
    }
    for (std::uint64_t number = 0; number < options.primes; ++number)
        pieces.add_range(number);
    if (!options.pages_url.empty()) {
        for (std::uint64_t number = 0; number < options.pages; ++number)
            pieces.add_page(options.pages_url, number);
    }
    return pieces;
}

// Publishing the same id again is harmless, so a batch without an answer is simply sent again.
void publish_batch(peyk::client& publisher, std::vector<peyk::message> batch) {
    auto const answers = publisher.publish(batch);
    std::vector<peyk::message> again;
    for (std::size_t at = 0; at < answers.size(); ++at) {
        auto const& answer = answers[at];
        if (answer.error == peyk::errc::timeout || answer.error == peyk::errc::unreachable)
            again.push_back(std::move(batch[at]));
        else if (answer.error)
            throw peyk::refused_error(answer.error, answer.detail, answer.limit);
    }
    if (!again.empty())
        publish_batch(publisher, std::move(again));
}

void publish_all(peyk::client& publisher, std::vector<piece> const& pieces) {
    progress bar{"published", pieces.size()};
    for (std::size_t from = 0; from < pieces.size(); from += batch_size) {
        auto const to = std::min(from + batch_size, pieces.size());
        std::vector<peyk::message> batch;
        for (auto at = from; at < to; ++at)
            batch.push_back(pieces[at].call);
        publish_batch(publisher, std::move(batch));
        bar.show(to);
    }
    bar.finish();
}

// Every way a result can be unlike what it should be is named, a few times.
class complaints {
public:
    void add(piece const& of, peyk::status const& ended, std::string const& expected) {
        constexpr int shown = 5;
        if (++count_ > shown)
            return;
        std::cerr << of.kind << ' ' << ended.id << ": " << ended.state << ' '
                  << (ended.state == peyk::state::success
                          ? ended.result + " instead of " + expected
                          : ended.error.type + ": " + ended.error.message)
                  << '\n';
    }

private:
    int count_ = 0;
};

std::map<std::string, kind_summary> collect(peyk::client const& publisher,
                                            std::vector<piece> const& pieces,
                                            collector::time_point until) {
    std::unordered_map<peyk::message_id, piece const*> by_id;
    std::vector<peyk::message_id> ids;
    summary figures;
    complaints said;
    for (auto const& each : pieces) {
        by_id.emplace(each.call.id, &each);
        ids.push_back(each.call.id);
        figures.expect(each.kind);
    }
    progress bar{"finished ", pieces.size()};
    collector results{publisher, std::move(ids), until};
    std::size_t done = 0;
    while (auto const ended = results.next()) {
        auto const& from = *by_id.at(ended->id);
        auto const expected = from.expected();
        bool const right = ended->state == peyk::state::success && ended->result == expected;
        if (!right)
            said.add(from, *ended, expected);
        figures.add(from.kind, *ended, right);
        bar.show(++done, from.kind);
    }
    bar.finish();
    return figures.finished();
}

} // namespace

demo_tasks::demo_tasks(peyk::app& app)
    : hash(app.task("demo.hash", hash_file, {.args = {"path"}, .max_retries = 3})),
      words(app.task("demo.words", count_words, {.args = {"path"}, .max_retries = 3})),
      primes(app.task("demo.primes",
                      [](peyk::context& ctx, std::uint64_t from, std::uint64_t to) {
                          return count_primes(from, to, ctx.stop_token());
                      },
                      {.args = {"from", "to"}, .max_retries = 3})),
      fetch(app.task("demo.fetch", fetch_page, patient)) {}

bool run_demo(demo_tasks const& tasks, demo_options const& options) {
    auto const until = std::chrono::steady_clock::now() + options.timeout;
    peyk::client_options connection{.url = options.url, .name = "peyk-example demo"};
    connection.publish_timeout = options.timeout;
    peyk::client publisher{connection};
    auto const pieces = pieces_of(tasks, options, publisher);
    publish_all(publisher, pieces.all());
    auto const kinds = collect(publisher, pieces.all(), until);
    print_table(std::cout, kinds);
    if (!options.report.empty() && !(std::ofstream{options.report} << as_json(kinds) << '\n'))
        throw std::runtime_error(options.report + " cannot be written");
    std::cout << (all_right(kinds) ? "every result is right\n" : "NOT every result is right\n");
    return all_right(kinds);
}

} // namespace example
