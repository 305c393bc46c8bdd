#include "tests/simulation/client.hpp"

#include "tests/simulation/lanes.hpp"

#include <algorithm>
#include <utility>

namespace peyk::simulation {

using namespace core;

namespace {

// Longer than any eta or grace of a simulation.
constexpr std::uint32_t plenty = 1'000;

} // namespace

client::client(client_world& world, std::uint64_t number, bool consumes)
    : world_(world), number_(number), session_{number, 1}, numbered_(!world.chance.chance(100)) {
    auto& d = world_.chance;
    auto const& o = world_.with;
    session_ = {1'000 + number, number};
    for (std::string_view const label : some_labels) {
        if (number == 0 || d.chance(500)) { // the first one takes everything in the end
            labels_.push_back(label);
        }
    }
    std::size_t const count = consumes ? d.between(1, 2) : 0;
    for (std::size_t i = 0; i < count; ++i) {
        subscription s;
        s.id = {++last_consumer_};
        s.credit = static_cast<std::uint32_t>(d.between(1, o.credit_max));
        for (std::size_t q = 0; q < o.queues; ++q) {
            if (s.queues.empty() || d.chance(500)) {
                s.queues.push_back("queue" + std::to_string((q + number) % o.queues));
            }
        }
        if (o.tasks != 0 && d.chance(200)) {
            s.tasks.push_back("task" + std::to_string(d.below(o.tasks)));
        }
        s.choice = static_cast<queue_choice>(d.below(3));
        if (s.choice == queue_choice::weighted) {
            for (std::size_t q = 0; q < s.queues.size(); ++q) {
                s.weights.push_back(static_cast<std::uint32_t>(d.between(1, 3)));
            }
        }
        subscriptions_.push_back(std::move(s));
    }
}

void client::act(wall_time now) {
    auto& d = world_.chance;
    if (link_ == link::down) {
        if (d.chance(300)) {
            connect();
        }
        return;
    }
    if (link_ != link::up) {
        return;
    }
    auto const roll = d.below(100);
    if (d.chance(world_.with.rule_permille)) {
        rule(now);
    } else if (roll < 36) {
        publish(now);
    } else if (roll < 64) {
        settle(now, false);
    } else if (roll < 72) {
        start();
    } else if (roll < 76) {
        report();
    } else if (roll < 84) {
        ask(now);
    } else if (roll < 91) {
        edit(now);
    } else {
        adjust();
    }
}

void client::finish(wall_time now) {
    if (link_ == link::down) {
        connect();
    } else if (link_ == link::up) {
        if (clears_ && cleared_on_ != connection_) {
            cleared_on_ = connection_;
            clear_rules();
        }
        settle(now, true);
    }
}

void client::take_everything() {
    subscription all;
    all.id = {++last_consumer_};
    all.credit = plenty;
    for (std::size_t q = 0; q < world_.with.queues; ++q) {
        all.queues.push_back("queue" + std::to_string(q));
    }
    subscriptions_.push_back(std::move(all));
    if (link_ == link::up) {
        subscribe(subscriptions_.back());
    }
}

void client::connect() {
    struct box {
        std::vector<held_delivery> list;
    };
    auto keep = std::make_shared<box>();
    for (auto const& [token, h] : held_) {
        keep->list.push_back({token, h.message, h.started});
    }
    core::connect hello;
    hello.session = session_;
    hello.resume = known_;
    hello.name = "client";
    hello.held = keep->list;
    hello.labels = labels_;
    link_ = link::saying_hello;
    ++connection_;
    send({hello, keep});
}

void client::send(parcel p) {
    p.connection = connection_;
    world_.send(std::move(p));
}

void client::welcomed(effect::welcome const& hello, wall_time) {
    link_ = link::up;
    known_ = true;
    for (auto const& lost : hello.lost) {
        held_.erase(lost.token);
    }
    for (auto& s : subscriptions_) {
        subscribe(s);
    }
    auto const publishes = std::exchange(unconfirmed_, {});
    for (auto const& [request, batch] : publishes) {
        if (!numbered_) {
            for (auto const& m : batch.drafts) {
                m->reused = true;
            }
        }
        send_publish(batch);
    }
    auto const settles = std::exchange(unsettled_, {});
    for (auto const& [request, plans] : settles) {
        send_settle(plans);
    }
}

void client::subscribe(subscription& to) {
    struct box {
        std::vector<std::string> texts;
        std::vector<std::string_view> queues, tasks;
        std::vector<std::uint32_t> weights;
    };
    auto keep = std::make_shared<box>();
    keep->texts = to.queues;
    keep->texts.insert(keep->texts.end(), to.tasks.begin(), to.tasks.end());
    for (std::size_t i = 0; i < keep->texts.size(); ++i) {
        (i < to.queues.size() ? keep->queues : keep->tasks).push_back(keep->texts[i]);
    }
    to.open = true;
    core::subscribe s;
    s.session = session_;
    s.request = next_request();
    s.consumer = to.id;
    s.credit = to.credit;
    s.queues = keep->queues;
    s.tasks = keep->tasks;
    s.choice = to.choice;
    keep->weights = to.weights;
    s.weights = keep->weights;
    send({s, keep});
}

void client::receive(letter const& mail, wall_time now) {
    if (auto const* given = std::get_if<handed>(&mail)) {
        held_[given->token] = {given->message};
        return;
    }
    auto const& e = std::get<any_effect>(mail);
    if (auto const* hello = std::get_if<effect::welcome>(&e)) {
        welcomed(*hello, now);
    } else if (auto const* p = std::get_if<effect::published>(&e)) {
        unconfirmed_.erase(p->request);
    } else if (auto const* s = std::get_if<effect::settled>(&e)) {
        auto const at = unsettled_.find(s->request);
        if (at == unsettled_.end()) {
            return;
        }
        for (std::size_t i = 0; i < at->second.size(); ++i) {
            auto const token = at->second[i].token;
            auto const h = held_.find(token);
            bool const large =
                std::any_of(s->refused.begin(), s->refused.end(), [&](auto const& r) {
                    return r.index == i && r.code == errc::result_too_large;
                });
            if (large && h != held_.end()) {
                h->second.settling = false; // still ours: settle it otherwise
            } else if (h != held_.end()) {
                held_.erase(h);
            }
        }
        unsettled_.erase(at);
    } else if (auto const* r = std::get_if<effect::recalled>(&e)) {
        for (auto const token : r->tokens) {
            held_.erase(token);
        }
    } else if (std::get_if<effect::closed>(&e)) {
        connection_lost();
    }
}

void client::connection_lost() {
    link_ = link::down;
    watches_.clear();
    for (auto& s : subscriptions_) {
        s.open = false;
    }
}

void client::goodbye() {
    if (link_ == link::up) {
        send({core::disconnect{session_, true}, nullptr});
    }
    connection_lost();
    known_ = false;
    ++sessions_;
    session_ = {1'000 + number_, number_ + 1'000 * sessions_};
    held_.clear();
    unsettled_.clear();
    for (auto const& [request, batch] : unconfirmed_) {
        for (auto const& m : batch.drafts) {
            m->reused = true; // nobody will know whether it was published
        }
    }
    unconfirmed_.clear();
    last_sequence_ = 0;
}

} // namespace peyk::simulation
