#include "client/src/publish_window.hpp"

#include "client/src/wire_encode.hpp"

#include <algorithm>
#include <utility>

namespace peyk {
namespace {

// Around the messages of a frame: header, request, tags, sequences; generously.
constexpr std::size_t frame_overhead_bytes = 64;
// A frame is cut at this size although the broker takes larger ones: the first messages are on
// their way to the disk while the next are still being copied.
constexpr std::size_t frame_bytes_wanted = 256u << 10;

} // namespace

void publish_window::stage(std::string& out,
                           std::size_t bytes_max,
                           publish_limits const& limits,
                           std::uint64_t& next_request,
                           std::vector<publish_answer>& failed) {
    while (has_unsent() && sent_ < limits.in_flight_max && out.size() < bytes_max) {
        auto& first = pending_[sent_];
        if (first.done) {
            skip(first);
        } else if (first.op.encoded.size() + frame_overhead_bytes > limits.frame_bytes_max) {
            skip(first);
            finish(first, {{}, errc::message_too_large, {}, "frame_bytes_max"}, failed);
            drop_done();
        } else if (stage_frame(out, limits, next_request)) {
            ++next_request;
        }
    }
}

// Numbers ascend among what has been sent, so what is not sent takes one too.
void publish_window::skip(entry& unsent) {
    if (unsent.sequence == 0)
        unsent.sequence = next_sequence_++;
    ++sent_;
}

// Cuts one frame from the unsent messages: consecutive numbers only.
bool publish_window::stage_frame(std::string& out,
                                 publish_limits const& limits,
                                 std::uint64_t request) {
    auto const bytes_max =
        std::min(limits.frame_bytes_max - frame_overhead_bytes, frame_bytes_wanted);
    frame cut;
    items_.clear();
    while (has_unsent() && cut.count < limits.batch_max && sent_ < limits.in_flight_max) {
        auto& next = pending_[sent_];
        if (next.done)
            break;
        if (next.sequence == 0)
            next.sequence = next_sequence_++;
        if (cut.count == 0)
            cut.first_sequence = next.sequence;
        auto const fits = items_.size() + next.op.encoded.size() <= bytes_max;
        if (next.sequence != cut.first_sequence + cut.count || (cut.count > 0 && !fits))
            break;
        items_.append(next.op.encoded);
        ++cut.count;
        ++sent_;
    }
    if (cut.count == 0)
        return false;
    frames_.emplace(request, cut);
    append_publish_frame(out, {request, cut.first_sequence, pending_.front().sequence}, items_);
    return true;
}

bool publish_window::answer(std::uint64_t request,
                            std::vector<refusal> const& refused,
                            std::vector<publish_answer>& out) {
    auto const found = frames_.find(request);
    if (found == frames_.end())
        return false;
    auto const cut = found->second;
    frames_.erase(found);
    auto const end = cut.first_sequence + cut.count;
    auto next_refusal = refused.begin(); // they come in the order of the frame
    for (auto at = find(cut.first_sequence);
         at != pending_.end() && at->sequence != 0 && at->sequence < end;
         ++at) {
        auto const index = at->sequence - cut.first_sequence;
        while (next_refusal != refused.end() && next_refusal->index < index)
            ++next_refusal;
        publish_answer answer;
        auto const refuses = next_refusal != refused.end() && next_refusal->index == index;
        if (refuses && !(at->repeated && next_refusal->error == errc::duplicate_message))
            answer = {{},
                      next_refusal->error,
                      next_refusal->detail,
                      next_refusal->limit,
                      true,
                      next_refusal->existing};
        finish(*at, std::move(answer), out);
    }
    drop_done();
    return true;
}

bool publish_window::refuse(std::uint64_t request,
                            refusal const& why,
                            std::vector<publish_answer>& out) {
    auto const found = frames_.find(request);
    if (found == frames_.end())
        return false;
    std::vector<refusal> all(found->second.count, why);
    for (std::uint32_t i = 0; i < all.size(); ++i)
        all[i].index = i;
    return answer(request, all, out);
}

void publish_window::expire(steady_time now, error_code why, std::vector<publish_answer>& out) {
    for (auto& each : pending_) {
        if (each.op.deadline > now)
            break;
        finish(each, {{}, why, {}, {}, false}, out);
    }
    drop_done();
}

void publish_window::fail_all(error_code why, std::vector<publish_answer>& out) {
    for (auto& each : pending_)
        finish(each, {{}, why, {}, {}, false}, out);
    drop_done();
    frames_.clear();
}

void publish_window::rewind() {
    for (std::size_t i = 0; i < sent_; ++i)
        pending_[i].repeated = true;
    sent_ = 0;
    frames_.clear();
}

void publish_window::finish(entry& done, publish_answer answer, std::vector<publish_answer>& out) {
    if (std::exchange(done.done, true))
        return;
    answer.op = std::move(done.op);
    done.op.deadline = answer.op.deadline; // still read by expire()
    out.push_back(std::move(answer));
}

void publish_window::drop_done() {
    while (!pending_.empty() && pending_.front().done) {
        pending_.pop_front();
        if (sent_ > 0)
            --sent_;
    }
}

std::deque<publish_window::entry>::iterator publish_window::find(std::uint64_t sequence) {
    auto const sent_end = pending_.begin() + static_cast<std::ptrdiff_t>(sent_);
    return std::lower_bound(
        pending_.begin(), sent_end, sequence, [](entry const& each, std::uint64_t wanted) {
            return each.sequence < wanted;
        });
}

} // namespace peyk
