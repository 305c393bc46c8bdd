// Which place of its queue a message has.

#include "broker/core/broker_members.hpp"

#include <algorithm>

namespace peyk::core {

std::string_view broker_state::members::misplaced(placement const& given,
                                                  std::span<std::string_view const> tags) const {
    auto const too_long = [this](std::string_view text) {
        return text.size() > bounds.key_bytes_max;
    };
    auto const no_word = [&](std::string_view text) {
        return text.empty() || too_long(text);
    };
    if (too_long(given.ordering_key)) {
        return "ordering_key";
    }
    if (too_long(given.fairness_key)) {
        return "fairness_key";
    }
    if (too_long(given.limit_key)) {
        return "limit_key";
    }
    if (given.cost == 0 || given.cost > bounds.cost_max) {
        return "cost";
    }
    if (given.labels.size() > bounds.labels_max || std::ranges::any_of(given.labels, no_word)) {
        return "labels";
    }
    return tags.size() > bounds.tags_max || std::ranges::any_of(tags, no_word) ? "tags" : "";
}

std::optional<place_key> broker_state::members::place_of(message const& offered) {
    placement const& given = offered.placement;
    place_key key{{}, given.limit_key, given.fairness_key};
    if (!offered.task.empty()) {
        key.section.task = names.intern(offered.task);
        if (key.section.task == nullptr) {
            return std::nullopt;
        }
    }
    if (!given.labels.empty()) {
        key.section.labels = labels_named(given.labels);
        if (key.section.labels == nullptr) {
            return std::nullopt;
        }
    }
    return key;
}

// Null if they are one name too many.
label_set const*
broker_state::members::labels_named(std::span<std::string_view const> labels) {
    std::vector<std::string_view> sorted{labels.begin(), labels.end()};
    std::ranges::sort(sorted);
    auto const twice = std::ranges::unique(sorted);
    sorted.erase(twice.begin(), twice.end());
    if (auto const found = label_sets.find(sorted); found != label_sets.end()) {
        return found->second.get();
    }
    if (label_sets.size() >= bounds.names_max) {
        return nullptr;
    }
    for (std::string_view& label : sorted) {
        interned_name const* const kept = names.intern(label);
        if (kept == nullptr) {
            return nullptr;
        }
        label = kept->text;
    }
    auto made = std::make_unique<label_set>(label_set{sorted});
    return label_sets.emplace(std::move(sorted), std::move(made)).first->second.get();
}

// Whether a place for it would be a part too many.
bool broker_state::members::lacks_place(message const& offered, core::queue& into) {
    constexpr std::size_t parts_of_one = 4; // section, track, lane, turn
    if (place_memory.parts + parts_of_one <= bounds.lanes_max) {
        return false;
    }
    auto const place = place_of(offered);
    std::size_t const missing =
        place ? into.parts_missing(*place, offered.placement.ordering_key) : 0;
    return missing > 0 && place_memory.parts + missing > bounds.lanes_max;
}

// It has one of those that took turns: the next one may be ready now.
void broker_state::members::touch_turn(message_entry& e) {
    if (e.options && e.options->turn != nullptr) {
        touch(e.lane->home());
    }
}

// Kept results must not keep the places of their keys.
void broker_state::members::regroup(message_entry& e) {
    place_key const now_at = e.lane->place();
    bool const plain = now_at.section.labels == nullptr && now_at.limit_key.empty() &&
                       now_at.fairness_key.empty() &&
                       (!e.options || e.options->turn == nullptr);
    if (plain) {
        return;
    }
    touch_turn(e);
    core::queue& home = e.lane->home();
    home.leave(e);
    home.enter(e, {{now_at.section.task, nullptr}, {}, {}});
}

} // namespace peyk::core
