// Which messages a selector chooses, and lists of them, page by page.

#include "broker/core/broker_members.hpp"

#include <algorithm>

namespace peyk::core {

namespace {

bool has_tag(message_entry const& e, std::string_view pattern) {
    return e.options && std::ranges::any_of(e.options->tags, [pattern](std::string_view tag) {
               return matches(pattern, tag);
           });
}

// One visit looks at so many blocks of the census at most: about as much work.
constexpr std::size_t census_blocks_max = 64;

// Whether the pattern fits who holds it, or settled it. Nobody's name fits nothing.
bool has_worker(message_entry const& e, std::string_view pattern) {
    std::string_view name;
    if (e.lease != nullptr) {
        name = e.lease->holder->name;
    } else if (e.final() && e.detail) {
        name = e.detail->worker;
    }
    return !name.empty() && matches(pattern, name);
}

} // namespace

bool broker_state::members::chosen(selector const& which, message_entry const& e) const {
    if (!which.states.empty() && !which.states.contains(e.state)) {
        return false;
    }
    if ((which.published_after != unset && e.published < which.published_after) ||
        (which.published_before != unset && e.published >= which.published_before)) {
        return false;
    }
    bool const family = !which.root.empty() || !which.parent.empty();
    if (family && (!e.options || (!which.root.empty() && e.options->root != which.root) ||
                   (!which.parent.empty() && e.options->parent != which.parent))) {
        return false;
    }
    if (!which.error.empty() &&
        !matches(which.error, e.detail ? std::string_view{e.detail->error.type} : "")) {
        return false;
    }
    if ((!which.tag.empty() && !has_tag(e, which.tag)) ||
        (!which.worker.empty() && !has_worker(e, which.worker))) {
        return false;
    }
    return matches(which.queue, e.lane->home().name()) && matches(which.task, e.lane->task());
}

void broker_state::members::enter(message_entry& e, core::queue& into, place_key const& place) {
    into.enter(e, place);
    interned_name const* const task = place.section.task;
    present.name(entry_memory.place_of(e), into.interned().bit | (task == nullptr ? 0 : task->bit));
}

void broker_state::members::count_in(message_entry& e) {
    e.lane->home().count_in(e);
    present.count_in(entry_memory.place_of(e), e.state);
}

void broker_state::members::count_out(message_entry& e) {
    e.lane->home().count_out(e);
    present.count_out(entry_memory.place_of(e), e.state);
}

// None: it names what nobody has heard of.
std::optional<census_filter> broker_state::members::filter_of(selector const& which) const {
    census_filter wanted{which.states};
    for (std::string_view const name : {which.queue, which.task}) {
        if (!is_exact(name)) {
            continue;
        }
        interned_name const* const known = names.find(name);
        if (known == nullptr) {
            return std::nullopt;
        }
        wanted.names |= known->bit;
    }
    return wanted;
}

message_page broker_state::members::list(selector const& which,
                                         std::uint64_t from,
                                         std::size_t count_max) const {
    // What is with workers is few among many.
    bool const leased = which.states == state_set{message_state::leased};
    auto const at = [&](std::uint64_t place) -> message_entry const* {
        if (!leased) {
            return entry_memory.at(place);
        }
        lease const* const held = deliveries.at(place);
        return held == nullptr ? nullptr : held->message;
    };
    message_page page;
    std::optional<census_filter> const wanted = filter_of(which);
    if (!wanted) {
        return page;
    }
    std::size_t const places = leased ? deliveries.places() : entry_memory.places();
    std::uint64_t place = from;
    for (std::size_t visits = 0; visits < bounds.sweep_visits_max && place < places &&
                                 page.messages.size() < count_max;
         ++visits) {
        if (!leased) {
            place = present.next(place, *wanted, census_blocks_max);
        }
        message_entry const* const e = place < places ? at(place) : nullptr;
        ++place;
        if (e != nullptr && e->lane != nullptr && chosen(which, *e)) {
            page.messages.push_back(status_of(*e));
        }
    }
    page.next = place < places ? place : 0;
    return page;
}

} // namespace peyk::core
