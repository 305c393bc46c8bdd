#pragma once
// What the torture test publishes, through one client, and what that client is told became of it.

#include <peyk/client.hpp>
#include <peyk/message.hpp>
#include <peyk/status.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace peyk::test {

inline constexpr char const* torture_queue = "torture";

struct published_task {
    std::uint64_t number = 0;
    bool poison = false;
    std::string result = {}; // as it was first told
    state ended_as = state::unknown;
};

class torture_load {
public:
    struct size {
        std::uint64_t tasks = 0;
        std::uint64_t poisons = 0; // among them
    };

    // Begins at once.
    torture_load(std::string const& url, size of);
    ~torture_load();
    torture_load(torture_load const&) = delete;
    torture_load& operator=(torture_load const&) = delete;

    // Returns when so many messages have ended. Throws what the publisher ended with, and
    // std::runtime_error when nothing at all ends for a minute.
    void await_ended(std::uint64_t count);
    // One task for each pool, in a queue that one worker reads; as await_ended().
    void publish_wave(std::string const& queue);

    // After all have ended.
    [[nodiscard]] std::map<message_id, published_task> published() const;

private:
    void run();
    void publish(std::vector<message> batch, std::uint64_t first);
    void ended(message_id id, error_code error, status const& what);
    [[nodiscard]] message make_message(std::uint64_t number) const;
    [[nodiscard]] bool is_poison(std::uint64_t number) const;
    void await_room();
    void fail(std::exception_ptr why);

    size size_;
    mutable std::mutex mutex_; // guards all up to the client
    std::condition_variable changed_;
    std::map<message_id, published_task> published_;
    std::uint64_t confirmed_ = 0;
    std::uint64_t ended_ = 0;
    bool is_leaving_ = false;
    std::exception_ptr failed_;
    client client_;
    std::thread thread_; // last: it uses all above
};

} // namespace peyk::test
