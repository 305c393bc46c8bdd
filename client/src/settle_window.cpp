#include "client/src/settle_window.hpp"

#include "client/src/wire_encode.hpp"

#include <iterator>
#include <utility>

namespace peyk {
namespace {

constexpr std::size_t frame_bytes_wanted = 256u << 10; // as for publishes: keep the broker busy
constexpr std::size_t frame_overhead_bytes = 64;       // around the settlements; generously

} // namespace

void settle_window::stage(std::string& out,
                          std::size_t bytes_max,
                          publish_limits const& limits,
                          std::uint64_t& next_request,
                          std::vector<settle_answer>& failed) {
    while (has_unsent() && out.size() < bytes_max) {
        items_.clear();
        std::vector<settle_op> cut;
        while (has_unsent() && cut.size() < limits.batch_max) {
            auto& next = waiting_.front();
            if (next.encoded.size() + frame_overhead_bytes > limits.frame_bytes_max) {
                failed.push_back({std::move(next), errc::result_too_large});
                waiting_.pop_front();
                continue;
            }
            if (!cut.empty() && items_.size() + next.encoded.size() > frame_bytes_wanted)
                break;
            items_.append(next.encoded);
            cut.push_back(std::move(next));
            waiting_.pop_front();
        }
        if (cut.empty())
            continue;
        append_settle_frame(out, next_request, items_);
        sent_.emplace_hint(sent_.end(), next_request++, std::move(cut));
    }
}

bool settle_window::answer(std::uint64_t request,
                           std::vector<refusal> const& refused,
                           std::vector<settle_answer>& out) {
    auto const found = sent_.find(request);
    if (found == sent_.end())
        return false;
    auto ops = std::move(found->second);
    sent_.erase(found);
    auto next_refusal = refused.begin(); // they come in the order of the frame
    for (std::size_t index = 0; index < ops.size(); ++index) {
        while (next_refusal != refused.end() && next_refusal->index < index)
            ++next_refusal;
        auto const is_refused = next_refusal != refused.end() && next_refusal->index == index;
        out.push_back({std::move(ops[index]), is_refused ? next_refusal->error : error_code{}});
    }
    return true;
}

bool settle_window::refuse(std::uint64_t request, error_code why, std::vector<settle_answer>& out) {
    auto const found = sent_.find(request);
    if (found == sent_.end())
        return false;
    for (auto& op : found->second)
        out.push_back({std::move(op), why});
    sent_.erase(found);
    return true;
}

void settle_window::fail_all(error_code why, std::vector<settle_answer>& out) {
    rewind();
    for (auto& op : waiting_)
        out.push_back({std::move(op), why, false});
    waiting_.clear();
}

void settle_window::rewind() {
    for (auto at = sent_.rbegin(); at != sent_.rend(); ++at)
        waiting_.insert(waiting_.begin(),
                        std::make_move_iterator(at->second.begin()),
                        std::make_move_iterator(at->second.end()));
    sent_.clear();
}

} // namespace peyk
