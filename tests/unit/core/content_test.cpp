#include "broker/core/content.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace peyk::core {
namespace {

std::string bytes_of(std::size_t size) {
    std::string made(size, ' ');
    for (std::size_t i = 0; i < size; ++i) {
        made[i] = static_cast<char>('a' + (size + i) % 26);
    }
    return made;
}

TEST(Content, KeepsItsBytesBesideOthers) {
    for (int round = 0; round < 3; ++round) { // Later ones have the memory of those before.
        std::vector<content_ptr> all;
        for (std::size_t size = 0; size < 1'500; ++size) {
            all.push_back(content::make(bytes_of(size)));
        }
        for (std::size_t size = 0; size < all.size(); size += 2) {
            all[size] = nullptr;
            all[size] = content::make(bytes_of(size));
        }
        for (std::size_t size = 0; size < all.size(); ++size) {
            EXPECT_EQ(all[size]->bytes(), bytes_of(size));
        }
    }
}

TEST(Content, OfManyMoreThanAreKeptEndsToo) {
    std::vector<content_ptr> all;
    for (int i = 0; i < 5'000; ++i) {
        all.push_back(content::make(bytes_of(100)));
    }
    all.clear();
    EXPECT_EQ(content::make(bytes_of(100))->bytes(), bytes_of(100));
}

TEST(Content, MayEndAfterTheThreadThatMadeIt) {
    content_ptr left;
    std::thread{[&left] {
        (void)content::make("ended");
        left = content::make("left");
    }}.join();
    EXPECT_EQ(left->bytes(), "left");
}

} // namespace
} // namespace peyk::core
