#include "client/src/client_inbox.hpp"

#include <iterator>
#include <utility>

namespace peyk {

void inbox_content::clear() {
    publishes.clear();
    started.clear();
    settles.clear();
    commands.clear();
}

template <class Add>
bool client_inbox::add_with(Add add) {
    std::scoped_lock const lock{mutex_};
    add(content_);
    return !std::exchange(woken_, true);
}

bool client_inbox::add(publish_op op) {
    return add_with([&](inbox_content& c) { c.publishes.push_back(std::move(op)); });
}

bool client_inbox::add(std::vector<publish_op> ops) {
    return add_with([&](inbox_content& c) {
        c.publishes.insert(c.publishes.end(),
                           std::make_move_iterator(ops.begin()),
                           std::make_move_iterator(ops.end()));
    });
}

bool client_inbox::add(settle_op op) {
    return add_with([&](inbox_content& c) { c.settles.push_back(std::move(op)); });
}

bool client_inbox::add(std::vector<settle_op> ops) {
    return add_with([&](inbox_content& c) {
        c.settles.insert(c.settles.end(),
                         std::make_move_iterator(ops.begin()),
                         std::make_move_iterator(ops.end()));
    });
}

bool client_inbox::add_started(delivery_token token) {
    return add_with([&](inbox_content& c) { c.started.push_back(token); });
}

bool client_inbox::add(session_command command) {
    return add_with([&](inbox_content& c) { c.commands.push_back(std::move(command)); });
}

bool client_inbox::take(inbox_content& out) {
    out.clear();
    std::scoped_lock const lock{mutex_};
    if (content_.empty()) {
        woken_ = false;
        return false;
    }
    std::swap(content_, out);
    return true;
}

bool client_inbox::try_reserve(std::size_t count) {
    std::scoped_lock const lock{mutex_};
    if (!has_room(count))
        return false;
    in_flight_ += count;
    return true;
}

bool client_inbox::reserve(std::size_t count, steady_time deadline) {
    std::unique_lock lock{mutex_};
    if (!room_.wait_until(lock, deadline, [&] { return has_room(count); }))
        return false;
    in_flight_ += count;
    return true;
}

void client_inbox::release(std::size_t count) {
    {
        std::scoped_lock const lock{mutex_};
        in_flight_ -= count;
    }
    room_.notify_all();
}

} // namespace peyk
