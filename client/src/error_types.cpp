#include <peyk/error_types.hpp>

#include <boost/core/demangle.hpp>

#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string_view>

namespace peyk::error_detail {
namespace {

class table {
public:
    void add(std::string name, std::string type, thrower throws) {
        std::unique_lock const lock{mutex_};
        auto const by_name = by_name_.find(name);
        auto const by_type = names_.find(type);
        bool const known =
            by_name != by_name_.end() && by_type != names_.end() && by_type->second == name;
        if (known)
            return;
        if (by_name != by_name_.end())
            throw std::invalid_argument("the error \"" + name +
                                        "\" is registered for another type");
        if (by_type != names_.end())
            throw std::invalid_argument(type + " is registered as \"" + by_type->second + "\"");
        by_name_.emplace(name, throws);
        names_.emplace(std::move(type), std::move(name));
    }
    std::string name(std::string type) const {
        std::shared_lock const lock{mutex_};
        auto const found = names_.find(type);
        return found == names_.end() ? std::move(type) : found->second;
    }
    thrower of(std::string_view name) const {
        std::shared_lock const lock{mutex_};
        auto const found = by_name_.find(name);
        return found == by_name_.end() ? nullptr : found->second;
    }

private:
    mutable std::shared_mutex mutex_; // guards all below
    std::map<std::string, thrower, std::less<>> by_name_;
    std::map<std::string, std::string, std::less<>> names_; // by the name C++ gives a type
};

table& all() {
    static table of_this_program;
    return of_this_program;
}

// std::throw_with_nested wraps what it throws; people know the type inside.
std::string inner_name(std::type_info const& type) {
    constexpr std::string_view wrapper = "std::_Nested_exception<";
    auto name = boost::core::demangle(type.name());
    if (name.starts_with(wrapper) && name.ends_with('>'))
        name = name.substr(wrapper.size(), name.size() - wrapper.size() - 1);
    return name;
}

} // namespace

void add(std::string name, std::type_info const& type, thrower throws) {
    if (name.empty())
        throw std::invalid_argument("an error needs a name");
    all().add(std::move(name), inner_name(type), throws);
}

std::string name_of(std::type_info const& type) {
    return all().name(inner_name(type));
}

void throw_registered(task_error const& failure) {
    if (auto const throws = all().of(failure.type()))
        throws(failure);
}

} // namespace peyk::error_detail
