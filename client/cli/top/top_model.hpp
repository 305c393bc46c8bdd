#pragma once
// What `peyk top` knows and where its user is: panes, the chosen row, order, filter and questions.
// Pure: it takes what the broker said and the keys that were pressed, and says what is to be done.

#include "client/cli/top/key_reader.hpp"
#include "client/cli/top/top_rows.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace peyk::cli {

enum class top_pane : std::uint8_t { queues, workers, failures };

enum class top_task : std::uint8_t {
    quit,
    pause,    // queue
    resume,   // queue
    purge,    // queue: what waits in it is revoked
    redrive,  // queue: its dead letters
    running,  // worker: ask what it has
    terminate // message: cancel it while it runs
};

// To be done by who has the broker.
struct top_action {
    top_task what = top_task::quit;
    std::string name = {}; // of the queue or worker
    message_id id = {};

    bool operator==(top_action const&) const = default;
};

class top_model {
public:
    static constexpr std::size_t failures_max = 200;
    static constexpr std::size_t asked_max = 16; // queues asked why they are held, in each look

    explicit top_model(std::string url) : url_(std::move(url)) {}

    // From the broker.
    void take(top_snapshot now);
    // Cheap, thousands come at once: seen from the next look on.
    void take(event const& failed);
    void take_running(std::string const& worker, std::vector<running_row> rows);
    void lost(std::string why);    // it does not answer; what was known stays
    void notice(std::string text); // what became of an action; until the next key
    [[nodiscard]] std::vector<std::string> queues_to_ask() const;

    // From the user.
    [[nodiscard]] std::optional<top_action> press(key const& pressed);

    // For drawing. Rows are in order, without those the filter leaves out.
    [[nodiscard]] std::string const& url() const { return url_; }
    [[nodiscard]] top_header const& header() const { return header_; }
    [[nodiscard]] bool is_known() const { return is_known_; } // something was heard
    [[nodiscard]] std::vector<queue_row> const& queues() const { return queues_; }
    [[nodiscard]] std::vector<worker_row> const& workers() const { return workers_; }
    [[nodiscard]] std::vector<failure_row> const& failures() const { return failures_; }
    // What one worker has, in place of the failures.
    [[nodiscard]] std::optional<std::string> const& opened() const { return opened_; }
    [[nodiscard]] std::vector<running_row> const& running() const { return running_; }

    [[nodiscard]] top_pane pane() const { return pane_; }
    [[nodiscard]] std::size_t selected(top_pane in) const;   // index of a row; 0 if there is none
    [[nodiscard]] std::string_view order(top_pane of) const; // what its rows are sorted by
    [[nodiscard]] std::string const& filter() const { return filter_; }
    [[nodiscard]] bool is_help() const { return is_help_; }
    // What is being typed, with the question before it; none: keys are commands.
    [[nodiscard]] std::optional<std::string> prompt() const;
    [[nodiscard]] std::string const& notice() const { return notice_; }
    [[nodiscard]] std::string const& lost() const { return lost_; }

private:
    // Something is done when the word is typed.
    struct question {
        std::string text;
        std::string word;
        top_action then;
    };

    std::optional<top_action> press_command(std::string_view letter);
    std::optional<top_action> press_in_prompt(key const& pressed);
    std::optional<top_action> answer();
    std::optional<top_action> enter();
    std::optional<top_action> pause();
    void ask_cancel();
    void ask_redrive();
    void move(std::ptrdiff_t by);
    void turn(int by);
    void close();
    void arrange();
    void remember();

    [[nodiscard]] std::size_t rows(top_pane in) const;
    [[nodiscard]] std::string name_of(top_pane in, std::size_t row) const;
    [[nodiscard]] queue_row const* chosen_queue() const;

    std::string url_;
    queue_rates rates_;
    top_header header_;
    bool is_known_ = false;
    std::vector<queue_row> all_queues_;
    std::vector<worker_row> all_workers_;
    std::deque<failure_row> all_failures_; // the newest first
    std::vector<queue_row> queues_;
    std::vector<worker_row> workers_;
    std::vector<failure_row> failures_;
    std::optional<std::string> opened_;
    std::vector<running_row> running_;

    top_pane pane_ = top_pane::queues;
    std::array<std::size_t, 3> row_{};
    std::array<std::string, 3> chosen_; // names, so that a new order does not change who is meant
    std::array<std::size_t, 3> order_{};
    std::string filter_;
    bool is_filtering_ = false;
    std::optional<question> question_;
    std::string typed_;
    bool is_help_ = false;
    std::string notice_;
    std::string lost_;
};

} // namespace peyk::cli
