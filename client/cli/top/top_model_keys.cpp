// What the keys of `peyk top` do.
#include "client/cli/top/top_model.hpp"

#include <utility>

namespace peyk::cli {
namespace {

constexpr std::ptrdiff_t page = 10;
constexpr std::ptrdiff_t far = 1'000'000; // behind any row
constexpr std::size_t typed_bytes_max = 256;
constexpr std::size_t worker_orders = 4;
constexpr std::size_t queue_orders = 6;

std::string counted(std::uint64_t count, std::string_view what) {
    return std::to_string(count) + ' ' + std::string{what} + (count == 1 ? "" : "s");
}

void erase_character(std::string& text) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0u) == 0x80)
        text.pop_back();
    if (!text.empty())
        text.pop_back();
}

} // namespace

std::optional<top_action> top_model::press(key const& pressed) {
    notice_.clear();
    if (question_ || is_filtering_)
        return press_in_prompt(pressed);
    if (std::exchange(is_help_, false))
        return std::nullopt;
    switch (pressed.kind) {
    case key_kind::up:
        move(-1);
        break;
    case key_kind::down:
        move(1);
        break;
    case key_kind::page_up:
        move(-page);
        break;
    case key_kind::page_down:
        move(page);
        break;
    case key_kind::home:
        move(-far);
        break;
    case key_kind::end:
        move(far);
        break;
    case key_kind::tab:
    case key_kind::right:
        turn(1);
        break;
    case key_kind::back_tab:
    case key_kind::left:
        turn(-1);
        break;
    case key_kind::enter:
        return enter();
    case key_kind::escape:
        filter_.clear();
        close();
        break;
    case key_kind::text:
        return press_command(pressed.text);
    case key_kind::erase:
        break;
    }
    return std::nullopt;
}

std::optional<top_action> top_model::press_command(std::string_view letter) {
    if (letter == "q")
        return top_action{.what = top_task::quit};
    if (letter == "p")
        return pause();
    if (letter == "c")
        ask_cancel();
    if (letter == "r")
        ask_redrive();
    if (letter == "?" || letter == "h")
        is_help_ = true;
    if (letter == "/") {
        is_filtering_ = true;
        typed_ = filter_;
    }
    if (letter == "s" && pane_ != top_pane::failures) {
        auto& order = order_[static_cast<std::size_t>(pane_)];
        order = (order + 1) % (pane_ == top_pane::queues ? queue_orders : worker_orders);
        arrange();
    }
    if (letter == "j")
        move(1);
    if (letter == "k")
        move(-1);
    return std::nullopt;
}

std::optional<top_action> top_model::pause() {
    auto const* queue = chosen_queue();
    if (queue == nullptr) {
        notice_ = "choose a queue to pause it";
        return std::nullopt;
    }
    return top_action{.what = queue->now.held ? top_task::resume : top_task::pause,
                      .name = queue->now.name};
}

std::optional<top_action> top_model::enter() {
    auto const row = selected(top_pane::workers);
    if (pane_ != top_pane::workers || row >= workers_.size())
        return std::nullopt;
    opened_ = workers_[row].name;
    running_.clear();
    arrange();
    return top_action{.what = top_task::running, .name = *opened_};
}

void top_model::ask_cancel() {
    typed_.clear();
    if (auto const* queue = chosen_queue()) {
        auto const waits = queue->now.ready + queue->now.scheduled + queue->now.blocked;
        question_ = {.text = "Revoke " + counted(waits, "waiting message") + " of " +
                             queue->now.name + "? Type the queue's name",
                     .word = queue->now.name,
                     .then = {.what = top_task::purge, .name = queue->now.name}};
        return;
    }
    auto const row = selected(top_pane::failures);
    if (pane_ != top_pane::failures || !opened_ || row >= running_.size()) {
        notice_ = "choose a queue, or a running task: Enter on a worker shows them";
        return;
    }
    question_ = {.text = "Cancel " + running_[row].task + " while it runs? Type yes",
                 .word = "yes",
                 .then = {.what = top_task::terminate, .id = running_[row].id}};
}

void top_model::ask_redrive() {
    auto const* queue = chosen_queue();
    if (queue == nullptr || queue->now.dead == 0) {
        notice_ = queue == nullptr ? "choose a queue to redrive its dead letters"
                                   : queue->now.name + " has no dead letters";
        return;
    }
    typed_.clear();
    question_ = {.text = "Redrive " + counted(queue->now.dead, "dead letter") + " of " +
                         queue->now.name + "? Type yes",
                 .word = "yes",
                 .then = {.what = top_task::redrive, .name = queue->now.name}};
}

std::optional<top_action> top_model::press_in_prompt(key const& pressed) {
    if (pressed.kind == key_kind::enter)
        return answer();
    if (pressed.kind == key_kind::escape) {
        if (question_)
            notice_ = "nothing is changed";
        else
            filter_.clear();
        question_.reset();
        is_filtering_ = false;
        arrange();
        return std::nullopt;
    }
    if (pressed.kind == key_kind::erase)
        erase_character(typed_);
    if (pressed.kind == key_kind::text && typed_.size() < typed_bytes_max)
        typed_ += pressed.text;
    if (is_filtering_) { // seen at once
        filter_ = typed_;
        arrange();
    }
    return std::nullopt;
}

std::optional<top_action> top_model::answer() {
    is_filtering_ = false;
    auto const asked = std::exchange(question_, std::nullopt);
    if (!asked)
        return std::nullopt;
    if (typed_ == asked->word)
        return asked->then;
    notice_ = "nothing is changed";
    return std::nullopt;
}

std::optional<std::string> top_model::prompt() const {
    if (question_)
        return question_->text + ": " + typed_;
    if (is_filtering_)
        return "Filter: " + typed_;
    return std::nullopt;
}

} // namespace peyk::cli
