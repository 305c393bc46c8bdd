// Who has a unique key, and who waits for it. Keys that end with their message, or with its start,
// follow from the messages alone; those with a time of their own have a record.

#include "broker/core/broker_members.hpp"

#include <string>

namespace peyk::core {

namespace {

std::string_view key_of(message_entry const& e) {
    return e.options ? std::string_view{e.options->unique_key} : std::string_view{};
}

std::uint64_t memory_cost(unique_key const& k) {
    return sizeof(unique_key) + 64 + k.key.size();
}

// Until when it has its key, if nothing ends that before.
wall_time key_end(message_entry const& e) {
    entry_options const& options = *e.options;
    return options.key_until == unique_until::ttl
               ? e.published + std::chrono::seconds{options.key_ttl_s}
               : never;
}

// Whether what the journal says of the message makes the key its.
bool has_key(message_entry const& e) {
    if (key_of(e).empty() || e.final() || e.state == message_state::blocked) {
        return false;
    }
    switch (e.options->key_until) {
    case unique_until::finish:
        return true;
    case unique_until::start:
        return e.counters.deliveries == 0;
    case unique_until::ttl:
        break;
    }
    return false;
}

} // namespace

// What becomes of the message, decided before anything changes.
key_claim broker_state::members::claim_key(message const& offered) const {
    key_claim claim;
    auto const found = unique_keys.find(offered.unique.key);
    if (found == unique_keys.end() || found->second->holder == offered.id) {
        return claim;
    }
    unique_key const& key = *found->second;
    message_entry* holder = messages.find(key.holder);
    if (holder != nullptr && holder->final()) {
        holder = nullptr; // It keeps the key for a while yet, but there is nothing to replace.
    }
    switch (offered.unique.conflict) {
    case on_conflict::reject:
        claim.answer.code = errc::unique_conflict;
        claim.answer.existing = key.holder;
        return claim;
    case on_conflict::return_existing:
        claim.answer.joined = true;
        claim.answer.existing = key.holder;
        return claim;
    case on_conflict::replace:
        break;
    case on_conflict::keep_last:
        claim.blocked = holder != nullptr && holder->lease != nullptr;
        break;
    }
    claim.waiting = messages.find(key.waiting);
    claim.holder = claim.blocked ? nullptr : holder;
    return claim;
}

bool broker_state::members::key_taken(message_entry const& e) const {
    std::string_view const key = key_of(e);
    if (key.empty() || e.options->key_until == unique_until::ttl) {
        return false;
    }
    auto const found = unique_keys.find(key);
    return found != unique_keys.end() && found->second->holder != e.id;
}

unique_key& broker_state::members::key_named(std::string_view key) {
    auto const found = unique_keys.find(key);
    if (found != unique_keys.end()) {
        return *found->second;
    }
    auto made = std::make_unique<unique_key>(key);
    unique_key& named = *made;
    key_bytes += memory_cost(named);
    unique_keys.emplace(std::string_view{named.key}, std::move(made));
    return named;
}

// It is not final. Its own record follows, if that is not in the journal yet: a key that is taken
// for nobody does less harm than two messages with one key.
void broker_state::members::take_key(message_entry& e) {
    entry_options const& options = *e.options;
    unique_key& key = key_named(options.unique_key);
    bool const with_record = key.is_linked();
    key.holder = e.id;
    key.until = options.key_until;
    key.end = key_end(e);
    if (options.key_until == unique_until::ttl) {
        out->records.emplace_back(record::unique_taken{&key, key.key, key.holder, key.end});
        order.append(key);
        keys_until.set(key, key.end);
    } else if (with_record) {
        out->records.emplace_back(record::unique_taken{nullptr, key.key, {}, unset});
        order.remove(key);
        keys_until.remove(key);
    }
}

void broker_state::members::regain_key(message_entry& e) {
    if (has_key(e)) {
        take_key(e);
    }
}

void broker_state::members::wait_for_key(message_entry& e) {
    key_named(e.options->unique_key).waiting = e.id;
}

void broker_state::members::pass_key(unique_key& key) {
    message_entry* const next = messages.find(key.waiting);
    key.waiting = {};
    bool const waits = next != nullptr && next->state == message_state::blocked;
    if (waits && key_end(*next) > now.wall) {
        take_key(*next);
    } else {
        drop_key(key); // Whose time is over before it has the key never has it.
    }
    if (waits) {
        put_back(*next, next->due);
    }
}

void broker_state::members::drop_key(unique_key& key) {
    if (key.is_linked()) {
        out->records.emplace_back(record::unique_taken{nullptr, key.key, {}, unset});
        order.remove(key);
    }
    keys_until.remove(key);
    key_bytes -= memory_cost(key);
    auto const found = unique_keys.find(key.key);
    ended_keys.push_back(std::move(found->second));
    unique_keys.erase(found);
}

void broker_state::members::key_started(message_entry& e) {
    if (key_of(e).empty() || e.options->key_until != unique_until::start) {
        return;
    }
    auto const found = unique_keys.find(key_of(e));
    if (found != unique_keys.end() && found->second->holder == e.id) {
        pass_key(*found->second);
    }
}

void broker_state::members::key_final(message_entry& e) {
    if (key_of(e).empty()) {
        return;
    }
    auto const found = unique_keys.find(key_of(e));
    if (found == unique_keys.end()) {
        return;
    }
    unique_key& key = *found->second;
    if (key.waiting == e.id) {
        key.waiting = {};
    } else if (key.holder == e.id && (key.until != unique_until::ttl || !key.waiting.empty())) {
        pass_key(key);
    }
}

void broker_state::members::replay(record::unique_taken const& fact) {
    stopped_cleanly = false;
    unique_key& key = key_named(fact.key);
    if (fact.message.empty()) {
        order.remove(key);
        keys_until.remove(key);
        key_bytes -= memory_cost(key);
        unique_keys.erase(fact.key);
        return;
    }
    key.holder = fact.message;
    key.until = unique_until::ttl;
    key.end = fact.until;
    keys_until.set(key, key.end);
    replayed = &key;
}

// Who waits for nobody goes on: the journal may end between an end and what followed from it.
void broker_state::members::recover_keys() {
    std::vector<message_entry*> blocked;
    order.for_each([&](retained& each) {
        if (each.what() != retained::kind::message) {
            return;
        }
        auto& e = static_cast<message_entry&>(each);
        if (e.state == message_state::blocked) {
            key_named(key_of(e)).waiting = e.id;
            blocked.push_back(&e);
        } else if (has_key(e)) {
            unique_key& key = key_named(key_of(e));
            key.holder = e.id;
            key.until = e.options->key_until;
        }
    });
    for (message_entry* const e : blocked) {
        unique_key& key = key_named(key_of(*e));
        message_entry const* const holder = messages.find(key.holder);
        if (holder == nullptr || holder == e || holder->final()) {
            key.waiting = e->id;
            pass_key(key);
        }
    }
}

} // namespace peyk::core
