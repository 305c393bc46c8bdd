// Questions for whole messages: bodies in memory, on disk and gone, and answers of a bounded size.

#include "tests/integration/running_broker.hpp"

#include <cstddef>

namespace peyk::test {
namespace {

// Every body leaves memory as soon as it is on disk.
class BodiesOnDisk : public RunningBroker {
protected:
    BodiesOnDisk()
        : RunningBroker({"--sync", "never"}, {{"PEYK_LIMITS_CONTENT_MEMORY_BYTES", "0"}}) {
        (void)client.hello();
    }

    pb::Message publish(std::string const& content) {
        pb::ClientFrame frame;
        auto& message = *frame.mutable_publish()->add_messages();
        message = make_message("mail", content);
        EXPECT_EQ(client.ask(frame).published().refused_size(), 0);
        return message;
    }
    void add(pb::ClientFrame& question, pb::Message const& message) {
        auto& id = *question.mutable_control()->mutable_show_messages()->add_ids();
        id.set_high(message.id_high());
        id.set_low(message.id_low());
    }
    pb::WholeMessages ask(pb::ClientFrame const& question) {
        return client.ask(question).control().whole_messages();
    }

    wire_client client{broker.port()};
};

TEST_F(BodiesOnDisk, AreReadBackInTheOrderAsked) {
    auto const one = publish("first");
    auto const two = publish("second");
    auto const empty = publish("");
    pb::ClientFrame question;
    add(question, two);
    add(question, make_message("mail", "never published"));
    add(question, empty);
    add(question, one);
    auto const told = ask(question);
    ASSERT_EQ(told.messages_size(), 4);
    EXPECT_EQ(told.messages(0).message().content(), "second");
    EXPECT_EQ(told.messages(0).message().queue(), "mail");
    EXPECT_EQ(told.messages(1).content(), pb::CONTENT_UNKNOWN);
    EXPECT_EQ(told.messages(2).content(), pb::CONTENT_WHOLE);
    EXPECT_EQ(told.messages(2).message().content(), "");
    EXPECT_EQ(told.messages(3).message().content(), "first");
    EXPECT_EQ(told.messages(3).message().id_low(), one.id_low());
}

TEST_F(BodiesOnDisk, AnAnswerHoldsAsManyAsFit) {
    std::string const large(std::size_t{3} << 20, 'x');
    pb::ClientFrame question;
    for (int n = 0; n < 3; ++n)
        add(question, publish(large));
    auto const told = ask(question);
    ASSERT_EQ(told.messages_size(), 2);
    EXPECT_EQ(told.messages(1).message().content(), large);
    expect_it_serves();
}

TEST_F(BodiesOnDisk, QuestionsOnOneConnectionAreAnsweredOneAfterTheOther) {
    auto const message = publish("body");
    for (std::uint64_t n = 1; n <= 20; ++n) {
        pb::ClientFrame question;
        question.set_request(1'000 + n);
        add(question, message);
        client.send(question);
    }
    for (std::uint64_t n = 1; n <= 20; ++n) {
        auto const told = client.answer(1'000 + n).control().whole_messages();
        ASSERT_EQ(told.messages_size(), 1);
        EXPECT_EQ(told.messages(0).message().content(), "body");
    }
}

TEST_F(BodiesOnDisk, ARevokedMessageHasNoneAnyMore) {
    pb::ClientFrame frame;
    auto& message = *frame.mutable_publish()->add_messages();
    message = make_message("mail", "body");
    message.set_task("t"); // tasks keep their end
    ASSERT_EQ(client.ask(frame).published().refused_size(), 0);
    pb::ClientFrame question;
    add(question, message);
    pb::ClientFrame cancel;
    *cancel.mutable_cancel()->add_ids() = question.control().show_messages().ids(0);
    ASSERT_EQ(client.ask(cancel).cancelled().refused_size(), 0);
    auto const told = ask(question);
    ASSERT_EQ(told.messages_size(), 1);
    EXPECT_EQ(told.messages(0).content(), pb::CONTENT_GONE);
    EXPECT_EQ(told.messages(0).message().task(), "t");
    EXPECT_EQ(told.messages(0).message().content(), "");
}

} // namespace
} // namespace peyk::test
