#pragma once
// Makes the files of coming segments ahead of use: space allocated and filled with zeros, because
// overwriting written blocks makes a sync a third cheaper than filling fresh ones. Never makes the
// log wait: when no spare is ready a fresh file is taken, which is only slower.

#include "broker/storage/file_system.hpp"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace peyk::storage {

struct spare_file {
    std::unique_ptr<file> opened;
    std::string path;
    std::uint64_t bytes = 0;
};

class segment_supply {
public:
    // `in_background`: a thread prepares the next one; otherwise every file is made when it is
    // asked for (tests, where each operation must have its place in the order).
    segment_supply(file_system& files,
                   std::string directory,
                   std::uint64_t segment_bytes,
                   bool in_background);
    ~segment_supply();

    // Starts to prepare a spare, if there is none.
    void prepare();

    // A file of at least `bytes` zeros, to be renamed by the caller.
    [[nodiscard]] boost::system::result<spare_file> take(std::uint64_t bytes);
    // The same, no larger than it must be: for a disk that has no room for a whole segment.
    [[nodiscard]] boost::system::result<spare_file> take_small(std::uint64_t bytes);

    // Of all files begun so far: what the disk may have less than when it was last asked.
    [[nodiscard]] std::uint64_t made_bytes() const { return made_bytes_; }

    // Whether a spare is ready: space that the disk cannot refuse any more.
    [[nodiscard]] bool ready() const;

private:
    void run();
    boost::system::result<spare_file> make(char const* name, std::uint64_t bytes, bool zeroed);
    bool stopping() const;

    file_system& files_;
    std::string const directory_;
    std::uint64_t const segment_bytes_;
    std::atomic<std::uint64_t> made_bytes_{0};

    mutable std::mutex mutex_; // guards all below
    std::condition_variable changed_;
    bool wanted_ = false;
    bool stop_ = false;
    spare_file spare_;
    std::thread thread_;
};

} // namespace peyk::storage
