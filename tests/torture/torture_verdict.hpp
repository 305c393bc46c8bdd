#pragma once
// Judges a torture test by what was published, what the broker says became of it, what the tasks
// themselves say that ran, and what was done to whom.

#include "tests/torture/run_file.hpp"
#include "tests/torture/torture_load.hpp"
#include <peyk/status.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace peyk::test {

// Befell one worker, or all.
struct past_fault {
    static constexpr int all = -1;
    int worker = all;
    std::int64_t at = 0; // as in task_run
};

class torture_verdict {
public:
    torture_verdict(std::map<message_id, published_task> published,
                    std::vector<task_run> const& runs,
                    std::vector<past_fault> faults);

    // What the broker says at the end, one by one.
    void take(status const& what);
    // After the last.
    void finish();
    void add_problem(std::string what);

    [[nodiscard]] bool good() const { return problems_ == 0; }
    // Figures, and the first problems.
    [[nodiscard]] std::string text() const;

private:
    void check_poison(status const& what);
    void check_success(published_task const& about, status const& what);
    void check_runs(std::vector<task_run> const& of_one);
    [[nodiscard]] bool is_explained(task_run const& before, task_run const& again) const;
    void problem(status const& about, std::string const& what);

    std::map<message_id, published_task> published_;
    std::map<std::string, std::vector<task_run>> runs_by_id_;
    std::vector<past_fault> faults_;
    std::uint64_t runs_ = 0;
    std::uint64_t taken_ = 0;
    std::uint64_t extra_ = 0;
    std::uint64_t problems_ = 0;
    std::vector<std::string> first_problems_;
};

} // namespace peyk::test
