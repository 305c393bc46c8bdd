// Lists of messages: by tags, by workers, and of what is with workers.

#include "tests/unit/core/control_desk.hpp"

namespace peyk::core {
namespace {

std::vector<std::string> listed(control_desk const& d, selector const& which) {
    std::vector<std::string> words;
    for (status const& each : d.broker.list(which, 0, 1'000).messages) {
        std::ostringstream word;
        word << each.id;
        words.push_back(word.str());
    }
    std::ranges::sort(words);
    return words;
}
using words = std::vector<std::string>;

void publish_tagged(control_desk& d, std::string_view word, std::vector<std::string_view> tags) {
    message m = message_named(word);
    m.task = "t";
    m.tags = tags;
    d.publish_one(m);
}

TEST(Tags, FindMessages) {
    control_desk d;
    publish_tagged(d, "a", {"tenant=42", "import"});
    publish_tagged(d, "b", {"tenant=43"});
    publish_tagged(d, "c", {});
    selector which;
    which.tag = "tenant=42";
    EXPECT_EQ(listed(d, which), words{"a"});
    which.tag = "tenant=*";
    EXPECT_EQ(listed(d, which), (words{"a", "b"}));
    which.tag = "tenant";
    EXPECT_EQ(listed(d, which), words{});
    EXPECT_EQ(d.state_of("a").tags, (words{"tenant=42", "import"}));
    d.expect_rebuilt();
}

TEST(Tags, StayWithAResultAndADeadLetter) {
    control_desk d;
    publish_tagged(d, "a", {"tenant=42"});
    publish_tagged(d, "b", {"tenant=42"});
    d.join_for("t", 2);
    d.settle({{1}, 1}, verdict::success{"r", "t"});
    d.settle({{1}, 2}, verdict::dead{});
    selector which;
    which.tag = "tenant=42";
    EXPECT_EQ(listed(d, which), (words{"a", "b"}));
    d.expect_rebuilt();
    auto const again = d.restarted();
    EXPECT_EQ(again->state_of("a").tags, words{"tenant=42"});
    EXPECT_EQ(again->state_of("b").tags, words{"tenant=42"});
}

TEST(Tags, StayAfterWhatWasEndedIsCleaned) {
    control_desk d;
    publish_tagged(d, "a", {"tenant=42"});
    d.join_for("t", 1);
    d.relocate({d.end}, 1u << 20); // From here on its options are of no record that is underway.
    d.settle({{1}, 1}, verdict::success{"r", "t"});
    EXPECT_EQ(d.state_of("a").tags, words{"tenant=42"});
    d.expect_rebuilt();
}

TEST(Tags, ChooseWhatIsSwept) {
    control_desk d;
    publish_tagged(d, "a", {"tenant=42"});
    publish_tagged(d, "b", {"tenant=43"});
    sweep_spec spec;
    spec.which.tag = "*42";
    d.apply(start_sweep{desk::publisher, {7}, spec});
    d.expect_rebuilt();
    d.advance(duration{0});
    EXPECT_EQ(d.state_of("a").state, visible_state::revoked);
    EXPECT_EQ(d.state_of("b").state, visible_state::pending);
}

TEST(Workers, AreFoundByWhatTheyHoldAndSettled) {
    control_desk d;
    for (auto const* const word : {"a", "b", "c"}) {
        d.publish_task(word);
    }
    d.join_for("t", 2);
    d.settle({{1}, 1}, verdict::success{"r", "t"});
    selector which;
    which.worker = "w*";
    EXPECT_EQ(listed(d, which), (words{"a", "b", "c"}));
    which.states = {message_state::succeeded};
    EXPECT_EQ(listed(d, which), words{"a"});
    which.worker = "w2";
    EXPECT_EQ(listed(d, which), words{});
}

TEST(Workers, OfThoseThatWaitThereAreNone) {
    control_desk d;
    d.publish_task("a");
    selector which;
    which.worker = "*";
    EXPECT_EQ(listed(d, which), words{});
}

TEST(Leased, AreListedWithoutALookAtAllOthers) {
    limits bounds;
    bounds.sweep_visits_max = 600; // The memory of leases comes in pieces of 256.
    control_desk d{bounds};
    d.join_for("t", 2);
    for (int i = 0; i < 3'000; ++i) {
        d.publish_task("m" + std::to_string(i), i % 1'000 == 999 ? "t" : "other");
    }
    selector which;
    which.states = {message_state::leased};
    message_page const page = d.broker.list(which, 0, 100);
    EXPECT_EQ(page.messages.size(), 2u);
    EXPECT_EQ(page.next, 0u) << "that was all, in one look";
    which.states = {message_state::leased, message_state::ready};
    EXPECT_NE(d.broker.list(which, 0, 10'000).next, 0u);
}

TEST(Leased, ComePageByPage) {
    control_desk d;
    d.join_for("t", 9);
    for (int i = 0; i < 9; ++i) {
        d.publish_task("m" + std::to_string(i));
    }
    selector which;
    which.states = {message_state::leased};
    std::size_t seen = 0;
    std::uint64_t from = 0;
    for (int pages = 0; pages < 10; ++pages) {
        message_page const page = d.broker.list(which, from, 2);
        seen += page.messages.size();
        EXPECT_LE(page.messages.size(), 2u);
        from = page.next;
        if (from == 0) {
            break;
        }
    }
    EXPECT_EQ(seen, 9u);
}

// A look at a thousandth of them finds the few, wherever they stand.
TEST(Few, AreListedWithoutALookAtAllOthers) {
    limits bounds;
    bounds.sweep_visits_max = 800;
    control_desk d{bounds};
    for (int i = 0; i < 6'000; ++i) {
        d.publish_task("m" + std::to_string(i), i == 3'000 ? "rare" : "other");
    }
    message later = message_named("later");
    later.eta = d.now.wall + duration{1'000};
    d.publish_one(later);
    auto const one_look = [&](selector const& which) {
        message_page const page = d.broker.list(which, 0, 100);
        EXPECT_EQ(page.next, 0u);
        return page.messages.size();
    };
    EXPECT_EQ(one_look({.states = {message_state::scheduled}}), 1u);
    EXPECT_EQ(one_look({.task = "rare"}), 1u);
    EXPECT_EQ(one_look({.states = {message_state::dead}}), 0u);
    EXPECT_EQ(one_look({.task = "unheard"}), 0u);
    EXPECT_EQ(one_look({.queue = "unheard"}), 0u);
    EXPECT_NE(d.broker.list({.task = "r*"}, 0, 100).next, 0u);
}

TEST(Few, AreFoundAfterTheyChanged) {
    limits bounds;
    bounds.sweep_visits_max = 600;
    control_desk d{bounds};
    for (int i = 0; i < 3'000; ++i) {
        d.publish_task("m" + std::to_string(i));
    }
    d.join_for("t", 1);
    d.settle({{1}, 1}, verdict::dead{});
    d.settle({{1}, 2}, verdict::success{"r", "t"});
    auto const count = [&](message_state state) {
        return d.broker.list({.states = {state}}, 0, 100).messages.size();
    };
    EXPECT_EQ(count(message_state::dead), 1u);
    EXPECT_EQ(count(message_state::succeeded), 1u);
    EXPECT_EQ(d.broker.list({.queue = "q.dead"}, 0, 100).messages.size(), 0u);
    EXPECT_EQ(d.restarted()->state_of("m0").state, visible_state::failure);
    EXPECT_EQ(d.restarted()->broker.list({.states = {message_state::dead}}, 0, 100).messages.size(),
              1u);
}

} // namespace
} // namespace peyk::core
