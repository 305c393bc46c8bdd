#include "broker/storage/posix_file_system.hpp"

#include "broker/storage/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

namespace peyk::storage {

namespace {

boost::system::error_code last_error() {
    return {errno, boost::system::system_category()};
}

// Closes what it holds.
class descriptor {
public:
    explicit descriptor(int fd) : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&&) = delete;
    ~descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

class posix_lock final : public file_lock {
public:
    explicit posix_lock(descriptor fd) : fd_(std::move(fd)) {}

private:
    descriptor fd_; // closing gives the lock back
};

class posix_file final : public file {
public:
    explicit posix_file(descriptor fd) : fd_(std::move(fd)) {}

    result<std::size_t> read(std::uint64_t offset, char* into, std::size_t size) override {
        std::size_t done = 0;
        while (done < size) {
            auto const got =
                ::pread(fd_.get(), into + done, size - done, static_cast<off_t>(offset + done));
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got < 0) {
                return last_error();
            }
            if (got == 0) {
                break;
            }
            done += static_cast<std::size_t>(got);
        }
        return done;
    }

    result<void> write(std::uint64_t offset, std::span<std::string_view const> pieces) override {
        std::array<iovec, 8> parts{};
        std::size_t count = 0;
        for (auto const piece : pieces) {
            if (piece.empty()) {
                continue;
            }
            if (count == parts.size()) {
                return boost::system::error_code{EINVAL, boost::system::system_category()};
            }
            parts[count++] = {const_cast<char*>(piece.data()), piece.size()};
        }
        return write_parts(offset, std::span{parts.data(), count});
    }

    result<void> sync() override {
        return ::fdatasync(fd_.get()) == 0 ? result<void>{} : result<void>{last_error()};
    }

    result<void> allocate(std::uint64_t size) override {
        if (::fallocate(fd_.get(), 0, 0, static_cast<off_t>(size)) == 0) {
            return {};
        }
        if (errno != EOPNOTSUPP) {
            return last_error();
        }
        // A file system without preallocation: real zeros are the only way to own the space.
        auto const now = this->size();
        return now ? write_zeros(*this, *now, size) : result<void>{now.error()};
    }

    result<void> resize(std::uint64_t size) override {
        return ::ftruncate(fd_.get(), static_cast<off_t>(size)) == 0 ? result<void>{}
                                                                     : result<void>{last_error()};
    }

    result<std::uint64_t> size() override {
        struct stat about {};
        if (::fstat(fd_.get(), &about) != 0) {
            return last_error();
        }
        return static_cast<std::uint64_t>(about.st_size);
    }

private:
    // Goes on after a short write; `parts` is used up.
    result<void> write_parts(std::uint64_t offset, std::span<iovec> parts) {
        while (!parts.empty()) {
            auto const wrote = ::pwritev(fd_.get(),
                                         parts.data(),
                                         static_cast<int>(parts.size()),
                                         static_cast<off_t>(offset));
            if (wrote < 0 && errno == EINTR) {
                continue;
            }
            if (wrote < 0) {
                return last_error();
            }
            auto left = static_cast<std::size_t>(wrote);
            offset += left;
            while (!parts.empty() && left >= parts.front().iov_len) {
                left -= parts.front().iov_len;
                parts = parts.subspan(1);
            }
            if (!parts.empty()) {
                parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + left;
                parts.front().iov_len -= left;
            }
        }
        return {};
    }

    descriptor fd_;
};

int flags_of(open_mode mode) {
    switch (mode) {
    case open_mode::read:
        return O_RDONLY | O_CLOEXEC;
    case open_mode::write:
        return O_RDWR | O_CLOEXEC;
    case open_mode::create:
        return O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC;
    }
    return O_RDONLY | O_CLOEXEC;
}

// 0640: messages are nobody else's business.
constexpr mode_t file_permissions = 0640;

} // namespace

auto posix_file_system::open(std::string const& path, open_mode mode)
    -> result<std::unique_ptr<file>> {
    descriptor fd{::open(path.c_str(), flags_of(mode), file_permissions)};
    if (!fd) {
        return last_error();
    }
    return std::make_unique<posix_file>(std::move(fd));
}

auto posix_file_system::lock(std::string const& path, lock_mode mode)
    -> result<std::unique_ptr<file_lock>> {
    descriptor fd{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, file_permissions)};
    if (!fd) {
        return last_error();
    }
    int const kind = mode == lock_mode::shared ? LOCK_SH : LOCK_EX;
    if (::flock(fd.get(), kind | LOCK_NB) != 0) {
        return errno == EWOULDBLOCK ? make_error_code(errc::locked) : last_error();
    }
    return std::make_unique<posix_lock>(std::move(fd));
}

auto posix_file_system::create_directory(std::string const& path) -> result<void> {
    std::error_code failed;
    std::filesystem::create_directories(path, failed);
    return failed ? result<void>{boost::system::error_code{failed}} : result<void>{};
}

auto posix_file_system::list(std::string const& directory) -> result<std::vector<std::string>> {
    std::error_code failed;
    std::vector<std::string> names;
    std::filesystem::directory_iterator at{directory, failed};
    for (; !failed && at != std::filesystem::directory_iterator{}; at.increment(failed)) {
        names.push_back(at->path().filename().string());
    }
    if (failed) {
        return boost::system::error_code{failed};
    }
    std::sort(names.begin(), names.end());
    return names;
}

auto posix_file_system::rename(std::string const& from, std::string const& to) -> result<void> {
    return ::rename(from.c_str(), to.c_str()) == 0 ? result<void>{} : result<void>{last_error()};
}

auto posix_file_system::remove(std::string const& path) -> result<void> {
    return ::unlink(path.c_str()) == 0 ? result<void>{} : result<void>{last_error()};
}

auto posix_file_system::sync_directory(std::string const& path) -> result<void> {
    descriptor const fd{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!fd || ::fsync(fd.get()) != 0) {
        return last_error();
    }
    return {};
}

auto posix_file_system::space(std::string const& directory) -> result<disk_space> {
    struct statvfs about {};
    if (::statvfs(directory.c_str(), &about) != 0) {
        return last_error();
    }
    return disk_space{about.f_bavail * about.f_frsize, about.f_blocks * about.f_frsize};
}

} // namespace peyk::storage
