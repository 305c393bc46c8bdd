#include "tests/torture/torture_verdict.hpp"

#include "tests/torture/tasks.hpp"
#include <peyk/json.hpp>

#include <algorithm>
#include <sstream>
#include <utility>

namespace peyk::test {
namespace {

constexpr std::size_t problems_shown = 20;
// A fault shows so much later at most: until silence is noticed, the session's grace is over, and
// what was held up has arrived; on a machine that has more to do.
constexpr std::int64_t shows_within_ns = 10'000'000'000;

} // namespace

torture_verdict::torture_verdict(std::map<message_id, published_task> published,
                                 std::vector<task_run> const& runs,
                                 std::vector<past_fault> faults)
    : published_(std::move(published)), faults_(std::move(faults)), runs_(runs.size()) {
    for (auto const& each : runs)
        runs_by_id_[each.id].push_back(each);
}

void torture_verdict::take(status const& what) {
    auto const found = published_.find(what.id);
    if (found == published_.end())
        return problem(what, "nobody published it");
    ++taken_;
    auto const& about = found->second;
    if (what.state != about.ended_as)
        problem(what, "it had another end before");
    if (about.poison)
        return check_poison(what);
    check_success(about, what);
    check_runs(runs_by_id_[what.id.to_string()]);
}

void torture_verdict::check_poison(status const& what) {
    if (what.state != state::failure || what.death != death::crash_limit)
        problem(what, "a poison task is no dead letter of the crash limit");
}

void torture_verdict::check_success(published_task const& about, status const& what) {
    if (what.state != state::success)
        return problem(what, "it did not succeed: " + what.error.message);
    if (what.result != about.result)
        problem(what, "its result was " + about.result + " before, now it is " + what.result);
    if (what.attempts != failures_planned(about.number))
        problem(what, "it failed " + std::to_string(what.attempts) + " times");
    if (tells_progress(about.number) && (!what.progress || what.progress->done != 1))
        problem(what, "what its task told is not there");
    auto const& runs = runs_by_id_[what.id.to_string()];
    auto const made_it = std::ranges::count_if(runs, [&](task_run const& each) {
        return each.ended != 0 && !each.failed &&
               what.result == to_json(result_of(about.number, each.token));
    });
    if (made_it != 1)
        problem(what, std::to_string(made_it) + " runs ended with its result " + what.result);
}

// In the order in which they began.
void torture_verdict::check_runs(std::vector<task_run> const& of_one) {
    std::map<std::uint32_t, task_run const*> last; // of each attempt
    for (auto const& each : of_one) {
        auto const [found, is_first] = last.try_emplace(each.attempt, &each);
        if (is_first)
            continue;
        ++extra_;
        if (!is_explained(*std::exchange(found->second, &each), each))
            add_problem(each.id + ": run " + each.token + " of attempt " +
                        std::to_string(each.attempt) + " is one too many");
    }
}

bool torture_verdict::is_explained(task_run const& before, task_run const& again) const {
    return std::ranges::any_of(faults_, [&](past_fault const& each) {
        return (each.worker == past_fault::all || each.worker == before.worker) &&
               each.at > before.began - shows_within_ns && each.at < again.began;
    });
}

void torture_verdict::finish() {
    if (taken_ != published_.size())
        add_problem(std::to_string(published_.size() - taken_) + " messages are lost");
}

void torture_verdict::problem(status const& about, std::string const& what) {
    add_problem(about.id.to_string() + " (" + about.task + ", " +
                std::string{to_string(about.state)} + "): " + what);
}

void torture_verdict::add_problem(std::string what) {
    ++problems_;
    if (first_problems_.size() < problems_shown)
        first_problems_.push_back(std::move(what));
}

std::string torture_verdict::text() const {
    std::ostringstream text;
    text << taken_ << " messages ended, " << runs_ << " runs, " << extra_
         << " of them again after a fault, " << problems_ << " problems";
    for (auto const& each : first_problems_)
        text << "\n  " << each;
    return text.str();
}

} // namespace peyk::test
