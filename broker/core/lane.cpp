#include "broker/core/lane.hpp"

#include "broker/core/section.hpp"

namespace peyk::core {

std::vector<std::string_view> const& lane::labels() const {
    return above_->above().labels();
}

place_key lane::place() const {
    return {above_->above().key(), above_->limit_key(), flow_->key};
}

std::vector<std::string_view> const& section::labels() const {
    static std::vector<std::string_view> const none;
    return key_.labels == nullptr ? none : key_.labels->labels;
}

} // namespace peyk::core
