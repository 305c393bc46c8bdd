#include "broker/storage/ballast.hpp"

namespace peyk::storage {

ballast::ballast(file_system& files, std::string path, std::uint64_t bytes)
    : files_(files), path_(std::move(path)), bytes_(bytes) {
    auto const known = files_.open(path_, open_mode::read);
    if (auto const size = known ? (*known)->size() : known.error(); size && *size == bytes_) {
        held_.store(bytes_, std::memory_order_relaxed);
    }
}

bool ballast::take() {
    if (bytes_ == 0 || held_bytes() == bytes_) {
        return true;
    }
    auto opened = files_.open(path_, open_mode::create);
    if (!opened) {
        return false;
    }
    if (!(*opened)->allocate(bytes_)) {
        opened->reset();
        static_cast<void>(files_.remove(path_));
        return false;
    }
    held_.store(bytes_, std::memory_order_relaxed);
    return true;
}

bool ballast::release() {
    if (held_bytes() == 0) {
        return false;
    }
    held_.store(0, std::memory_order_relaxed);
    return files_.remove(path_).has_value();
}

} // namespace peyk::storage
