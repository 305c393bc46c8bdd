// The naive replay itself: which facts about one unique key it takes, and which it must not.

#include "tests/simulation/model.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace peyk::simulation {
namespace {

using namespace core;

class OneKey : public testing::Test {
protected:
    void published(std::uint64_t number, bool blocked = false) {
        auto meant = std::make_shared<draft>();
        meant->fields.id = {0, number};
        meant->queue = "q";
        meant->unique.key = "k";
        meant->unique.conflict = on_conflict::keep_last;
        drafts_[meant->fields.id] = meant;
        record::published fact;
        fact.number = {number};
        fact.message = meant->message();
        fact.at = now_;
        fact.blocked = blocked;
        model_.apply(fact);
    }
    void died(std::uint64_t number) {
        record::finished fact;
        fact.number = {number};
        fact.id = {0, number};
        fact.queue = "q";
        fact.outcome.state = message_state::dead;
        model_.apply(fact);
    }
    void redriven(std::uint64_t number, bool keyless) {
        model_.apply(record::redriven{{number}, "q", false, now_, keyless});
    }
    void forgotten(std::uint64_t number) { model_.apply(record::forgotten{{number}}); }
    [[nodiscard]] bool taken() const { return model_.taken("k", now_) != nullptr; }

private:
    wall_time const now_{duration{1'000}};
    draft_map drafts_;
    model model_{drafts_};
};

TEST_F(OneKey, IsNotHadByTwo) {
    published(1);
    EXPECT_THROW(published(2), violation);
}

TEST_F(OneKey, ComesBackWithARedrive) {
    published(1);
    died(1);
    EXPECT_FALSE(taken());
    redriven(1, false);
    EXPECT_TRUE(taken());
    EXPECT_THROW(published(2), violation);
}

TEST_F(OneKey, IsNotTakenAwayByARedrive) {
    published(1);
    died(1);
    published(2);
    EXPECT_THROW(redriven(1, false), violation);
}

TEST_F(OneKey, LostInARedriveIsLostForGood) {
    published(1);
    died(1);
    published(2);
    redriven(1, true);
    died(1);
    redriven(1, false); // Nothing to lose any more.
    forgotten(1);
    EXPECT_TRUE(taken());
}

TEST_F(OneKey, IsFreeWhenWhoWaitsForItGoesTogetherWithWhoHasIt) {
    published(1);
    published(2, true);
    forgotten(1);
    forgotten(2);
    EXPECT_FALSE(taken());
}

} // namespace
} // namespace peyk::simulation
