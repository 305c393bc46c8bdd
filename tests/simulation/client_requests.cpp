// What a simulated client asks of the broker: new work, verdicts, questions.

#include "tests/simulation/client.hpp"
#include "tests/simulation/lanes.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace peyk::simulation {

using namespace core;

void client::publish(wall_time now) {
    auto& d = world_.chance;
    if (world_.live_messages() >= world_.with.messages_max || unconfirmed_.size() > 20) {
        return;
    }
    batch_of_drafts batch;
    auto const count = d.between(1, world_.with.batch_max);
    for (std::uint64_t i = 0; i < count; ++i) {
        batch.drafts.push_back(make_draft(now));
    }
    if (numbered_) {
        batch.first = last_sequence_ + 1;
        last_sequence_ += count;
    }
    send_publish(std::move(batch));
}

void client::send_publish(batch_of_drafts batch) {
    auto keep = std::make_shared<std::pair<std::vector<draft_ptr>, std::vector<message>>>();
    keep->first = batch.drafts;
    for (auto const& m : batch.drafts) {
        keep->second.push_back(m->message());
    }
    core::publish p;
    p.session = session_;
    p.request = next_request();
    p.first = {batch.first};
    p.answered_below = {unconfirmed_.empty() ? batch.first : unconfirmed_.begin()->second.first};
    p.messages = keep->second;
    unconfirmed_[p.request] = std::move(batch);
    send({p, keep});
}

