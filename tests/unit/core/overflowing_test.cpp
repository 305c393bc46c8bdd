#include "tests/unit/core/queue_desk.hpp"

namespace peyk::core {
namespace {

queue_settings full_at(std::uint64_t length, overflow then) {
    queue_settings s;
    s.max_length = length;
    s.overflow = then;
    return s;
}

message task(std::string_view word, std::string_view content = {}) {
    message m = message_named(word);
    m.task = "t";
    m.content = content;
    return m;
}

TEST(Overflowing, CountsWhatIsNotFinal) {
    queue_desk d;
    d.set("q", full_at(2, overflow::reject));
    message later = task("m1");
    later.eta = d.now.wall + duration{100};
    d.publish_one(later);
    d.join(queue_desk::worker, 1, {"q"});
    d.publish_one(task("m2"));
    delivery_token const token = d.said.deliveries.at(0).token;
    EXPECT_EQ(d.publish_code(task("m3")), errc::queue_full);
    d.settle_one(queue_desk::worker, token, verdict::dead{});
    EXPECT_EQ(d.publish_code(task("m3")), errc::ok);
    d.expect_rebuilt();
}

TEST(Overflowing, CountsBodiesToo) {
    queue_desk d;
    queue_settings s;
    s.max_bytes = 10;
    d.set("q", s);
    EXPECT_EQ(d.publish_code(task("m1", "123456")), errc::ok);
    refusal const no = d.publish_refused(task("m2", "12345"));
    EXPECT_EQ(no.code, errc::queue_full);
    EXPECT_EQ(no.detail, "queue q: max_bytes 10");
    EXPECT_EQ(d.publish_code(task("m2", "1234")), errc::ok);
    EXPECT_EQ(d.broker.queue("q")->bytes, 10u);
    EXPECT_EQ(d.restarted()->broker.queue("q")->bytes, 10u);
    EXPECT_EQ(d.restarted()->publish_code(task("m3", "1")), errc::queue_full);
}

TEST(Overflowing, SaysOfWhatNeverFitsThatItIsTooLarge) {
    for (overflow const then : {overflow::reject, overflow::drop_oldest}) {
        queue_desk d;
        queue_settings s;
        s.max_bytes = 10;
        s.overflow = then;
        d.set("q", s);
        refusal const no = d.publish_refused(task("m", "12345678901"));
        EXPECT_EQ(no.code, errc::message_too_large);
        EXPECT_EQ(no.detail, "queue q: max_bytes 10, and the content alone has 11 bytes");
    }
}

TEST(Overflowing, DropsWhatWouldBeDeliveredNext) {
    queue_desk d;
    d.set("q", full_at(2, overflow::drop_oldest));
    message urgent = task("m1");
    urgent.priority = 9;
    d.publish_one(task("m2"));
    d.publish_one(urgent);
    EXPECT_EQ(d.publish_code(task("m3")), errc::ok);
    EXPECT_EQ(d.state_of("m1").state, visible_state::revoked);
    EXPECT_EQ(d.state_of("m1").error_type, "dropped");
    EXPECT_EQ(d.state_of("m1").error_text, "queue q: max_length 2");
    EXPECT_EQ(d.publish_code(task("m4")), errc::ok);
    EXPECT_EQ(d.state_of("m2").error_type, "dropped");
    EXPECT_EQ(d.broker.queue("q")->ready, 2u);
    d.expect_rebuilt();
}

TEST(Overflowing, BuriesWhatWouldBeDeliveredNext) {
    queue_desk d;
    d.set("q", full_at(1, overflow::dead_letter));
    d.publish_one(task("m1"));
    EXPECT_EQ(d.publish_code(task("m2")), errc::ok);
    EXPECT_EQ(d.state_of("m1").detail, visible_detail::dead);
    EXPECT_EQ(d.state_of("m1").death, death::queue_full);
    EXPECT_EQ(d.broker.queue("q")->dead, 1u);
    d.expect_rebuilt();
}

TEST(Overflowing, RefusesWhenNobodyCanGiveWay) {
    for (overflow const then : {overflow::drop_oldest, overflow::dead_letter}) {
        queue_desk d;
        d.set("q", full_at(2, then));
        message later = task("m1");
        later.eta = d.now.wall + duration{100};
        d.publish_one(later);
        later.id = id_of<message_id>("m2");
        d.publish_one(later);
        EXPECT_EQ(d.publish_code(task("m3")), errc::queue_full);
        EXPECT_EQ(d.broker.queue("q")->scheduled, 2u);
    }
}

TEST(Overflowing, LosesNothingForAMessageThatNeverFits) {
    queue_desk d;
    queue_settings s;
    s.max_bytes = 10;
    s.overflow = overflow::drop_oldest;
    d.set("q", s);
    d.publish_one(task("m1", "123"));
    d.publish_one(task("m2", "123"));
    EXPECT_EQ(d.publish_code(task("m3", "12345678901")), errc::message_too_large);
    EXPECT_EQ(d.broker.queue("q")->ready, 2u);
    EXPECT_EQ(d.publish_code(task("m3", "1234567890")), errc::ok);
    EXPECT_EQ(d.broker.queue("q")->ready, 1u);
    d.expect_rebuilt();
}

TEST(Overflowing, EndsOnlySoManyForOnePublish) {
    limits bounds;
    bounds.overflow_ended_max = 3;
    queue_desk d{bounds};
    for (int i = 0; i < 10; ++i) {
        d.publish_one(task("m" + std::to_string(i)));
    }
    d.set("q", full_at(4, overflow::drop_oldest));
    EXPECT_EQ(d.publish_code(task("n")), errc::queue_full);
    EXPECT_EQ(d.broker.queue("q")->ready, 7u);
    EXPECT_EQ(d.publish_code(task("n")), errc::queue_full);
    EXPECT_EQ(d.publish_code(task("n")), errc::ok);
    EXPECT_EQ(d.broker.queue("q")->ready, 4u);
    d.expect_rebuilt();
}

TEST(Overflowing, LetsAMessageInThatReplacesAnother) {
    queue_desk d;
    d.set("q", full_at(1, overflow::reject));
    message m = task("m1");
    m.unique = {"key", unique_until::finish, on_conflict::replace};
    d.publish_one(m);
    m.id = id_of<message_id>("m2");
    EXPECT_EQ(d.publish_code(m), errc::ok);
    EXPECT_EQ(d.state_of("m1").state, visible_state::revoked);
    m.id = id_of<message_id>("m3");
    m.unique.key = "other";
    EXPECT_EQ(d.publish_code(m), errc::queue_full);
    d.expect_rebuilt();
}

TEST(Overflowing, EndsNobodyForARefusedMessage) {
    queue_desk d;
    message m = task("m1");
    m.unique = {"key", unique_until::finish, on_conflict::replace};
    d.publish_one(m);
    d.set("r", full_at(0, overflow::reject));
    m.id = id_of<message_id>("m2");
    m.queue = "r";
    EXPECT_EQ(d.publish_code(m), errc::queue_full);
    EXPECT_EQ(d.state_of("m1").detail, visible_detail::ready);
}

} // namespace
} // namespace peyk::core
