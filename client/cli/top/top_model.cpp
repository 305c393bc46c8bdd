#include "client/cli/top/top_model.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <tuple>

namespace peyk::cli {
namespace {

constexpr std::size_t queue_orders = 6;
constexpr std::array<std::string_view, queue_orders> queue_order_names{
    "name", "ready", "running", "dead", "out/s", "oldest"};
constexpr std::array<std::string_view, 4> worker_order_names{"name", "busy", "processed", "rss"};

std::size_t at(top_pane pane) {
    return static_cast<std::size_t>(pane);
}

// The largest first; equals by name.
template <class Row, class Figure, class Name>
void sort_down(std::vector<Row>& rows, Figure figure, Name name) {
    std::ranges::sort(rows, [&](Row const& a, Row const& b) {
        auto const left = std::invoke(figure, a);
        auto const right = std::invoke(figure, b);
        return left != right ? left > right : name(a) < name(b);
    });
}

std::string const& name_of_queue(queue_row const& of) {
    return of.now.name;
}

void sort_queues(std::vector<queue_row>& rows, std::size_t order) {
    auto const by = [&](auto figure) {
        sort_down(rows, figure, name_of_queue);
    };
    switch (order) {
    case 1:
        return by([](queue_row const& of) { return of.now.ready; });
    case 2:
        return by([](queue_row const& of) { return of.now.leased; });
    case 3:
        return by([](queue_row const& of) { return of.now.dead; });
    case 4:
        return by([](queue_row const& of) { return of.out_per_s.value_or(-1); });
    case 5:
        return by([](queue_row const& of) {
            return of.oldest.value_or(std::chrono::milliseconds{-1}).count();
        });
    default:
        std::ranges::sort(rows, {}, name_of_queue);
    }
}

void sort_workers(std::vector<worker_row>& rows, std::size_t order) {
    auto const name = [](worker_row const& of) {
        return std::tie(of.name, of.id);
    };
    switch (order) {
    case 1:
        return sort_down(rows, &worker_row::busy, name);
    case 2:
        return sort_down(rows, &worker_row::processed, name);
    case 3:
        return sort_down(rows, &worker_row::rss_bytes, name);
    default:
        std::ranges::sort(rows, {}, name);
    }
}

template <class Rows, class Row>
void choose(Rows const& all, std::vector<Row>& into, std::string const& filter, auto const& texts) {
    into.clear();
    std::ranges::copy_if(all, std::back_inserter(into), [&](Row const& row) {
        return filter.empty() || std::ranges::any_of(texts(row), [&](std::string const& text) {
                   return text.find(filter) != std::string::npos;
               });
    });
}

} // namespace

void top_model::take(top_snapshot now) {
    auto const wall = now.when.wall;
    all_queues_ = rates_.take(std::move(now.queues), now.when);
    header_ = make_header(now.broker, all_queues_, wall);
    all_workers_.clear();
    for (auto const& each : now.workers)
        all_workers_.push_back(make_row(each));
    is_known_ = true;
    lost_.clear();
    arrange();
}

void top_model::take(event const& failed) {
    all_failures_.push_front(make_row(failed));
    if (all_failures_.size() > failures_max)
        all_failures_.pop_back();
}

void top_model::take_running(std::string const& worker, std::vector<running_row> rows) {
    if (opened_ != worker)
        return; // closed meanwhile
    running_ = std::move(rows);
    arrange();
}

void top_model::lost(std::string why) {
    lost_ = std::move(why);
}

void top_model::notice(std::string text) {
    notice_ = std::move(text);
}

// Those on top, where somebody looks; one with nothing ready has nothing held.
std::vector<std::string> top_model::queues_to_ask() const {
    std::vector<std::string> names;
    for (auto const& each : queues_) {
        if (each.now.ready > 0 && names.size() < asked_max)
            names.push_back(each.now.name);
    }
    return names;
}

void top_model::arrange() {
    choose(all_queues_, queues_, filter_, [](queue_row const& row) {
        return std::array{row.now.name};
    });
    choose(all_workers_, workers_, filter_, [](worker_row const& row) {
        auto texts = row.queues;
        texts.push_back(row.name);
        return texts;
    });
    choose(all_failures_, failures_, filter_, [](failure_row const& row) {
        return std::array{row.task, row.queue, row.worker, row.error};
    });
    sort_queues(queues_, order_[at(top_pane::queues)]);
    sort_workers(workers_, order_[at(top_pane::workers)]);
    for (auto const pane : {top_pane::queues, top_pane::workers, top_pane::failures}) {
        auto& row = row_[at(pane)];
        if (pane == top_pane::failures && !opened_ && row == 0)
            continue; // follows the newest
        for (std::size_t each = 0; each < rows(pane); ++each) {
            if (name_of(pane, each) == chosen_[at(pane)])
                row = each;
        }
        row = std::min(row, rows(pane) - std::min<std::size_t>(rows(pane), 1));
    }
    remember();
}

void top_model::remember() {
    for (auto const pane : {top_pane::queues, top_pane::workers, top_pane::failures}) {
        bool const any = row_[at(pane)] < rows(pane);
        chosen_[at(pane)] = any ? name_of(pane, row_[at(pane)]) : std::string{};
    }
}

std::size_t top_model::rows(top_pane in) const {
    if (in == top_pane::queues)
        return queues_.size();
    if (in == top_pane::workers)
        return workers_.size();
    return opened_ ? running_.size() : failures_.size();
}

std::string top_model::name_of(top_pane in, std::size_t row) const {
    if (in == top_pane::queues)
        return queues_[row].now.name;
    if (in == top_pane::workers)
        return workers_[row].id;
    if (opened_)
        return running_[row].id.to_string();
    // One message fails many times.
    return failures_[row].id.to_string() +
           std::to_string(failures_[row].at.time_since_epoch().count());
}

queue_row const* top_model::chosen_queue() const {
    auto const row = row_[at(top_pane::queues)];
    return pane_ == top_pane::queues && row < queues_.size() ? &queues_[row] : nullptr;
}

std::size_t top_model::selected(top_pane in) const {
    return row_[at(in)];
}

std::string_view top_model::order(top_pane of) const {
    if (of == top_pane::queues)
        return queue_order_names[order_[at(of)]];
    return of == top_pane::workers ? worker_order_names[order_[at(of)]] : "newest";
}

void top_model::move(std::ptrdiff_t by) {
    auto const last = static_cast<std::ptrdiff_t>(rows(pane_)) - 1;
    auto& row = row_[at(pane_)];
    auto const wanted = std::clamp<std::ptrdiff_t>(
        static_cast<std::ptrdiff_t>(row) + by, 0, std::max<std::ptrdiff_t>(last, 0));
    row = static_cast<std::size_t>(wanted);
    remember();
}

void top_model::turn(int by) {
    pane_ = static_cast<top_pane>((static_cast<int>(pane_) + 3 + by) % 3);
}

void top_model::close() {
    opened_.reset();
    running_.clear();
    arrange();
}

} // namespace peyk::cli
