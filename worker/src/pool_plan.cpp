#include "worker/src/pool_plan.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace peyk::worker_detail {
namespace {

bool has(std::span<pool_share const> pools, pool_kind kind) {
    return std::ranges::find(pools, kind, &pool_share::pool) != pools.end();
}

} // namespace

pool_kind pool_of(registered_task const& task, std::span<pool_share const> pools) {
    if (auto const own = task.settings.pool; own && has(pools, *own))
        return *own;
    if (task.is_coroutine() && has(pools, pool_kind::async))
        return pool_kind::async;
    auto const first = std::ranges::find_if(
        pools, [](pool_share const& each) { return each.pool != pool_kind::async; });
    return first != pools.end() ? first->pool : pool_kind::async;
}

std::vector<pool_kind> pools_without_tasks(task_registry const& registry,
                                           worker_options const& options) {
    auto const pools = effective_pools(options);
    std::vector<pool_kind> unused;
    for (auto const& each : pools)
        if (pools.size() > 1 && std::ranges::none_of(registry.tasks(), [&](auto const& task) {
                return !task.second.is_batch() && pool_of(task.second, pools) == each.pool;
            }))
            unused.push_back(each.pool);
    return unused;
}

std::vector<planned_pool> plan_pools(task_registry const& registry, worker_options const& options) {
    auto const pools = effective_pools(options);
    std::vector<planned_pool> plan;
    plan.reserve(pools.size());
    for (auto const& each : pools)
        plan.push_back({each, {}, nullptr});
    std::vector<planned_pool> batches;
    for (auto const& [name, task] : registry.tasks()) {
        if (task.is_batch()) {
            batches.push_back({{pool_kind::threads, 1}, {name}, &task});
            continue;
        }
        auto const kind = pool_of(task, pools);
        std::ranges::find(plan, kind, [](planned_pool const& each) {
            return each.share.pool;
        })->tasks.push_back(name);
    }
    auto const first = plan.front();
    std::erase_if(plan, [](planned_pool const& each) { return each.tasks.empty(); });
    if (plan.empty() && batches.empty())
        plan.push_back(first);
    std::ranges::stable_partition(
        plan, [](planned_pool const& each) { return each.share.pool == pool_kind::solo; });
    std::ranges::move(batches, std::back_inserter(plan));
    return plan;
}

std::string planned_pool::name() const {
    return batch != nullptr ? "batch " + batch->name : std::string{to_string(share.pool)};
}

} // namespace peyk::worker_detail
