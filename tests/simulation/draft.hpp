#pragma once
// A message as a simulated publisher meant it, with its own text. What the broker journals and
// delivers under its id is compared with it for ever.

#include "broker/core/message.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace peyk::simulation {

struct draft {
    core::message fields; // its text is replaced by the strings below
    std::string queue;
    std::string task;
    std::string content;
    struct {
        std::string key;
        core::unique_until until = core::unique_until::finish;
        core::on_conflict conflict = core::on_conflict::reject;
        std::uint32_t ttl_s = 0;
    } unique;
    std::vector<std::uint32_t> delays; // with backoff::list
    struct {
        std::string ordering_key;
        std::string fairness_key;
        std::string limit_key;
        std::uint32_t cost = 1;
        std::vector<std::string> labels;
    } placement;
    std::vector<std::string> tags;
    // Views of the lists, for message().
    mutable std::vector<std::string_view> label_views = {};
    mutable std::vector<std::string_view> tag_views = {};
    mutable bool reused = false; // sent again under no or another sequence: may be published anew

    // Takes over where the message stands, and its tags.
    void stand_like(core::message const& m) {
        placement = {std::string{m.placement.ordering_key},
                     std::string{m.placement.fairness_key},
                     std::string{m.placement.limit_key},
                     m.placement.cost,
                     {m.placement.labels.begin(), m.placement.labels.end()}};
        tags.assign(m.tags.begin(), m.tags.end());
    }

    [[nodiscard]] core::message message() const {
        core::message m = fields;
        m.queue = queue;
        m.task = task;
        m.content = content;
        m.unique = {unique.key, unique.until, unique.conflict, unique.ttl_s};
        m.retry_delays_ms = delays;
        label_views.assign(placement.labels.begin(), placement.labels.end());
        tag_views.assign(tags.begin(), tags.end());
        m.placement = {placement.ordering_key,
                       placement.fairness_key,
                       placement.limit_key,
                       placement.cost,
                       label_views};
        m.tags = tag_views;
        return m;
    }
};

using draft_ptr = std::shared_ptr<draft const>;

// The broker broke a promise.
struct violation : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace peyk::simulation
