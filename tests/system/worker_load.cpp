#include "tests/system/worker_load.hpp"

#include <string>
#include <utility>

namespace peyk::test {

namespace {

using std::chrono::milliseconds;

constexpr std::uint32_t credit = 64;

} // namespace

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
    auto const welcome = world_.connect(link_, hello);
    if (!welcome) {
        return;
    }
    for (auto const& lost : welcome->lost()) {
        held_.erase({lost.epoch(), lost.number()});
    }
    reports_.clear(); // whether they arrived nobody knows
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
    subscribe.add_queues(side_queue);
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
    } else if (frame.has_reported() || frame.has_error()) {
        auto const at = reports_.find(frame.request());
        if (at != reports_.end()) {
            world_.seen.reported(at->second.id,
                                 at->second.checkpoint,
                                 frame.has_reported() ? answer::ok : answer::refused);
            reports_.erase(at);
        }
    }
}

void worker::take(pb::Delivery const& d) {
    history_token const token{d.epoch(), d.number()};
    history_id const id{d.id_high(), d.id_low()};
    world_.seen.delivered(id, token, d.content(), {wall_ms(), number_of(d.checkpoint())});
    held_delivery h{id, clock::now()};
    if (random_() % 10 == 0) { // a longer piece of work
        h.until += milliseconds{random_() % 800};
    }
    held_[token] = h;
    if (random_() % 8 == 0) {
        report(token, id);
    }
}

void worker::report(history_token token, history_id id) {
    auto const checkpoint = world_.seen.reporting(id, token);
    pb::ClientFrame frame;
    frame.set_request(++last_request_);
    reports_[last_request_] = {id, checkpoint};
    auto& what = *frame.mutable_report();
    what.set_epoch(token.epoch);
    what.set_number(token.number);
    what.set_checkpoint(std::to_string(checkpoint));
    what.mutable_progress()->set_done(checkpoint);
    what.set_log("at " + std::to_string(checkpoint) + "\n");
    link_.send(frame);
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
    auto const verdict = any_verdict(random_);
    // Another result for each delivery: two outcomes of one message could be told apart.
    auto const result = std::to_string(held.id.low) + " by " + std::to_string(token.epoch) + "." +
                        std::to_string(token.number);
    describe(verdict, result, s);
    world_.seen.settling(held.id, token, verdict.kind(), result, verdict.not_before_ms());
    if (verdict.kind() == settle_kind::dead) {
        world_.dead.add(held.id);
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
