// What those who listen are told, and in which order.

#include "tests/unit/core/control_desk.hpp"

#include <gmock/gmock.h>

namespace peyk::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct listening_desk : control_desk {
    listening_desk() { broker.listen(true); }
};

TEST(Events, AreNoneWhileNobodyListens) {
    control_desk d;
    d.join_for("t", 1);
    d.publish_task("m");
    EXPECT_THAT(d.events(), IsEmpty());
    d.broker.listen(true);
    d.publish_task("n");
    EXPECT_THAT(d.events(), ElementsAre("task-sent message=n queue=q task=t attempt=1"));
    d.broker.listen(false);
    d.settle({{1}, 1}, verdict::success{});
    EXPECT_THAT(d.events(), IsEmpty());
}

TEST(Events, TellALifeInOrder) {
    listening_desk d;
    d.join_for("t", 1);
    EXPECT_THAT(d.events(), ElementsAre("worker-online worker=w1"));
    d.publish_task("m");
    EXPECT_THAT(d.events(),
                ElementsAre("task-sent message=m queue=q task=t attempt=1",
                            "task-received message=m queue=q task=t worker=w1 attempt=1"));
    EXPECT_EQ(d.said.events[0].session, desk::publisher);
    EXPECT_EQ(d.said.events[1].session, control_desk::worker);
    EXPECT_EQ(d.said.events[1].at, d.now.wall);
    d.begin({{1}, 1});
    EXPECT_THAT(d.events(),
                ElementsAre("task-started message=m queue=q task=t worker=w1 attempt=1"));
    d.advance(duration{1'500});
    d.settle({{1}, 1}, verdict::success{});
    EXPECT_THAT(
        d.events(),
        ElementsAre("task-succeeded message=m queue=q task=t worker=w1 attempt=1 ran=1.500s"));
    d.apply(disconnect{control_desk::worker, true});
    EXPECT_THAT(d.events(), ElementsAre("worker-offline worker=w1"));
}

TEST(Events, TellOfFailures) {
    listening_desk d;
    d.join_for("t", 1);
    message m = message_named("m");
    m.task = "t";
    m.retry.max_retries = 1;
    m.retry.spread = jitter::none;
    d.publish_one(m);
    d.advance(duration{200});
    d.settle({{1}, 1}, verdict::failure{{"type", "text", "trace"}});
    EXPECT_THAT(d.events(),
                ElementsAre("task-retried message=m queue=q task=t worker=w1 error=type:text "
                            "attempt=1 ran=0.200s"));
    d.advance(duration{5'000});
    EXPECT_THAT(d.events(),
                ElementsAre("task-received message=m queue=q task=t worker=w1 attempt=2"));
    d.settle({{1}, 2}, verdict::failure{{"type", "text", "trace"}});
    EXPECT_THAT(d.events(),
                ElementsAre("task-failed message=m queue=q task=t worker=w1 error=type:text "
                            "attempt=2"));
    d.apply(redrive{desk::publisher, {1}, {&m.id, 1}, {}, true});
    EXPECT_THAT(d.events(),
                ElementsAre("task-redriven message=m queue=q task=t attempt=1",
                            "task-received message=m queue=q task=t worker=w1 attempt=1"));
}

TEST(Events, TellWhereADeadLetterDied) {
    listening_desk d;
    queue_settings elsewhere;
    elsewhere.dead_letter = "graves";
    d.set("q", elsewhere);
    d.join_for("t", 1);
    d.publish_task("m");
    d.settle({{1}, 1}, verdict::dead{{"type", {}, {}}});
    EXPECT_THAT(
        d.events(),
        ElementsAre("task-failed message=m queue=q task=t worker=w1 error=type attempt=1"));
    EXPECT_EQ(d.state_of("m").queue, "graves");
}

TEST(Events, TellOfWhatIsRevoked) {
    listening_desk d;
    d.join_for("t", 1);
    d.publish_task("m");
    message later = message_named("n");
    later.task = "t";
    later.expires = d.now.wall + duration{10};
    d.publish_one(later);
    message_id const id = id_of<message_id>("m");
    d.advance(duration{10});
    EXPECT_THAT(d.events(),
                ElementsAre("task-revoked message=n queue=q task=t error=expired attempt=1"));
    d.apply(cancel{desk::publisher, {1}, {&id, 1}, "why"});
    EXPECT_THAT(
        d.events(),
        ElementsAre("task-revoked message=m queue=q task=t worker=w1 error=revoked:why attempt=1"));
}

TEST(Events, TellOfWhatIsHandedBack) {
    listening_desk d;
    d.join_for("t", 1);
    d.publish_task("m");
    d.settle({{1}, 1}, verdict::release{});
    EXPECT_THAT(d.events(),
                ElementsAre("task-requeued message=m queue=q task=t worker=w1 attempt=1",
                            "task-received message=m queue=q task=t worker=w1 attempt=1"));
    d.begin({{1}, 2});
    d.apply(disconnect{control_desk::worker, false});
    EXPECT_THAT(d.events(), ElementsAre("worker-offline worker=w1"));
    d.advance(d.bounds.session_grace);
    EXPECT_THAT(d.events(),
                ElementsAre("task-requeued message=m queue=q task=t worker=w1 attempt=1"));
}

TEST(Events, TellOfTheKeyThatIsFree) {
    listening_desk d;
    d.join_for("t", 1);
    message m = message_named("m");
    m.task = "t";
    m.unique = {.key = "key", .conflict = on_conflict::keep_last};
    d.publish_one(m);
    m.id = id_of<message_id>("n");
    d.publish_one(m);
    EXPECT_THAT(d.events(), ElementsAre("task-sent message=n queue=q task=t attempt=1"));
    d.settle({{1}, 1}, verdict::success{});
    EXPECT_THAT(d.events(),
                ElementsAre("task-succeeded message=m queue=q task=t worker=w1 attempt=1",
                            "task-received message=n queue=q task=t worker=w1 attempt=1"))
        << "nobody had it: it was not handed back";
}

TEST(Events, TellOfWorkersOnly) {
    listening_desk d;
    d.apply(connect{{9, 1}, false, "client"});
    EXPECT_THAT(d.events(), IsEmpty());
    d.apply(disconnect{{9, 1}, true});
    EXPECT_THAT(d.events(), IsEmpty());
    d.join_for("t", 1);
    d.join_for("t", 1); // Connects anew: the old connection is given up.
    EXPECT_THAT(d.events(), ElementsAre("worker-online worker=w1"));
    d.apply(unsubscribe{control_desk::worker, {1}, {1}});
    EXPECT_THAT(d.events(), ElementsAre("worker-offline worker=w1"));
    d.apply(disconnect{control_desk::worker, false});
    EXPECT_THAT(d.events(), IsEmpty());
}

TEST(Events, TellThatAWorkerIsAliveNotTooOften) {
    listening_desk d;
    d.join_for("t", 1);
    auto const introduce_it = [&d] { d.apply(introduce{control_desk::worker, {}}); };
    introduce_it();
    EXPECT_THAT(d.events(), ElementsAre("worker-heartbeat worker=w1"));
    d.advance(d.bounds.worker_heartbeat_every - duration{1});
    introduce_it();
    EXPECT_THAT(d.events(), IsEmpty());
    d.advance(duration{1});
    introduce_it();
    EXPECT_THAT(d.events(), ElementsAre("worker-heartbeat worker=w1"));
    d.apply(introduce{desk::publisher, {}});
    EXPECT_THAT(d.events(), IsEmpty()) << "it is no worker";
}

TEST(Events, TellHowLongItWaited) {
    listening_desk d;
    d.publish_task("m");
    d.advance(duration{2'000});
    d.join_for("t", 1);
    EXPECT_THAT(d.events(),
                ElementsAre("worker-online worker=w1",
                            "task-received message=m queue=q task=t worker=w1 attempt=1 "
                            "waited=2s"));
}

} // namespace
} // namespace peyk::core
