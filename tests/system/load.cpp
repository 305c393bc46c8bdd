#include "tests/system/load.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace peyk::test {

namespace {

using std::chrono::milliseconds;

// Unanswered publishes of one producer, in batches: enough that a kill falls among many.
constexpr std::size_t window_max = 24;
constexpr std::uint32_t credit = 64;
constexpr milliseconds between_attempts{10};

history_id id_of(pb::Message const& m) {
    return {m.id_high(), m.id_low()};
}

} // namespace

producer::producer(load_world& world, std::uint64_t seed)
    : world_(world), random_(seed), seed_(seed), link_(seed), thread_([this] { run(); }) {}

void producer::run() {
    while (world_.publishing || !window_.empty()) {
        if (!link_.connected()) {
            reconnect();
        } else if (window_.size() < window_max && world_.may_publish()) {
            publish();
        }
        bool const more = window_.size() < window_max && world_.may_publish();
        auto const patience = more ? milliseconds{0} : milliseconds{20};
        if (auto const frame = link_.receive(patience)) {
            take(*frame);
        }
    }
}

void producer::reconnect() {
    if (!link_.connect(world_.port, {})) {
        std::this_thread::sleep_for(between_attempts); // the broker is not there
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
    pb::Message m;
    m.set_id_high(seed_ << 32 | 1);
    m.set_id_low(++made_);
    m.set_queue(load_queue);
    m.set_priority(static_cast<std::uint32_t>(random_() % 3));
    bool const task = random_() % 2 == 0;
    if (task) {
        m.set_task("load.task");
        m.mutable_result()->set_ttl_s(3'600);
        m.mutable_result()->set_track_started(random_() % 4 == 0);
    }
    if (random_() % 10 == 0) {
        m.set_eta_ms(std::chrono::duration_cast<milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count() +
                     static_cast<std::int64_t>(random_() % 500));
    }
    m.mutable_retry()->set_max_retries(60'000); // nothing may die of being put back
    m.mutable_retry()->set_base_ms(20);
    m.mutable_retry()->set_factor_percent(100);
    m.mutable_retry()->set_max_ms(20);
    m.set_max_crashes(60'000);
    std::string body(random_() % 400, static_cast<char>('a' + made_ % 26));
    body += std::to_string(seed_) + "." + std::to_string(made_);
    m.set_content(body);
    world_.seen.publishing(id_of(m), body, task);
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
    for (std::size_t i = 0; i < answers.size(); ++i) {
        world_.seen.published(id_of(at->messages[i]), answers[i]);
    }
    window_.erase(at);
}

worker::worker(load_world& world, std::uint64_t seed)
    : world_(world), random_(seed), seed_(seed), link_(seed), thread_([this] { run(); }) {}

void worker::run() {
    while (world_.working || !settles_.empty() || !held_.empty()) {
        if (!link_.connected()) {
            reconnect();
        }
        if (auto const frame = link_.receive(milliseconds{5})) {
            take(*frame);
        }
        if (link_.connected()) {
            settle_due();
        }
    }
    pb::ClientFrame bye;
    bye.mutable_goodbye();
    link_.send(bye);
}

void worker::reconnect() {
    pb::Hello hello;
    hello.set_name("worker " + std::to_string(seed_));
    auto const add = [&hello](history_token token, history_id id) {
        auto& h = *hello.add_held();
        h.set_epoch(token.epoch);
        h.set_number(token.number);
        h.set_id_high(id.high);
        h.set_id_low(id.low);
        h.set_started(true);
    };
    for (auto const& [token, h] : held_) {
        add(token, h.id);
    }
    for (auto const& [token, id] : settling_) {
        add(token, id);
    }
    auto const welcome = link_.connect(world_.port, hello);
    if (!welcome) {
        std::this_thread::sleep_for(between_attempts); // the broker is not there
        return;
    }
    for (auto const& lost : welcome->lost()) {
        held_.erase({lost.epoch(), lost.number()});
    }
    auto const again = std::exchange(settles_, {});
    for (auto const& [request, what] : again) {
        auto& mine = settles_[++last_request_] = what;
        mine.repeated = true;
        send(last_request_, mine);
    }
    pb::ClientFrame frame;
    frame.set_request(++last_request_);
    auto& subscribe = *frame.mutable_subscribe();
    subscribe.set_consumer(1);
    subscribe.add_queues(load_queue);
    subscribe.set_credit(credit);
    link_.send(frame);
}

void worker::take(pb::ServerFrame const& frame) {
    if (frame.has_deliver()) {
        for (auto const& d : frame.deliver().deliveries()) {
            take(d);
        }
    } else if (frame.has_recall()) {
        for (auto const& token : frame.recall().tokens()) {
            held_.erase({token.epoch(), token.number()});
        }
    } else if (frame.has_settled()) {
        auto const at = settles_.find(frame.request());
        if (at == settles_.end()) {
            return;
        }
        auto const& list = at->second.settlements;
        std::vector<answer> answers(list.size(), answer::ok);
        for (auto const& refusal : frame.settled().refused()) {
            answers.at(refusal.index()) = at->second.repeated ? answer::unknown : answer::refused;
        }
        for (std::size_t i = 0; i < list.size(); ++i) {
            history_token const token{list[i].epoch(), list[i].number()};
            world_.seen.settled(token, answers[i]);
            settling_.erase(token);
        }
        settles_.erase(at);
    }
}

void worker::take(pb::Delivery const& d) {
    history_token const token{d.epoch(), d.number()};
    world_.seen.delivered({d.id_high(), d.id_low()}, token, d.content());
    held_delivery h{{d.id_high(), d.id_low()}, !d.task().empty(), clock::now()};
    if (random_() % 10 == 0) { // a longer piece of work
        h.until += milliseconds{random_() % 800};
    }
    held_[token] = h;
}

void worker::settle_due() {
    unanswered batch;
    auto const now = clock::now();
    for (auto at = held_.begin(); at != held_.end();) {
        if (at->second.until > now) {
            ++at;
            continue;
        }
        batch.settlements.push_back(make_settlement(at->first, at->second));
        settling_[at->first] = at->second.id;
        at = held_.erase(at);
    }
    if (!batch.settlements.empty()) {
        auto const request = ++last_request_;
        send(request, batch);
        settles_[request] = std::move(batch);
    }
}

pb::Settlement worker::make_settlement(history_token token, held_delivery const& held) {
    pb::Settlement s;
    s.set_epoch(token.epoch);
    s.set_number(token.number);
    auto const roll = random_() % 20;
    if (roll == 0) {
        s.mutable_release();
        world_.seen.settling(held.id, token, settle_kind::again, "");
    } else if (roll == 1) {
        s.mutable_failure()->mutable_error()->set_type("not yet");
        world_.seen.settling(held.id, token, settle_kind::again, "");
    } else {
        // Another result for each delivery: two outcomes of one message could be told apart.
        auto const result = std::to_string(held.id.low) + " by " + std::to_string(token.epoch) +
                            "." + std::to_string(token.number);
        s.mutable_success()->set_result(result);
        s.mutable_success()->set_content_type("text/plain");
        world_.seen.settling(held.id, token, settle_kind::final, result);
    }
    return s;
}

void worker::send(std::uint64_t request, unanswered const& what) {
    pb::ClientFrame frame;
    frame.set_request(request);
    auto& settle = *frame.mutable_settle();
    settle.mutable_settlements()->Assign(what.settlements.begin(), what.settlements.end());
    link_.send(frame);
}

} // namespace peyk::test
