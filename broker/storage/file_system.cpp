#include "broker/storage/file_system.hpp"

#include <algorithm>

namespace peyk::storage {

boost::system::result<void> write_all(file& to, std::uint64_t offset, std::string_view bytes) {
    return to.write(offset, std::span{&bytes, 1});
}

boost::system::result<void> write_zeros(file& to, std::uint64_t from, std::uint64_t until) {
    // 256 KiB: large enough for the disk's full speed, small enough for a thread's cache.
    static std::string const zeros(256u << 10, '\0');
    while (from < until) {
        auto const size = std::min<std::uint64_t>(zeros.size(), until - from);
        if (auto const written = write_all(to, from, {zeros.data(), size}); !written) {
            return written.error();
        }
        from += size;
    }
    return {};
}

boost::system::result<std::string>
read_all(file_system& files, std::string const& path, std::size_t bytes_max) {
    auto opened = files.open(path, open_mode::read);
    if (!opened) {
        return opened.error();
    }
    std::string bytes(bytes_max, '\0');
    auto const got = (*opened)->read(0, bytes.data(), bytes.size());
    if (!got) {
        return got.error();
    }
    bytes.resize(*got);
    return bytes;
}

} // namespace peyk::storage