draft_ptr client::make_draft(wall_time now, bool listed) {
    auto& d = world_.chance;
    auto const& o = world_.with;
    if (listed && d.chance(5) && !world_.drafts.empty()) { // a publisher that has lost its memory
        auto const old = world_.drafts.find(some_message());
        if (old != world_.drafts.end() && !old->second->queue.empty()) {
            old->second->reused = true;
            return old->second;
        }
    }
    auto m = std::make_shared<draft>();
    m->fields.id = {number_ << 32 | ++last_message_, (number_ + 1) * 1'000'000 + last_message_};
    m->queue = "queue" + std::to_string(d.below(o.queues));
    bool const plain = d.chance(o.plain_permille);
    m->task = plain ? "" : "task" + std::to_string(d.below(o.tasks));
    m->content.assign(d.chance(5) ? o.limits.content_bytes_max + 1 : d.below(o.content_bytes + 1),
                      static_cast<char>('a' + d.below(26)));
    for (std::size_t i = 0; i < std::min<std::size_t>(m->content.size(), 8); ++i) {
        m->content[i] = static_cast<char>(d.next());
    }
    m->fields.priority = static_cast<std::uint8_t>(d.below(o.priorities));
    if (d.chance(o.eta_permille)) {
        m->fields.eta = now + duration{d.below(o.eta_ms)};
    }
    if (d.chance(o.expires_permille)) {
        m->fields.expires = now + duration{d.below(o.expires_ms)};
    }
    m->fields.retry.max_retries = static_cast<std::uint16_t>(d.between(0, o.retries_max));
    m->fields.retry.base_ms = static_cast<std::uint32_t>(d.below(3) == 0 ? 0 : d.below(3'000));
    m->fields.retry.factor_percent = static_cast<std::uint16_t>(100 + 50 * d.below(4));
    m->fields.retry.max_ms = static_cast<std::uint32_t>(d.between(1'000, 20'000));
    m->fields.retry.spread = static_cast<jitter>(d.below(3));
    m->fields.result.keep = !plain && d.chance(o.keep_permille);
    m->fields.result.track_started = !plain && d.chance(o.track_permille);
    m->fields.result.ttl_s = static_cast<std::uint32_t>(d.below(4) == 0 ? d.between(1, 100) : 0);
    m->fields.max_crashes = static_cast<std::uint16_t>(d.between(0, 4));
    make_special(*m);
    if (listed) {
        world_.drafts[m->fields.id] = m;
    }
    return m;
}

// What few publishers ask for.
void client::make_special(draft& m) {
    auto& d = world_.chance;
    m.fields.retry.curve = static_cast<backoff>(d.below(5));
    if (m.fields.retry.curve == backoff::list) {
        for (auto n = d.between(1, 3); n > 0; --n) {
            m.delays.push_back(static_cast<std::uint32_t>(d.below(4'000)));
        }
    }
    m.fields.max_age_s = static_cast<std::uint32_t>(d.chance(100) ? d.between(1, 30) : 0);
    if (d.chance(300)) {
        m.fields.parent = some_message();
        m.fields.root = m.fields.parent;
    }
    if (d.chance(world_.with.unique_permille)) {
        m.unique.key = "key" + std::to_string(d.below(4));
        m.unique.until = static_cast<unique_until>(d.below(3));
        m.unique.conflict = static_cast<on_conflict>(d.below(4));
        bool const timed = m.unique.until == unique_until::ttl;
        m.unique.ttl_s = static_cast<std::uint32_t>(timed ? d.between(1, 10) : 0);
    }
    if (d.chance(world_.with.lane_permille)) {
        place(m);
    }
}

// Few keys, so that they meet.
void client::place(draft& m) {
    auto& d = world_.chance;
    auto& p = m.placement;
    if (d.chance(500)) {
        p.ordering_key = "order" + std::to_string(d.below(3));
    }
    if (d.chance(500)) {
        p.fairness_key = "share" + std::to_string(d.below(3));
    }
    if (d.chance(500)) {
        p.limit_key = "tenant" + std::to_string(d.below(3));
    }
    p.cost = static_cast<std::uint32_t>(d.between(1, 3));
    for (std::string_view const label : some_labels) {
        if (d.chance(200)) {
            p.labels.emplace_back(label);
        }
    }
    if (d.chance(300)) {
        m.tags = {"tag" + std::to_string(d.below(3)), "all"};
    }
}

void client::settle(wall_time now, bool gently) {
    auto& d = world_.chance;
    std::vector<plan> plans;
    for (auto& [token, h] : held_) {
        if (h.settling || (!gently && !d.chance(500))) {
            continue;
        }
        plan p;
        p.token = token;
        auto const roll = d.below(100);
        p.verdict = gently || roll < 50 ? 0 : static_cast<int>(1 + d.below(8));
        p.text = "said " + std::to_string(d.below(1'000'000));
        if (!gently && d.chance(10)) {
            p.text.resize(world_.with.limits.result_bytes_max + 1, 'x');
        }
        p.at = now + duration{d.below(5'000)};
        p.permanent = d.chance(200);
        p.scope = d.chance(300)   ? hold_scope::key
                  : d.chance(500) ? hold_scope::task
                                  : hold_scope::queue;
        h.settling = true;
        plans.push_back(std::move(p));
    }
    if (!gently && d.chance(20)) { // a stale or invented token
        plans.push_back({{{d.between(1, 3)}, d.between(1, 200)}, 0, "stale", now, false, {}});
        if (held_.contains(plans.back().token)) {
            plans.pop_back();
        }
    }
    if (!plans.empty()) {
        send_settle(std::move(plans));
    }
}

void client::send_settle(std::vector<plan> plans) {
    auto keep = std::make_shared<std::pair<std::vector<plan>, std::vector<settlement>>>();
    keep->first = plans;
    for (auto const& p : keep->first) {
        settlement s;
        s.token = p.token;
        switch (p.verdict) {
        case 0:
            s.verdict = verdict::success{p.text, "text/plain"};
            break;
        case 1:
            s.verdict = verdict::failure{{"error", p.text, "trace"}, p.permanent};
            break;
        case 2:
            s.verdict = verdict::retry{p.at, {"again", p.text, ""}};
            break;
        case 3:
            s.verdict = verdict::snooze{p.at};
            break;
        case 4:
            s.verdict = verdict::release{};
            break;
        case 5:
            s.verdict = verdict::drop{};
            break;
        case 6:
            s.verdict = verdict::rate_limited{p.at, p.scope};
            break;
        case 7:
            s.verdict = verdict::crashed{p.text};
            break;
        default:
            s.verdict = verdict::dead{{"poison", p.text, ""}};
            break;
        }
        keep->second.push_back(s);
    }
    core::settle s;
    s.session = session_;
    s.request = next_request();
    s.settlements = keep->second;
    unsettled_[s.request] = std::move(plans);
    send({s, keep});
}

void client::start() {
    auto keep = std::make_shared<std::vector<delivery_token>>();
    for (auto& [token, h] : held_) {
        if (!h.settling && world_.chance.chance(500)) {
            h.started = true;
            keep->push_back(token);
        }
    }
    if (!keep->empty()) {
        bool const acknowledge = world_.chance.chance(250);
        send(
            {core::start{session_, *keep, acknowledge ? next_request() : request_id{}, acknowledge},
             keep});
    }
}

message_id client::some_message() {
    auto& d = world_.chance;
    auto const& all = world_.drafts;
    if (all.empty() || d.chance(20)) {
        return {77, d.next()};
    }
    // Near one that somebody published lately.
    auto const owner = d.below(world_.with.clients);
    auto const at = all.lower_bound({owner << 32 | d.below(last_message_ + 2), 0});
    return at == all.end() ? all.begin()->first : at->first;
}

template <class Command>
void client::send_ids(Command command, std::vector<message_id> ids) {
    auto keep = std::make_shared<std::vector<message_id>>(std::move(ids));
    command.session = session_;
    command.request = next_request();
    command.ids = *keep;
    send({command, keep});
}

void client::ask(wall_time) {
    auto& d = world_.chance;
    std::vector<message_id> ids;
    for (std::uint64_t i = d.between(1, 3); i > 0; --i) {
        auto const id = some_message();
        if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
            ids.push_back(id);
        }
    }
    switch (d.below(4)) {
    case 1: {
        core::watch w;
        w.until_final = d.chance(500);
        w.reports = d.chance(300);
        send_ids(w, std::move(ids));
        watches_.push_back({last_request_});
        break;
    }
    case 2:
        if (!watches_.empty()) {
            send({core::unwatch{session_, watches_.back()}, nullptr});
            watches_.pop_back();
        }
        break;
    case 3: {
        auto keep = std::make_shared<std::vector<delivery_token>>();
        for (auto const& [token, h] : held_) {
            keep->push_back(token);
        }
        keep->push_back({{1}, d.between(1, 300)});
        core::extend e;
        e.session = session_;
        e.request = next_request();
        e.tokens = *keep;
        send({e, keep});
        break;
    }
    default: {
        core::get g;
        g.whole = d.chance(500);
        send_ids(g, std::move(ids));
        break;
    }
    }
}

// Changes messages by name, whoever they are.
void client::edit(wall_time now) {
    auto& d = world_.chance;
    std::vector<message_id> ids;
    for (std::uint64_t i = d.between(1, 3); i > 0; --i) {
        ids.push_back(some_message());
    }
    auto const what = d.below(12);
    if (what > 9) {
        edit_waiting(now, std::move(ids));
    } else if (what < 4) {
        core::cancel c;
        c.reason = "not wanted";
        c.terminate = d.chance(300);
        send_ids(c, std::move(ids));
    } else if (what < 6) {
        core::reschedule r;
        r.due = d.chance(300) ? unset : now + duration{d.below(5'000)};
        send_ids(r, std::move(ids));
    } else if (what < 7) {
        send_ids(core::forget{}, std::move(ids));
    } else {
        auto keep = std::make_shared<std::pair<std::vector<message_id>, std::string>>();
        keep->first = std::move(ids);
        keep->second = d.chance(300) ? some_queue() : std::string{};
        send({core::redrive{session_, next_request(), keep->first, keep->second, d.chance(500)},
              keep});
    }
}

void client::edit_waiting(wall_time now, std::vector<message_id> ids) {
    auto& d = world_.chance;
    core::edit e;
    if (d.chance(500)) {
        e.change.priority = static_cast<std::uint8_t>(d.below(world_.with.priorities));
    }
    if (d.chance(300)) {
        e.change.expires = d.chance(300) ? unset : now + duration{d.below(20'000)};
    }
    if (d.chance(300)) {
        e.change.max_retries = static_cast<std::uint16_t>(d.below(4));
    }
    send_ids(e, std::move(ids));
}

// What a task it runs says of itself; sometimes of one that it runs no more.
void client::report() {
    auto& d = world_.chance;
    if (held_.empty()) {
        return;
    }
    auto at = held_.begin();
    std::advance(at, d.below(held_.size()));
    auto keep = std::make_shared<std::array<std::string, 2>>();
    core::report r;
    r.session = session_;
    r.request = next_request();
    r.token = d.chance(50) ? delivery_token{{1}, d.between(1, 300)} : at->first;
    if (d.chance(500)) {
        r.progress = core::progress{d.below(100), 100, "on the way"};
    }
    if (d.chance(500)) {
        (*keep)[0].assign(d.below(world_.with.limits.checkpoint_bytes_max + 5),
                          static_cast<char>('a' + d.below(26)));
        r.checkpoint = (*keep)[0];
    }
    for (auto lines = d.below(4); lines > 0; --lines) {
        (*keep)[1] += "line " + std::to_string(d.below(1'000)) + "\n";
    }
    r.log = (*keep)[1];
    send({r, keep});
}

// Opens, closes or widens a consumer.
void client::adjust() {
    auto& d = world_.chance;
    if (subscriptions_.empty()) {
        return;
    }
    auto& s = subscriptions_[d.below(subscriptions_.size())];
    if (!s.open) {
        s.id = {++last_consumer_};
        subscribe(s);
    } else if (d.chance(300)) {
        s.open = false;
        send({core::unsubscribe{session_, next_request(), s.id}, nullptr});
    } else {
        s.credit =
            static_cast<std::uint32_t>(d.between(d.chance(100) ? 0 : 1, world_.with.credit_max));
        send({core::set_credit{session_, {}, s.id, s.credit}, nullptr});
    }
}

} // namespace peyk::simulation
