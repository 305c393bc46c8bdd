#include "tests/system/run_log.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <limits>
#include <stdexcept>
#include <string>

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace peyk::test {
namespace {

// Hours of load; memory is taken as it is written.
constexpr std::size_t events_max = 16'000'000;
constexpr std::chrono::seconds stuck_after{60};

// Between processes, which std::atomic does not offer. A process that is killed here holds nothing
// that others wait for, unlike one with a mutex.
using shared_word = std::atomic<std::uint32_t>;

void wake_all(shared_word& word) {
    ::syscall(SYS_futex, &word, FUTEX_WAKE, std::numeric_limits<int>::max(), nullptr, nullptr, 0);
}

// Returns when somebody wakes it, when the word is not `seen`, after a while, or by chance.
void await_wake(shared_word& word, std::uint32_t seen, std::chrono::nanoseconds most) {
    auto const s = std::chrono::duration_cast<std::chrono::seconds>(most);
    timespec const patience{.tv_sec = s.count(), .tv_nsec = (most - s).count()};
    ::syscall(SYS_futex, &word, FUTEX_WAIT, seen, &patience, nullptr, 0);
}

} // namespace

struct run_log::shared {
    struct slot {
        std::atomic<bool> is_written;
        run_event what;
    };
    std::atomic<std::uint64_t> next;
    std::atomic<std::uint64_t> successes;
    shared_word success_told; // changes behind each success
    std::array<slot, events_max> slots;
};

run_log::run_log() : file_(::memfd_create("peyk-run-log", MFD_CLOEXEC)) {
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
    if (file_ < 0 || ::ftruncate(file_, sizeof(shared)) != 0)
        throw std::runtime_error{"cannot make shared memory"};
    map();
}

run_log::run_log(int file) : file_(file) {
    map();
}

run_log::~run_log() {
    ::munmap(shared_, sizeof(shared));
    ::close(file_);
}

void run_log::map() {
    auto* const at = ::mmap(nullptr, sizeof(shared), PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (at == MAP_FAILED)
        throw std::runtime_error{"cannot map shared memory"};
    shared_ = static_cast<shared*>(at); // zeros are a valid beginning
}

std::uint64_t run_log::add(run_event what) {
    auto const at = shared_->next.fetch_add(1);
    if (at >= events_max)
        throw std::length_error{"the log of runs is full"};
    if (what.kind == run_event_kind::begin)
        what.run = at;
    shared_->slots[at].what = what;
    shared_->slots[at].is_written.store(true, std::memory_order_release);
    if (what.kind == run_event_kind::success) {
        ++shared_->successes;
        ++shared_->success_told;
        wake_all(shared_->success_told);
    }
    return what.run;
}

std::uint64_t run_log::successes() const {
    return shared_->successes;
}

void run_log::await_successes(std::uint64_t count) const {
    auto const end = std::chrono::steady_clock::now() + stuck_after;
    for (;;) {
        auto const seen = shared_->success_told.load();
        if (successes() >= count)
            return;
        auto const left = end - std::chrono::steady_clock::now();
        if (left <= left.zero())
            throw std::runtime_error{
                "nothing gets through any more: " + std::to_string(successes()) +
                " runs succeeded, " + std::to_string(count) + " were waited for"};
        await_wake(shared_->success_told, seen, left);
    }
}

void run_log::for_each(std::function<void(run_event const&)> const& call) const {
    auto const end = std::min<std::uint64_t>(shared_->next, events_max);
    for (std::uint64_t at = 0; at < end; ++at) {
        auto const& slot = shared_->slots[at];
        if (slot.is_written.load(std::memory_order_acquire))
            call(slot.what);
    }
}

} // namespace peyk::test
