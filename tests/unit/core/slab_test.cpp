#include "broker/core/slab.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace peyk::core {
namespace {

TEST(Slab, KnowsWhichPlacesAreTaken) {
    slab<std::string> memory;
    EXPECT_EQ(memory.places(), 0u);
    std::set<std::string*> made;
    for (int i = 0; i < 300; ++i) {
        made.insert(memory.make("text"));
    }
    for (int i = 0; i < 100; ++i) {
        std::string* const ended = *made.begin();
        made.erase(made.begin());
        memory.end(ended);
    }
    std::set<std::string*> seen;
    for (std::size_t place = 0; place < memory.places(); ++place) {
        if (std::string* const there = memory.at(place)) {
            seen.insert(there);
        }
    }
    EXPECT_EQ(seen, made);
    for (std::string* const one : made) {
        EXPECT_EQ(memory.at(memory.place_of(*one)), one);
        memory.end(one);
    }
}

} // namespace
} // namespace peyk::core
