#include "broker/core/name_table.hpp"

#include <algorithm>

namespace peyk::core {

interned_name* name_table::intern(std::string_view text) {
    if (last_ != nullptr && last_->text == text) {
        return last_;
    }
    if (auto const found = index_.find(text); found != index_.end()) {
        return last_ = found->second;
    }
    if (names_.size() >= names_max_) {
        return nullptr;
    }
    interned_name& made = names_.emplace_back(
        interned_name{std::string{text}, std::uint64_t{1} << names_.size() % 64});
    index_.emplace(std::string_view{made.text}, &made);
    bytes_ +=
        sizeof(interned_name) + sizeof(std::string_view) + sizeof(interned_name*) + text.size();
    return last_ = &made;
}

interned_name* name_table::find(std::string_view text) const {
    auto const found = index_.find(text);
    return found == index_.end() ? nullptr : found->second;
}

bool valid_queue_name(std::string_view text, std::size_t name_bytes_max) {
    auto const allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-' || c == ':' || c == '/';
    };
    return !text.empty() && text.size() <= name_bytes_max && std::ranges::all_of(text, allowed);
}

} // namespace peyk::core
