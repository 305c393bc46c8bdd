#pragma once
// Numbers as little-endian bytes. Every machine this runs on is little-endian; checked below.

#include <bit>
#include <cstring>

namespace peyk::storage {

static_assert(std::endian::native == std::endian::little);

template <class T>
void store(char* at, T value) {
    std::memcpy(at, &value, sizeof value);
}

template <class T>
[[nodiscard]] T load(char const* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

} // namespace peyk::storage
