#include "client/cli/bench/link.hpp"
#include "client/cli/bench/machine.hpp"
#include "client/cli/bench/samples.hpp"
#include "client/cli/bench/wire_frame.hpp"
#include "client/cli/exit_code.hpp"
#include "proto/frame_codec.hpp"
#include <peyk/wire/v1/frame.pb.h>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <unistd.h>

namespace peyk::cli::bench {
namespace {

namespace proto = peyk::wire::v1;

// The only frame in `bytes`.
proto::ClientFrame decode(std::string const& bytes) {
    wire::frame_slicer slicer;
    slicer.feed(bytes);
    auto const payload = slicer.next();
    proto::ClientFrame frame;
    EXPECT_TRUE(payload && *payload && frame.ParseFromString(std::string{**payload}));
    EXPECT_EQ((*payload)->size() + wire::frame_header_bytes, bytes.size());
    return frame;
}

TEST(BenchFrame, PublishFramesAreWhatTheProtocolSays) {
    publish_writer const writer{"mail", 128};
    std::string bytes;
    writer.append(bytes,
                  {.request = 300,
                   .id_high = 7,
                   .id_low = 100,
                   .messages = 3,
                   .first_sequence = 41,
                   .answered_below = 40});
    auto const frame = decode(bytes);
    EXPECT_EQ(frame.request(), 300u);
    ASSERT_EQ(frame.publish().messages_size(), 3);
    EXPECT_EQ(frame.publish().first_sequence(), 41u);
    EXPECT_EQ(frame.publish().answered_below(), 40u);
    for (int n = 0; n < 3; ++n) {
        auto const& message = frame.publish().messages(n);
        EXPECT_EQ(message.id_high(), 7u);
        EXPECT_EQ(message.id_low(), 100u + static_cast<unsigned>(n));
        EXPECT_EQ(message.queue(), "mail");
        proto::Content content;
        ASSERT_TRUE(content.ParseFromString(message.content()));
        EXPECT_EQ(content.body().size(), 128u);
    }
}

TEST(BenchFrame, AnyBodySizeFits) {
    for (std::size_t const size : {0u, 1u, 127u, 128u, 16'384u, 100'000u}) {
        publish_writer const writer{"q", size};
        std::string bytes;
        writer.append(bytes,
                      {.request = 1,
                       .id_high = 1,
                       .id_low = 2,
                       .messages = 2,
                       .first_sequence = 1,
                       .answered_below = 1});
        auto const frame = decode(bytes);
        ASSERT_EQ(frame.publish().messages_size(), 2) << size;
        EXPECT_EQ(frame.publish().messages(1).id_low(), 3u) << size;
    }
}

TEST(BenchFrame, DropsAreWhatTheProtocolSays) {
    std::string bytes;
    append_drops(bytes, 5, {{1, 10}, {1, 11}});
    auto const frame = decode(bytes);
    ASSERT_EQ(frame.settle().settlements_size(), 2);
    EXPECT_EQ(frame.settle().settlements(1).epoch(), 1u);
    EXPECT_EQ(frame.settle().settlements(1).number(), 11u);
    EXPECT_TRUE(frame.settle().settlements(1).has_drop());
}

TEST(BenchFrame, ControlHasATagOfTwoBytes) {
    proto::Control control;
    control.mutable_show_broker();
    std::string bytes;
    append_frame(bytes, 9, proto::ClientFrame::kControlFieldNumber, control);
    EXPECT_TRUE(decode(bytes).control().has_show_broker());
}

TEST(BenchFrame, AnswersAreCutWithoutParsingTheirBodies) {
    proto::ServerFrame frame;
    frame.set_request(77);
    frame.mutable_published()->add_refused()->set_index(3);
    answer got;
    auto const bytes = frame.SerializeAsString();
    ASSERT_TRUE(read_answer(bytes, got));
    EXPECT_EQ(got.request, 77u);
    EXPECT_EQ(got.kind, proto::ServerFrame::kPublishedFieldNumber);
    EXPECT_EQ(got.body, frame.published().SerializeAsString());
    EXPECT_FALSE(read_answer("\xff", got));
    EXPECT_FALSE(read_answer(std::string_view{bytes}.substr(0, bytes.size() - 1), got));
    EXPECT_FALSE(read_answer("", got));
}

TEST(BenchAddress, HasAHostAndAPort) {
    EXPECT_EQ(parse_address("peyk://broker.example:7421").port, "7421");
    EXPECT_EQ(parse_address("peyk://broker.example").port, "7420");
    EXPECT_EQ(parse_address("peyk://a:1,peyk://b:2").host, "a");
    EXPECT_EQ(parse_address("peyk://[::1]:99").host, "::1");
    EXPECT_EQ(parse_address("peyk://[::1]").host, "::1");
    EXPECT_THROW((void)parse_address("peyk://"), failure);
}

TEST(BenchSamples, QuantilesAreSamples) {
    samples all;
    for (int n = 1; n <= 1000; ++n)
        all.add(std::chrono::nanoseconds{n});
    EXPECT_EQ(all.quantile(0.5).count(), 500);
    EXPECT_EQ(all.quantile(0.99).count(), 990);
    EXPECT_EQ(all.quantile(0.999).count(), 999);
    EXPECT_EQ(all.quantile(1).count(), 1000);
    EXPECT_EQ(samples{}.quantile(0.5).count(), 0);
}

TEST(BenchMachine, DescribesThisOne) {
    auto const machine = describe_machine("/proc");
    EXPECT_GT(machine.at("cores").to_number<int>(), 0);
    EXPECT_GT(machine.at("memory_bytes").to_number<std::uint64_t>(), 1u << 20);
    EXPECT_FALSE(machine.at("kernel").as_string().empty());
    EXPECT_GT(resident_bytes(::getpid()), 1u << 20);
    EXPECT_GE(cpu_of_self().count(), 0);
    EXPECT_LE(cpu_of(::getpid()), cpu_of_self() + std::chrono::milliseconds{20});
}

} // namespace
} // namespace peyk::cli::bench
