// Requests about many messages, waiting for several, unique keys and lineage, against a script.
#include "tests/unit/client/session_script.hpp"
#include <peyk/admin.hpp>
#include <peyk/async_result.hpp>
#include <peyk/client.hpp>
#include <peyk/lineage.hpp>
#include <peyk/refusal_words.hpp>
#include <peyk/task.hpp>
#include <peyk/wait.hpp>

#include <gtest/gtest.h>

#include <thread>

namespace peyk::test {
namespace {

std::vector<message_id> make_ids(std::size_t count) {
    std::vector<message_id> ids(count);
    for (auto& id : ids)
        id = message_id::make();
    return ids;
}

void push(scripted_peer& peer, Frame const& watch, message_id id, pb::State state) {
    answer(peer, watch, [&](pb::ServerFrame& reply) {
        auto& update = *reply.mutable_update();
        update.set_last(true);
        update.mutable_status()->set_id_high(id.high);
        update.mutable_status()->set_id_low(id.low);
        update.mutable_status()->set_state(state);
    });
}

TEST(SessionEdit, CancelAnswersPerMessage) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto result =
        client.async_cancel(make_ids(2), {.terminate = true, .reason = "stop"}, use_future);
    peer.welcome();
    auto const frame = peer.expect(Frame::kCancel);
    EXPECT_EQ(frame.cancel().reason(), "stop");
    EXPECT_TRUE(frame.cancel().terminate());
    answer(peer, frame, [](pb::ServerFrame& reply) {
        auto& refusal = *reply.mutable_cancelled()->add_refused();
        refusal.set_index(1);
        refusal.set_code(pb::ALREADY_FINAL);
    });
    auto const errors = result.get();
    ASSERT_EQ(errors.size(), 2u);
    EXPECT_FALSE(errors[0]);
    EXPECT_EQ(errors[1], errc::already_final);
}

// The broker of the script takes 100 at once.
TEST(SessionEdit, MoreIdsThanTheBrokerTakesGoInSlicesAndTheAnswersAreJoined) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto const ids = make_ids(250);
    auto result = client.async_forget(ids, use_future);
    peer.welcome();
    std::size_t asked = 0;
    for (int const size : {100, 100, 50}) {
        auto const frame = peer.expect(Frame::kForget);
        ASSERT_EQ(frame.forget().ids_size(), size);
        EXPECT_EQ(frame.forget().ids(0).low(), ids[asked].low);
        asked += static_cast<std::size_t>(size);
        answer(peer, frame, [](pb::ServerFrame& reply) {
            auto& refusal = *reply.mutable_forgotten()->add_refused();
            refusal.set_index(7);
            refusal.set_code(pb::NOT_FINAL);
        });
    }
    auto const errors = result.get();
    ASSERT_EQ(errors.size(), 250u);
    for (std::size_t at = 0; at < errors.size(); ++at)
        EXPECT_EQ(errors[at], at % 100 == 7 ? error_code{errc::not_final} : error_code{}) << at;
}

TEST(SessionEdit, StatusesComeInSlicesToo) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto result = client.async_status(make_ids(150), use_future);
    peer.welcome();
    for (std::uint32_t slice = 1; slice <= 2; ++slice)
        answer(peer, peer.expect(Frame::kGet), [&](pb::ServerFrame& reply) {
            reply.mutable_statuses()->add_statuses()->set_attempts(slice);
        });
    auto const found = result.get();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[1].attempts, 2u);
}

TEST(SessionEdit, ASliceThatIsRefusedAsAWholeEndsTheRequest) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto result = client.async_redrive(make_ids(150), {.to = "q", .reset_counters = true}, outcome);
    peer.welcome();
    auto const frame = peer.expect(Frame::kRedrive);
    EXPECT_EQ(frame.redrive().to(), "q");
    EXPECT_TRUE(frame.redrive().reset_counters());
    refuse(peer, frame, pb::TOO_MANY_QUEUES);
    EXPECT_EQ(error_of(result), errc::too_many_queues);
}

