// Publishes, item by item: each is judged by what stood before it, and by what it displaced.

#include "tests/simulation/oracle.hpp"
#include "tests/simulation/trace.hpp"

#include <algorithm>
#include <limits>

namespace peyk::simulation {

using namespace core;

namespace {

constexpr auto never_so_many = std::numeric_limits<std::uint64_t>::max();

// The messages of a queue that are not final.
struct load {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::uint64_t ready = 0;
    std::uint64_t ready_bytes = 0;
};

load load_of(model const& state, std::string_view queue) {
    load l;
    for (auto const& [number, m] : state.messages()) {
        if (m.is_final() || m.queue != queue) {
            continue;
        }
        auto const bytes = m.what->content.size();
        ++l.messages;
        l.bytes += bytes;
        if (m.state == message_state::ready) {
            ++l.ready;
            l.ready_bytes += bytes;
        }
    }
    return l;
}

bool beyond(owned_queue_settings const& s, std::uint64_t messages, std::uint64_t bytes) {
    return (s.max_length && messages > *s.max_length) || (s.max_bytes && bytes > *s.max_bytes);
}

} // namespace

bool oracle::full(std::string_view queue, std::size_t bytes) const {
    auto const l = load_of(recorded_, queue);
    return beyond(recorded_.settings(queue), l.messages + 1, l.bytes + bytes);
}

// It is over its policy. A message that came here obeyed it.
bool oracle::overfull(std::string_view queue) const {
    auto const l = load_of(recorded_, queue);
    return beyond(recorded_.settings(queue), l.messages, l.bytes);
}

// Whether there is this reason to refuse it.
bool oracle::refusable(message const& m, errc code, moment now) const {
    auto const* key = m.unique.key.empty() ? nullptr : recorded_.taken(m.unique.key, now.wall);
    switch (code) {
    case errc::expired:
        return m.expires != unset && m.expires <= now.wall;
    case errc::duplicate_message:
        return recorded_.find(m.id) != nullptr || (key && key->holder == m.id);
    case errc::message_too_large:
        return m.content.size() > limits_.content_bytes_max ||
               m.content.size() > recorded_.settings(m.queue).max_bytes.value_or(never_so_many);
    case errc::disk_full:
        return disk_full_;
    case errc::queue_draining:
        return recorded_.held(hold_scope::publishing, m.queue, now.wall);
    case errc::unique_conflict:
        return key && m.unique.conflict == on_conflict::reject;
    case errc::queue_full: {
        auto const s = recorded_.settings(m.queue);
        auto const l = load_of(recorded_, m.queue);
        bool const drops = s.overflow.value_or(overflow::reject) != overflow::reject;
        return beyond(s,
                      l.messages + 1 - (drops ? l.ready : 0),
                      l.bytes + m.content.size() - (drops ? l.ready_bytes : 0));
    }
    default:
        return false;
    }
}

void oracle::publish_all(publish const& c, call const& what, output const& out) {
    effect::published const* answer = nullptr;
    for (auto const& e : out.effects) {
        auto const* a = std::get_if<effect::published>(&e);
        if (a && a->session == c.session && a->request == c.request) {
            must(!answer, "two answers to one request");
            answer = a;
        }
    }
    must(answer, "a publish was refused as a whole");
    question q;
    std::size_t at = 0;
    for (std::size_t i = 0; i < c.messages.size(); ++i) {
        at = publish_one(c, i, *answer, what, out, at);
        bool const refused =
            std::ranges::any_of(answer->refused, [&](refusal const& r) { return r.index == i; });
        bool const joined =
            std::ranges::any_of(answer->joined, [&](auto const& j) { return j.index == i; });
        if (!refused && !joined) {
            q.ids.push_back(c.messages[i].id);
        }
    }
    take_records(what, out, at, out.records.size());
    questions_[{c.session, c.request}] = std::move(q);
}

// Takes the records of this item; returns where those of the next begin.
std::size_t oracle::publish_one(publish const& c,
                                std::size_t item,
                                effect::published const& answer,
                                call const& what,
                                output const& out,
                                std::size_t at) {
    auto const& m = c.messages[item];
    std::string const name = text(m.id);
    auto const refused =
        std::ranges::find_if(answer.refused, [&](auto const& r) { return r.index == item; });
    auto const joined =
        std::ranges::find_if(answer.joined, [&](auto const& j) { return j.index == item; });
    bool const again = c.first.value != 0 && recorded_.accepted(c.session, c.first.value + item);
    auto const* key = m.unique.key.empty() ? nullptr : recorded_.taken(m.unique.key, what.now.wall);
    auto const session = recorded_.sessions().find(c.session);
    bool const forgetful = session != recorded_.sessions().end() && session->second.ended_once;
    if (refused != answer.refused.end()) {
        must(!again || forgetful, "refused though accepted before: " + name);
        must(refusable(m, refused->code, what.now),
             std::string{"refused without reason: "} + core::name(refused->code) + ' ' + name);
        must(refused->code != errc::unique_conflict || refused->existing == key->holder,
             "a conflict that names another than who has the key: " + name);
        return at;
    }
    if (joined != answer.joined.end()) {
        must(key && m.unique.conflict == on_conflict::return_existing &&
                 joined->existing == key->holder,
             "joined one that has not its key: " + name);
        return at;
    }
    auto end = at;
    auto const is_it = [&](any_record const& r) {
        auto const* p = std::get_if<record::published>(&r);
        return p && p->message.id == m.id &&
               (c.first.value == 0 || p->sequence.value == c.first.value + item);
    };
    while (end < out.records.size() && !is_it(out.records[end])) {
        ++end;
    }
    if (end == out.records.size()) {
        must(again, "confirmed but not published: " + name);
        return at;
    }
    must(!again || forgetful, "published again: " + name);
    for (auto const why : {errc::expired,
                           errc::duplicate_message,
                           errc::message_too_large,
                           errc::disk_full,
                           errc::queue_draining,
                           errc::unique_conflict}) {
        must(!refusable(m, why, what.now),
             std::string{"wrongly accepted: "} + core::name(why) + ' ' + name);
    }
    must(!key || m.unique.conflict != on_conflict::return_existing, "not joined: " + name);
    auto const* holder = key ? recorded_.find(key->holder) : nullptr;
    bool const runs = holder && holder->state == message_state::leased;
    bool const blocked = runs && m.unique.conflict == on_conflict::keep_last;
    take_records(what, out, at, end + 1);
    must(std::get<record::published>(out.records[end]).blocked == blocked,
         "blocked, or not, though it should not be: " + name);
    auto const l = load_of(recorded_, m.queue);
    must(!beyond(recorded_.settings(m.queue), l.messages, l.bytes),
         "accepted into a full queue: " + name);
    return end + 1;
}

} // namespace peyk::simulation
