#include <peyk/message.hpp>
#include <peyk/task_registry.hpp>

#include <stdexcept>

namespace peyk {
namespace {

constexpr std::uint32_t batch_most = 10'000;

} // namespace

void task_registry::add_bound(registered_task what) {
    if (what.name.empty())
        throw std::invalid_argument("a task needs a name");
    auto const named = what.settings.args.size();
    if (named != 0 && named != what.parameters) {
        throw std::invalid_argument("task \"" + what.name + "\": " + std::to_string(named) +
                                    " parameter names for " + std::to_string(what.parameters) +
                                    " parameters");
    }
    if (what.is_batch() && (what.batch.max == 0 || what.batch.max > batch_most))
        throw std::invalid_argument("task \"" + what.name + "\": a batch has 1 to " +
                                    std::to_string(batch_most) + " messages");
    if (what.settings.slots == 0)
        throw std::invalid_argument("task \"" + what.name + "\": a run takes one slot at least");
    if (auto const why = mistake_in_limits(what.settings.soft_time_limit, what.settings.time_limit);
        !why.empty())
        throw std::invalid_argument("task \"" + what.name + "\": " + std::string{why});
    auto name = what.name;
    if (!tasks_.try_emplace(std::move(name), std::move(what)).second)
        throw std::invalid_argument("task \"" + name + "\" is registered twice");
}

registered_task const* task_registry::find(std::string_view name) const {
    auto const at = tasks_.find(name);
    return at == tasks_.end() ? nullptr : &at->second;
}

std::vector<std::string> task_registry::names() const {
    std::vector<std::string> all;
    all.reserve(tasks_.size());
    for (auto const& [name, task] : tasks_)
        all.push_back(name);
    return all;
}

} // namespace peyk