TEST(SessionEdit, AfterTheCloseIdsAreAskedOfNobody) {
    scripted_peer peer;
    client client{options_for(peer)};
    make_ready(client, peer);
    auto closed = client.async_close(use_future);
    peer.expect(Frame::kGoodbye);
    peer.drop();
    closed.get();
    auto late = client.async_status(make_ids(1), outcome);
    EXPECT_EQ(error_of(late), errc::closed);
}

TEST(SessionEdit, RescheduleAndRunNow) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto const due = time_point{1'700'000'000'123ms};
    auto later = client.async_reschedule(make_ids(1), due, use_future);
    peer.welcome();
    auto frame = peer.expect(Frame::kReschedule);
    EXPECT_EQ(frame.reschedule().due_ms(), 1'700'000'000'123);
    answer(peer, frame, [](pb::ServerFrame& reply) { reply.mutable_rescheduled(); });
    later.get();
    auto now = client.async_reschedule(make_ids(1), std::nullopt, use_future);
    frame = peer.expect(Frame::kReschedule);
    EXPECT_EQ(frame.reschedule().due_ms(), 0);
    answer(peer, frame, [](pb::ServerFrame& reply) { reply.mutable_rescheduled(); });
    now.get();
}

TEST(SessionEdit, WaitAnyEndsWithTheFirstAndGivesUpTheOthers) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto const ids = make_ids(3);
    auto result = client.async_wait_any(ids, std::nullopt, use_future);
    peer.welcome();
    auto const watch = peer.expect(Frame::kWatch);
    ASSERT_EQ(watch.watch().ids_size(), 3); // one watch for all
    push(peer, watch, ids[1], pb::FAILURE);
    auto const ended = result.get();
    EXPECT_EQ(ended.index, 1u);
    EXPECT_EQ(ended.status.state, state::failure);
    EXPECT_EQ(peer.expect(Frame::kUnwatch).unwatch().watch(), watch.request());
}

TEST(SessionEdit, WaitAllEndsWithTheLast) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto const ids = make_ids(2);
    auto result = client.async_wait_all({ids[0], ids[1], ids[0]}, std::nullopt, use_future);
    peer.welcome();
    auto const watch = peer.expect(Frame::kWatch);
    push(peer, watch, ids[1], pb::FAILURE);
    EXPECT_EQ(result.wait_for(0ms), std::future_status::timeout);
    push(peer, watch, ids[0], pb::SUCCESS);
    auto const ended = result.get();
    ASSERT_EQ(ended.size(), 3u);
    EXPECT_EQ(ended[0].state, state::success);
    EXPECT_EQ(ended[1].state, state::failure);
    EXPECT_EQ(ended[2].state, state::success);
}

TEST(SessionEdit, WaitingForManyTimesOutAsOne) {
    scripted_peer peer;
    client client{options_for(peer)};
    make_ready(client, peer); // so that the watch is sent in the turn that begins the wait
    auto result = client.async_wait_all(make_ids(3), 1ms, outcome);
    auto const watch = peer.expect(Frame::kWatch);
    EXPECT_EQ(error_of(result), errc::timeout);
    EXPECT_EQ(peer.expect(Frame::kUnwatch).unwatch().watch(), watch.request());
    auto none = client.async_wait_any({}, std::nullopt, outcome);
    EXPECT_EQ(error_of(none), errc::invalid_argument);
    auto nothing = client.async_wait_all({}, std::nullopt, outcome);
    EXPECT_FALSE(error_of(nothing));
}

