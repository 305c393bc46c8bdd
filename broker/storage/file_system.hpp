#pragma once
// Everything the journal asks of the operating system, so that tests can put a file system under it
// that forgets, tears and refuses. Nothing here retries: a failed sync must stay failed.

#include <boost/system/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace peyk::storage {

// One open file. Reads may run in any thread beside one writer.
class file {
public:
    template <class T>
    using result = boost::system::result<T>;

    virtual ~file() = default;

    // Reads up to `size` bytes; fewer only where the file ends.
    virtual result<std::size_t> read(std::uint64_t offset, char* into, std::size_t size) = 0;
    // Writes the pieces one after the other, in one call of the system where it can.
    virtual result<void> write(std::uint64_t offset, std::span<std::string_view const> pieces) = 0;
    // Returns when what was written before is on the disk. After an error nobody knows what is.
    virtual result<void> sync() = 0;
    // Makes the file at least `size` long with disk space behind all of it; new bytes are zero.
    virtual result<void> allocate(std::uint64_t size) = 0;
    virtual result<void> resize(std::uint64_t size) = 0;
    virtual result<std::uint64_t> size() = 0;
};

enum class open_mode : std::uint8_t {
    read,
    write,  // exists, read and write
    create, // new and empty; what stood there is gone
};

enum class lock_mode : std::uint8_t { shared, exclusive };

// Held until destroyed.
class file_lock {
public:
    virtual ~file_lock() = default;
};

struct disk_space {
    std::uint64_t free = 0; // for this user
    std::uint64_t total = 0;
};

class file_system {
public:
    template <class T>
    using result = boost::system::result<T>;

    virtual ~file_system() = default;

    virtual result<std::unique_ptr<file>> open(std::string const& path, open_mode mode) = 0;
    // Never waits: errc::locked when another holds it.
    virtual result<std::unique_ptr<file_lock>> lock(std::string const& path, lock_mode mode) = 0;
    // Creates it and its parents; fine if it exists.
    virtual result<void> create_directory(std::string const& path) = 0;
    // Names, sorted; no `.` and `..`.
    virtual result<std::vector<std::string>> list(std::string const& directory) = 0;
    virtual result<void> rename(std::string const& from, std::string const& to) = 0;
    virtual result<void> remove(std::string const& path) = 0;
    // Returns when creations, renames and removals in it are on the disk.
    virtual result<void> sync_directory(std::string const& path) = 0;
    virtual result<disk_space> space(std::string const& directory) = 0;

    // A steady clock, for what is done now and then.
    virtual std::chrono::steady_clock::time_point now() { return std::chrono::steady_clock::now(); }
};

// Writes one piece.
[[nodiscard]] boost::system::result<void>
write_all(file& to, std::uint64_t offset, std::string_view bytes);

// Overwrites [from, to) with zeros.
[[nodiscard]] boost::system::result<void>
write_zeros(file& to, std::uint64_t from, std::uint64_t until);

// The whole of a small file; more than `bytes_max` is cut off.
[[nodiscard]] boost::system::result<std::string>
read_all(file_system& files, std::string const& path, std::size_t bytes_max);

} // namespace peyk::storage
