#pragma once
// A record that keeps its own text and bytes, so that it can wait for its commit.

#include "broker/core/record.hpp"

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace peyk::simulation {

class owned_record {
public:
    explicit owned_record(core::any_record const& record);

    owned_record(owned_record&&) = default;
    owned_record& operator=(owned_record&&) = default;

    // Without owners: as a replay would show it.
    [[nodiscard]] core::any_record const& get() const { return record_; }

private:
    struct storage {
        std::deque<std::string> texts; // a deque: views into it stay valid
        std::vector<std::pair<core::publish_sequence, core::publish_sequence>> accepted;
        std::vector<std::uint32_t> delays;
        std::vector<core::attempt> history;
        std::deque<std::vector<std::string_view>> lists;
    };

    void own(std::string_view& text);
    void own(std::optional<std::string_view>& text);
    void own(std::span<std::string_view const>& texts);
    void own(core::message& message);
    void own(core::task_error& error);
    void own(core::traces& traces);
    void own(core::outcome& outcome);
    void own(core::schedule_spec& spec);
    void own(core::sweep_spec& spec);

    core::any_record record_;
    std::unique_ptr<storage> storage_;
};

} // namespace peyk::simulation