// Inside the handler, as the blocking form throws them.
TEST(SessionEdit, HandlersOfARefusalFindTheBrokersWords) {
    scripted_peer peer;
    client client{options_for(peer)};
    admin const admin{client};
    auto const words = use_future([](error_code, auto const&...) {
        auto const said = current_refusal();
        return said.text + '|' + said.limit;
    });
    auto const refuse_next = [&](std::future<std::string> refused) {
        answer(peer, peer.receive(), [](pb::ServerFrame& reply) {
            reply.mutable_error()->set_code(pb::INVALID_ARGUMENT);
            reply.mutable_error()->set_message("no such thing");
            reply.mutable_error()->set_limit("things_max");
        });
        return refused.get();
    };
    auto first = client.async_queue("q", words);
    peer.welcome();
    EXPECT_EQ(refuse_next(std::move(first)), "no such thing|things_max");
    EXPECT_EQ(refuse_next(client.async_cancel(make_ids(1), {}, words)), "no such thing|things_max");
    EXPECT_EQ(refuse_next(admin.async_create_queue("q", words)), "no such thing|things_max");
    EXPECT_EQ(refuse_next(admin.async_sweep({}, {}, words)), "no such thing|things_max");
    EXPECT_EQ(refuse_next(client.async_publish(message{}, words)), "no such thing|things_max");
    auto granted = admin.async_create_queue("q", words);
    answer(peer, peer.receive(), [](pb::ServerFrame& reply) {
        reply.mutable_control()->mutable_done();
    });
    EXPECT_EQ(granted.get(), "|");
}

// With other text in its place a name would name something else: nothing of it is sent.
TEST(SessionEdit, NamesThatAreNotUtf8AreRefusedHere) {
    scripted_peer peer;
    client client{options_for(peer)};
    admin admin{client};
    make_ready(client, peer);
    std::string const bad = "mail\xff";
    auto listed = client.async_messages({.error = bad}, 0, 0, outcome);
    EXPECT_EQ(error_of(listed), errc::invalid_argument);
    auto counted = client.async_queue(bad, outcome);
    EXPECT_EQ(error_of(counted), errc::invalid_argument);
    auto redriven = client.async_redrive(make_ids(1), {.to = bad}, outcome);
    EXPECT_EQ(error_of(redriven), errc::invalid_argument);
    auto swept = admin.async_sweep({.which = {.queue = bad}}, {}, outcome);
    EXPECT_EQ(error_of(swept), errc::invalid_argument);
    try {
        admin.set_hold({.name = bad});
        ADD_FAILURE() << "it was sent";
    } catch (refused_error const& e) {
        EXPECT_EQ(e.code(), errc::invalid_argument);
        EXPECT_NE(std::string{e.what()}.find("text is not UTF-8"), std::string::npos) << e.what();
    }
    auto next = client.async_queue("mail", outcome);
    EXPECT_EQ(peer.expect(Frame::kControl).control().list_queues().name(), "mail");
}

TEST(SessionEdit, AWatchForReportsGivesProgressAndWhatIsNewOfTheLog) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto watcher = client.watch(message_id::make(), {.reports = true});
    peer.welcome();
    auto watch = peer.expect(Frame::kWatch);
    EXPECT_TRUE(watch.watch().reports());
    auto const tell = [&](std::uint64_t done, std::string const& log, std::uint64_t log_end) {
        answer(peer, watch, [&](pb::ServerFrame& reply) {
            auto& status = *reply.mutable_update()->mutable_status();
            status.set_state(pb::STARTED);
            status.mutable_progress()->set_done(done);
            status.set_log(log);
            status.set_log_end(log_end);
        });
    };
    tell(1, "one\n", 4);
    EXPECT_EQ(watcher.next(3s)->log, "one\n");
    tell(1, "two\n", 8);
    EXPECT_EQ(watcher.next(3s)->log, "two\n");
    peer.drop();
    peer.welcome();
    watch = peer.expect(Frame::kWatch);
    tell(1, "one\ntwo\n", 8); // known already
    tell(2, "three\n", 14);
    auto const last = watcher.next(3s);
    EXPECT_EQ(last->log, "three\n");
    EXPECT_EQ(last->progress->done, 2u);
}

message unique_message(on_conflict conflict) {
    message what;
    what.queue = "q";
    what.unique = uniqueness{.key = "k", .on_conflict = conflict};
    return what;
}

