#include "tests/system/load.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace peyk::test {

namespace {

using std::chrono::milliseconds;

// Unanswered publishes of one producer, in batches: enough that a kill falls among many.
constexpr std::size_t window_max = 24;

history_id id_of(pb::Message const& m) {
    return {m.id_high(), m.id_low()};
}

} // namespace

producer::producer(load_world& world, std::uint64_t seed)
    : world_(world), random_(seed), seed_(seed), link_(seed), thread_([this] { run(); }) {}

void producer::run() {
    while (!world_.publishing.is_closed() || !window_.empty()) {
        if (!link_.connected()) {
            reconnect();
        } else if (window_.size() < window_max && world_.publishing.is_open()) {
            publish();
        }
        bool const more = window_.size() < window_max && world_.publishing.is_open();
        auto const patience = more ? milliseconds{0} : milliseconds{20};
        if (auto const frame = link_.receive(patience)) {
            take(*frame);
        }
    }
}

void producer::reconnect() {
    if (!world_.connect(link_, {})) {
        return;
    }
    for (auto& entry : window_) {
        entry.request = ++last_request_;
        send(entry);
    }
}

void producer::publish() {
    window_entry entry;
    entry.request = ++last_request_;
    entry.first = next_sequence_;
    auto const count = 1 + random_() % 16;
    for (std::uint64_t i = 0; i < count; ++i) {
        entry.messages.push_back(make_message());
    }
    next_sequence_ += count;
    window_.push_back(std::move(entry));
    send(window_.back());
}

pb::Message producer::make_message() {
    auto const what = any_message(random_, world_.only_tasks);
    pb::Message m;
    m.set_id_high(seed_ << 32 | 1);
    m.set_id_low(++made_);
    describe(what, m);
    std::string body(random_() % 400, static_cast<char>('a' + made_ % 26));
    body += std::to_string(seed_) + "." + std::to_string(made_);
    m.set_content(body);
    world_.seen.publishing(id_of(m), body, what.traits);
    world_.fresh.add(id_of(m));
    return m;
}

void producer::send(window_entry const& entry) {
    pb::ClientFrame frame;
    frame.set_request(entry.request);
    auto& publish = *frame.mutable_publish();
    publish.set_first_sequence(entry.first);
    publish.set_answered_below(window_.front().first);
    publish.mutable_messages()->Assign(entry.messages.begin(), entry.messages.end());
    link_.send(frame);
}

void producer::take(pb::ServerFrame const& frame) {
    auto const at = std::find_if(window_.begin(), window_.end(), [&](window_entry const& e) {
        return e.request == frame.request();
    });
    if (at == window_.end() || !(frame.has_published() || frame.has_error())) {
        return;
    }
    std::vector<answer> answers(at->messages.size(),
                                frame.has_published() ? answer::ok : answer::refused);
    if (frame.has_error()) {
        std::fprintf(stderr, "a publish is refused: %s\n", frame.error().message().c_str());
    }
    for (auto const& refusal : frame.published().refused()) {
        // Known by its id already: an earlier sending of it was accepted.
        answers.at(refusal.index()) =
            refusal.code() == pb::DUPLICATE_MESSAGE ? answer::ok : answer::refused;
    }
    for (auto const& joined : frame.published().joined()) {
        answers.at(joined.index()) = answer::refused;
    }
    for (std::size_t i = 0; i < answers.size(); ++i) {
        world_.seen.published(id_of(at->messages[i]), answers[i]);
    }
    window_.erase(at);
}

} // namespace peyk::test
