// Who asks for states, once or until they are final.

#include "broker/core/broker_members.hpp"

namespace peyk::core {

namespace {

bool is_final(visible_state state) {
    switch (state) {
    case visible_state::success:
    case visible_state::failure:
    case visible_state::revoked:
    case visible_state::unknown:
        return true;
    case visible_state::pending:
    case visible_state::started:
    case visible_state::retry:
        break;
    }
    return false;
}

} // namespace

void broker_state::members::apply(get const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    if (command.ids.size() > bounds.batch_max) {
        out->effects.emplace_back(
            effect::refused{command.session, command.request, errc::batch_too_large});
        return;
    }
    effect::statuses answer{command.session, command.request, {}};
    answer.list.reserve(command.ids.size());
    for (message_id const id : command.ids) {
        message_entry const* const e = messages.find(id);
        if (e != nullptr) {
            answer.list.push_back(status_of(*e, command.whole));
        } else {
            answer.list.emplace_back().id = id;
        }
    }
    out->effects.emplace_back(std::move(answer));
}

void broker_state::members::apply(watch const& command) {
    session* const by = client(command.session, command.request);
    if (by == nullptr) {
        return;
    }
    errc why = errc::ok;
    if (by->state != session_state::connected) {
        why = errc::heartbeat_missed;
    } else if (command.ids.size() > bounds.batch_max) {
        why = errc::batch_too_large;
    } else if (by->watched + command.ids.size() > bounds.watches_per_session_max) {
        why = errc::too_many_watches;
    } else if (by->watches.contains(command.request)) {
        why = errc::invalid_argument;
    }
    if (why != errc::ok) {
        bool const twice = why == errc::invalid_argument;
        answer(command, why, twice ? "request: a watch has this number already" : "");
        return;
    }
    watch_group& group = by->watches[command.request];
    group.owner = by;
    group.request = command.request;
    group.until_final = command.until_final;
    group.reports = command.reports;
    for (message_id const id : command.ids) {
        message_entry* const e = messages.find(id);
        core::status seen;
        seen.id = id;
        if (e != nullptr) {
            seen = status_of(*e);
            if (command.reports) {
                seen.log = log_since(*e, 0);
            }
        }
        bool const last = is_final(seen.state);
        if (!last) {
            auto* const link = new watch_link;
            link->message = e;
            link->group = &group;
            link->told = seen.state;
            link->told_log = seen.log_end;
            e->details().watches.push_back(*link);
            group.links.push_back(*link);
            ++by->watched;
        }
        if (last || !command.until_final || command.reports) {
            out->effects.emplace_back(
                effect::updated{by->id, command.request, std::move(seen), last});
        }
    }
    if (group.links.empty()) {
        by->watches.erase(command.request);
    }
}

void broker_state::members::apply(unwatch const& command) {
    session* const by = find_session(command.session);
    if (by == nullptr) {
        return;
    }
    auto const found = by->watches.find(command.watch);
    if (found == by->watches.end()) {
        return;
    }
    while (!found->second.links.empty()) {
        drop_watch(found->second, found->second.links.front());
    }
    by->watches.erase(found);
}

// Tells everybody who watches, if what the client sees has changed.
void broker_state::members::notify(message_entry& e) {
    if (!e.watched()) {
        return;
    }
    core::status const seen = status_of(e);
    bool const last = is_final(seen.state);
    auto& watches = e.detail->watches;
    for (auto next = watches.begin(); next != watches.end();) {
        watch_link& link = *next++;
        watch_group& group = *link.group;
        if (link.told != seen.state && (last || !group.until_final)) {
            effect::updated update{group.owner->id, group.request, seen, last};
            if (group.reports) {
                update.status.log = log_since(e, link.told_log);
                link.told_log = seen.log_end;
            }
            out->effects.emplace_back(std::move(update));
        }
        link.told = seen.state;
        if (last) {
            drop_watch(group, link);
            if (group.links.empty()) {
                group.owner->watches.erase(request_id{group.request});
            }
        }
    }
}

// Tells those who follow its progress and log what is new.
void broker_state::members::notify_report(message_entry& e) {
    if (!e.watched()) {
        return;
    }
    core::status const seen = status_of(e);
    for (watch_link& link : e.detail->watches) {
        if (!link.group->reports) {
            continue;
        }
        effect::updated update{link.group->owner->id, link.group->request, seen, false};
        update.status.log = log_since(e, link.told_log);
        link.told = seen.state;
        link.told_log = seen.log_end;
        out->effects.emplace_back(std::move(update));
    }
}

void broker_state::members::drop_watches(session& of) {
    for (auto& [request, group] : of.watches) {
        while (!group.links.empty()) {
            drop_watch(group, group.links.front());
        }
    }
    of.watches.clear();
}

void broker_state::members::drop_watch(watch_group& group, watch_link& link) {
    group.links.erase(group.links.iterator_to(link));
    auto& watches = link.message->detail->watches;
    watches.erase(watches.iterator_to(link));
    --group.owner->watched;
    delete &link;
}

} // namespace peyk::core