TEST(SessionEdit, AUniqueConflictNamesTheOneThatHasTheKey) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto const existing = message_id::make();
    std::thread broker{[&] {
        peer.welcome();
        answer(peer, peer.expect(Frame::kPublish), [&](pb::ServerFrame& reply) {
            auto& refusal = *reply.mutable_published()->add_refused();
            refusal.set_code(pb::UNIQUE_CONFLICT);
            refusal.set_message("taken");
            refusal.mutable_existing()->set_high(existing.high);
            refusal.mutable_existing()->set_low(existing.low);
        });
    }};
    try {
        client.publish(unique_message(on_conflict::reject));
        ADD_FAILURE() << "nothing was thrown";
    } catch (unique_conflict_error const& e) {
        EXPECT_EQ(e.existing(), existing);
        EXPECT_EQ(e.code(), errc::unique_conflict);
    }
    broker.join();
}

TEST(SessionEdit, ReturnExistingAttachesToTheOther) {
    scripted_peer peer;
    client client{options_for(peer)};
    auto const existing = message_id::make();
    std::vector<message> batch{{}, unique_message(on_conflict::return_existing), {}};
    auto result = client.async_publish(std::move(batch), use_future);
    peer.welcome();
    answer(peer, peer.expect(Frame::kPublish), [&](pb::ServerFrame& reply) {
        auto& published = *reply.mutable_published();
        published.add_refused()->set_index(0);
        published.mutable_refused(0)->set_code(pb::QUEUE_FULL);
        published.add_joined()->set_index(1);
        published.mutable_joined(0)->mutable_existing()->set_high(existing.high);
        published.mutable_joined(0)->mutable_existing()->set_low(existing.low);
    });
    auto const answers = result.get();
    EXPECT_EQ(answers[0].error, errc::queue_full);
    EXPECT_FALSE(answers[1].error);
    EXPECT_TRUE(answers[1].joined);
    EXPECT_EQ(answers[1].id, existing);
    EXPECT_FALSE(answers[2].error);
    EXPECT_FALSE(answers[2].joined);

    task<int()> call{client, "t"};
    auto attached = call.async_apply({}, {.unique = uniqueness{.key = "k"}}, use_future);
    answer(peer, peer.expect(Frame::kPublish), [&](pb::ServerFrame& reply) {
        auto& joined = *reply.mutable_published()->add_joined();
        joined.mutable_existing()->set_high(existing.high);
        joined.mutable_existing()->set_low(existing.low);
    });
    EXPECT_EQ(attached.get().id(), existing);
}

TEST(SessionEdit, WhatATaskPublishesIsItsChild) {
    scripted_peer peer;
    client client{options_for(peer)};
    message_id const root{1, 1};
    message_id const parent{2, 2};
    std::future<message_id> result;
    {
        lineage_scope const within{{.root = root, .parent = parent}};
        result = client.async_publish(message{.queue = "q"}, use_future);
        message orphan{.queue = "q"};
        orphan.root = orphan.parent = {3, 3};
        client.async_publish(std::move(orphan), [](error_code, message_id) {});
    }
    client.async_publish(message{.queue = "q"}, [](error_code, message_id) {});
    peer.welcome();
    auto const frame = peer.expect(Frame::kPublish);
    ASSERT_EQ(frame.publish().messages_size(), 3);
    auto const& child = frame.publish().messages(0);
    EXPECT_EQ(child.root_low(), 1u);
    EXPECT_EQ(child.parent_low(), 2u);
    EXPECT_EQ(frame.publish().messages(1).parent_low(), 3u); // said by the publisher
    EXPECT_EQ(frame.publish().messages(2).parent_low(), 0u); // the scope is over
    peer.confirm(frame);
    result.get();
}

TEST(SessionEdit, DebounceReplacesWhatHasNotStarted) {
    auto const options = debounce("k", 5s);
    EXPECT_EQ(options.countdown, 5s);
    EXPECT_EQ(options.unique, (uniqueness{"k", unique_until::start, on_conflict::replace, 0s}));
}

} // namespace
} // namespace peyk::test
