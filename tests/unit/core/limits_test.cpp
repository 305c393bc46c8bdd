#include "broker/core/message_entry.hpp"
#include "tests/unit/core/desk.hpp"

#include <gtest/gtest.h>

namespace peyk::core {
namespace {

constexpr session_id worker{2, 1};

errc refusal_of(desk& d, message const& m) {
    d.publish_one(m);
    auto const& refused = d.effect<effect::published>().refused;
    return refused.empty() ? errc::ok : refused[0].code;
}

errc refusal_of_request(desk const& d) {
    return d.effect<effect::refused>().code;
}

TEST(Limits, RefuseMessages) {
    limits bounds;
    bounds.content_bytes_max = 10;
    bounds.queues_max = 2;
    desk d{bounds};
    EXPECT_EQ(refusal_of(d, message_named("m1")), errc::ok);
    EXPECT_EQ(refusal_of(d, message_named("m1")), errc::duplicate_message);
    EXPECT_EQ(refusal_of(d, message_named("m2", "a b")), errc::invalid_queue_name);
    EXPECT_EQ(refusal_of(d, message_named("m2", std::string(201, 'q'))), errc::invalid_queue_name);
    EXPECT_EQ(refusal_of(d, message{}), errc::invalid_argument);
    message m = message_named("m2", "");
    m.content = "12345678901";
    EXPECT_EQ(refusal_of(d, m), errc::message_too_large);
    m.content = "1234567890";
    EXPECT_EQ(refusal_of(d, m), errc::ok);
    EXPECT_EQ(d.broker.queue("default")->ready, 1u);
    EXPECT_EQ(refusal_of(d, message_named("m3", "third")), errc::too_many_queues);
    m = message_named("m4");
    m.expires = d.now.wall;
    EXPECT_EQ(refusal_of(d, m), errc::expired);
    std::string const long_name(201, 't');
    m.expires = unset;
    m.task = long_name;
    EXPECT_EQ(refusal_of(d, m), errc::invalid_argument);
}

TEST(Limits, NameTheFieldThatMeansNothing) {
    desk d;
    std::string const longer(201, 'n');
    auto const said = [&](any_command const& command) {
        d.apply(command);
        auto const& no = d.effect<effect::refused>();
        EXPECT_EQ(no.code, errc::invalid_argument);
        return no.detail;
    };
    session_id const by = d.publisher;
    EXPECT_EQ(said(set_limit{by, {1}, {.task = longer}, {}}),
              "names.task: at most 200 bytes by name_bytes_max");
    EXPECT_EQ(said(set_limit{by, {1}, {.task = "t"}, {.burst = 3}}), "burst: needs a rate");
    EXPECT_EQ(said(set_share{by, {1}, "", 5}), "key: 1 to 200 bytes by key_bytes_max");
    EXPECT_EQ(said(set_share{by, {1}, "k", 1'001}), "weight: 1 to 1000");
    EXPECT_EQ(said(set_hold{by, {1}, hold_scope::task, longer, never, ""}),
              "name: 1 to 200 bytes by name_bytes_max");
    EXPECT_EQ(said(set_hold{by, {1}, hold_scope::task, "t", d.now.wall, ""}),
              "until_ms: not in the future");
    EXPECT_EQ(said(set_policy{by, {1}, "q", 0, {.lease_ms = 0}}), "lease_ms: 1 at least");
    EXPECT_EQ(said(set_policy{by, {1}, "a b", 0, {}}),
              "pattern: 1 to 200 bytes by name_bytes_max, of letters, digits and . _ - : / *");
    EXPECT_EQ(said(start_sweep{by, {1}, {.which = {.tag = longer}}}),
              "which.tag: at most 200 bytes by name_bytes_max");
    EXPECT_EQ(said(subscribe{by, {1}, {1}, 1, {}}), "queues: at least one must be given");
    message m = message_named("m");
    m.task = longer;
    d.publish_one(m);
    EXPECT_EQ(d.effect<effect::published>().refused.at(0).detail,
              "task: at most 200 bytes by name_bytes_max");
}

TEST(Limits, CutTextBetweenLetters) {
    std::string_view const text = "a\u00e9\u20ac"; // 1, 2 and 3 bytes
    for (std::size_t const whole : {0u, 1u, 3u, 6u, 100u}) {
        EXPECT_EQ(prefix(text, whole), text.substr(0, whole));
    }
    EXPECT_EQ(prefix(text, 2), "a");
    EXPECT_EQ(prefix(text, 5), "a\u00e9");
    error_texts const kept = cut({"\u20ac", "\u20ac", "\u20ac"}, 5);
    EXPECT_EQ(kept.type + kept.text + kept.trace, "\u20ac");
}

TEST(Limits, BoundOneAdvance) {
    limits bounds;
    bounds.advance_max = 2;
    desk d{bounds};
    for (char const* name : {"m1", "m2", "m3"}) {
        message m = message_named(name);
        m.eta = d.now.wall + duration{5};
        d.publish_one(m);
    }
    d.advance(duration{5});
    EXPECT_EQ(d.broker.queue("q")->ready, 2u);
    EXPECT_LE(d.broker.next_deadline().wall, d.now.wall);
    d.advance(duration{0});
    EXPECT_EQ(d.broker.queue("q")->ready, 3u);
}

TEST(Limits, RefuseNamesAndMemory) {
    limits bounds;
    bounds.names_max = 2;
    desk d{bounds};
    message m = message_named("m1");
    m.task = "t";
    EXPECT_EQ(refusal_of(d, m), errc::ok);
    m = message_named("m2");
    m.task = "u";
    EXPECT_EQ(refusal_of(d, m), errc::too_many_names);

    bounds = {};
    bounds.memory_bytes_max = 100'000;
    desk small{bounds};
    std::string const body(40'000, 'x');
    m = message_named("m1");
    m.content = body;
    EXPECT_EQ(refusal_of(small, m), errc::ok);
    m.id = id_of<message_id>("m2");
    EXPECT_EQ(refusal_of(small, m), errc::ok);
    m.id = id_of<message_id>("m3");
    EXPECT_EQ(refusal_of(small, m), errc::memory_full);
    small.join(worker, 1, {"q"});
    small.settle_one(worker, small.said.deliveries.at(0).token, verdict::success{});
    EXPECT_EQ(refusal_of(small, m), errc::ok);
}

TEST(Limits, RefuseConsumers) {
    limits bounds;
    bounds.consumers_per_session_max = 2;
    bounds.queues_per_consumer_max = 2;
    desk d{bounds};
    d.join(worker, 1, {"q"});
    std::string_view const queues[] = {"q", "r", "s"};
    auto const ask = [&](std::uint32_t id, std::uint32_t credit, std::size_t queue_count) {
        d.apply(subscribe{worker, {1}, {id}, credit, std::span{queues}.first(queue_count), {}});
    };
    ask(1, 1, 1);
    EXPECT_EQ(refusal_of_request(d), errc::duplicate_consumer);
    ask(2, bounds.credit_max + 1, 1);
    EXPECT_EQ(refusal_of_request(d), errc::credit_too_large);
    ask(2, 1, 0);
    EXPECT_EQ(refusal_of_request(d), errc::invalid_argument);
    ask(2, 1, 3);
    EXPECT_EQ(refusal_of_request(d), errc::too_many_queues);
    ask(2, 1, 2);
    ask(3, 1, 1);
    EXPECT_EQ(refusal_of_request(d), errc::too_many_consumers);
    d.apply(set_credit{worker, {1}, {9}, 1});
    EXPECT_EQ(refusal_of_request(d), errc::unknown_consumer);
    d.apply(unsubscribe{worker, {1}, {9}});
    EXPECT_EQ(refusal_of_request(d), errc::unknown_consumer);
}

TEST(Limits, RefuseBatchesAndWatches) {
    limits bounds;
    bounds.batch_max = 2;
    bounds.watches_per_session_max = 3;
    desk d{bounds};
    std::vector<message> batch{message_named("m1"), message_named("m2"), message_named("m3")};
    d.apply(publish{desk::publisher, {1}, {}, {}, batch});
    EXPECT_EQ(refusal_of_request(d), errc::batch_too_large);
    batch.pop_back();
    d.apply(publish{desk::publisher, {1}, {}, {}, batch});
    message_id const ids[] = {batch[0].id, batch[1].id};
    d.apply(watch{desk::publisher, {7}, ids});
    d.apply(watch{desk::publisher, {8}, ids});
    EXPECT_EQ(refusal_of_request(d), errc::too_many_watches);
    d.apply(watch{desk::publisher, {7}, {ids, 1}});
    EXPECT_EQ(refusal_of_request(d), errc::invalid_argument);
    d.apply(unwatch{desk::publisher, {7}});
    d.apply(watch{desk::publisher, {8}, ids});
    EXPECT_EQ(d.said.effects.size(), 2u);
}

TEST(Limits, KeepALeaseWhoseResultIsTooLarge) {
    limits bounds;
    bounds.result_bytes_max = 3;
    desk d{bounds};
    message m = message_named("m1");
    m.task = "t";
    d.publish_one(m);
    d.join(worker, 1, {"q"});
    d.settle_one(worker, {{1}, 1}, verdict::success{"1234", {}});
    EXPECT_EQ(d.effect<effect::settled>().refused.at(0).code, errc::result_too_large);
    d.settle_one(worker, {{1}, 1}, verdict::success{"123", {}});
    EXPECT_TRUE(d.effect<effect::settled>().refused.empty());
    EXPECT_EQ(d.broker.status(m.id).result->bytes(), "123");
}

TEST(Limits, CutErrorsAndNeverRefuseThem) {
    limits bounds;
    bounds.error_bytes_max = 10;
    desk d{bounds};
    d.publish_one(message_named("m1"));
    d.join(worker, 1, {"q"});
    d.settle_one(worker, {{1}, 1}, verdict::failure{{"type", "long text", "trace"}});
    status const seen = d.broker.status(id_of<message_id>("m1"));
    EXPECT_EQ(seen.detail, visible_detail::dead);
    EXPECT_EQ(seen.error_type + seen.error_text + seen.error_trace, "typelong t");
}

} // namespace
} // namespace peyk::core
