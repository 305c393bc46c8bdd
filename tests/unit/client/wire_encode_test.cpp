// The bytes written by hand are the bytes protobuf reads.
#include "client/src/utf8.hpp"
#include "client/src/wire_decode.hpp"
#include "client/src/wire_encode.hpp"
#include <peyk/message_id.hpp>

#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace peyk {
namespace {

using namespace std::chrono_literals;

time_point const now{std::chrono::milliseconds{1'700'000'000'000}};

std::int64_t ms_of(time_point at) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

wire::v1::Message encoded(message const& what) {
    std::string bytes;
    append_message(bytes, what, now);
    wire::v1::Publish publish;
    EXPECT_TRUE(publish.ParseFromString(bytes));
    EXPECT_EQ(publish.messages_size(), 1);
    return publish.messages(0);
}

// The broker refuses more than 65535 by the name of the field.
TEST(WireEncode, TellsWhatIsNoFactorAsOneThatIsRefused) {
    auto const percent = [](double factor) {
        message what;
        what.retry.emplace().factor = factor;
        return encoded(what).retry().factor_percent();
    };
    EXPECT_EQ(percent(0.01), 1u);
    EXPECT_EQ(percent(655.35), 65'535u);
    for (double const wrong : {std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::infinity(),
                               0.0,
                               -2.0,
                               656.0}) {
        EXPECT_EQ(percent(wrong), 65'536u) << wrong;
    }
}

TEST(WireEncode, WritesEveryFieldOfAMessage) {
    message what;
    what.id = {1, 2};
    what.queue = "q";
    what.task = "t";
    what.priority = 0; // present although zero
    what.countdown = 10s;
    what.expires = 20s;
    what.retry = retry_policy{3, backoff::list, 1s, 1.5, 9s, jitter::full, {1s, 5s}, 1h};
    what.result = result_policy{60s, true, true};
    what.max_crashes = 7;
    what.unique = uniqueness{"k", unique_until::ttl, on_conflict::replace, 5s};
    what.root = {0, 8};
    what.parent = {9, 0};
    auto const wire = encoded(what);
    EXPECT_EQ(wire.id_high(), 1u);
    EXPECT_EQ(wire.id_low(), 2u);
    EXPECT_EQ(wire.queue(), "q");
    EXPECT_EQ(wire.task(), "t");
    EXPECT_TRUE(wire.has_priority());
    EXPECT_EQ(wire.eta_ms(), ms_of(now + 10s));
    EXPECT_EQ(wire.expires_ms(), ms_of(now + 20s));
    EXPECT_EQ(wire.retry().max_retries(), 3u);
    EXPECT_EQ(wire.retry().base_ms(), 1'000u);
    EXPECT_EQ(wire.retry().factor_percent(), 150u);
    EXPECT_EQ(wire.retry().max_ms(), 9'000u);
    EXPECT_EQ(wire.retry().jitter(), wire::v1::JITTER_FULL);
    EXPECT_EQ(wire.result().ttl_s(), 60u);
    EXPECT_TRUE(wire.result().ignore());
    EXPECT_TRUE(wire.result().track_started());
    EXPECT_EQ(wire.max_crashes(), 7u);
    EXPECT_EQ(wire.retry().backoff(), wire::v1::BACKOFF_LIST);
    ASSERT_EQ(wire.retry().delays_ms_size(), 2);
    EXPECT_EQ(wire.retry().delays_ms(1), 5'000u);
    EXPECT_EQ(wire.retry().max_age_s(), 3'600u);
    EXPECT_EQ(wire.unique().key(), "k");
    EXPECT_EQ(wire.unique().until(), wire::v1::UNTIL_TTL);
    EXPECT_EQ(wire.unique().on_conflict(), wire::v1::CONFLICT_REPLACE);
    EXPECT_EQ(wire.unique().ttl_s(), 5u);
    EXPECT_EQ(wire.root_low(), 8u);
    EXPECT_EQ(wire.parent_high(), 9u);
}

TEST(WireEncode, TheLaterEtaAndTheEarlierExpiryWin) {
    message what;
    what.eta = now + 30s;
    what.countdown = 10s;
    what.expires_at = now + 40s;
    what.expires = 50s;
    auto const wire = encoded(what);
    EXPECT_EQ(wire.eta_ms(), ms_of(now + 30s));
    EXPECT_EQ(wire.expires_ms(), ms_of(now + 40s));
}

TEST(WireEncode, WhatTheBrokerCannotTakeIsBroughtIntoItsLimits) {
    constexpr std::int64_t end_of_9999 = 253'402'300'799'999;
    message never;
    never.countdown = std::chrono::milliseconds::max();
    never.expires = std::chrono::hours{24 * 365 * 500};
    never.retry = retry_policy{.max_retries = 100'000, .max = std::chrono::milliseconds::max()};
    auto wire = encoded(never);
    EXPECT_EQ(wire.retry().max_retries(), 65'535u);
    EXPECT_EQ(wire.retry().max_ms(), 4'294'967'295u);
    EXPECT_EQ(wire.eta_ms(), end_of_9999);
    EXPECT_EQ(wire.expires_ms(), ms_of(now) + 500LL * 365 * 86'400'000);

    message past;
    past.countdown = std::chrono::milliseconds::min();
    past.expires_at = time_point::min();
    wire = encoded(past);
    EXPECT_EQ(wire.eta_ms(), 1); // 0 would mean "none"
    EXPECT_EQ(wire.expires_ms(), 1);

    wire::v1::Status late;
    late.set_eta_ms(end_of_9999);
    EXPECT_GT(to_status(late).eta, now);
}

// The broker ends a connection over such text, and the client would send it again.
TEST(WireEncode, TextThatIsNotUtf8IsMadeSo) {
    EXPECT_EQ(to_utf8("caf\xe9"), "caf\ufffd");
    EXPECT_EQ(to_utf8("\xe6\xbc"), "\ufffd\ufffd");           // half a letter
    EXPECT_EQ(to_utf8("\xc0\x80"), "\ufffd\ufffd");           // overlong
    EXPECT_EQ(to_utf8("\xed\xa0\x80"), "\ufffd\ufffd\ufffd"); // a surrogate
    EXPECT_EQ(to_utf8("\xf4\x90\x80\x80"), "\ufffd\ufffd\ufffd\ufffd");
    for (std::string_view const good : {"", "a", "\u00e9", "\u6f22", "\U0001f600", "\U0010ffff"})
        EXPECT_EQ(to_utf8(good), good);

    std::string const bad = "a\xff";
    message what;
    what.queue = what.task = bad;
    what.content = {.content_type = bad,
                    .kwargs = {{bad, "1"}},
                    .body = bad,
                    .headers = {{bad, bad}},
                    .traceparent = bad,
                    .tracestate = bad,
                    .args_repr = bad,
                    .publisher = bad,
                    .compression = bad};
    auto const wire = encoded(what);
    EXPECT_EQ(wire.queue(), "a\ufffd");
    EXPECT_EQ(wire.task(), "a\ufffd");
    auto const content = decode_content(wire.content());
    ASSERT_TRUE(content);
    EXPECT_EQ(content->body, bad); // bytes stay as they are
    EXPECT_EQ(content->headers.at("a\ufffd"), "a\ufffd");

    std::string bytes;
    append_settlement(bytes, {1, 2}, verdict::success{.result = bad, .content_type = bad});
    append_settlement(bytes, {1, 3}, verdict::dead{.error = {bad, bad, bad}});
    wire::v1::Settle settle;
    ASSERT_TRUE(settle.ParseFromString(bytes));
    EXPECT_EQ(settle.settlements(0).success().result(), bad);
    EXPECT_EQ(settle.settlements(1).dead().error().message(), "a\ufffd");
}

TEST(WireEncode, ContentComesBackWhole) {
    for (std::size_t size : {0u, 1u, 100u, 127u, 128u, 16'384u, 3'000'000u}) {
        message_content content;
        content.content_type = "text/plain";
        content.args = {"1", std::string(size, 'x'), ""};
        content.kwargs = {{"b", "2"}, {"", "null"}};
        content.body = std::string(size, '\0');
        content.headers = {{"k", "v"}};
        content.traceparent = "00-1";
        content.args_repr = "1";
        content.publisher = "p";
        content.soft_time_limit = 1s;
        content.time_limit = 1500ms;
        auto const back = decode_content(encode(content)).value();
        EXPECT_EQ(back.content_type, content.content_type);
        EXPECT_EQ(back.args, content.args);
        EXPECT_EQ(back.kwargs, content.kwargs);
        EXPECT_EQ(back.body, content.body);
        EXPECT_EQ(back.headers, content.headers);
        EXPECT_TRUE(back.group.is_nil());
        EXPECT_EQ(back.soft_time_limit, content.soft_time_limit);
        EXPECT_EQ(back.time_limit, content.time_limit);
    }
}

TEST(WireEncode, ATimeLimitNotAboveZeroIsNone) {
    message_content content;
    content.soft_time_limit = -1s;
    content.time_limit = 0ms;
    EXPECT_TRUE(encode(content).empty());
    content.time_limit = std::chrono::milliseconds::max();
    auto const back = decode_content(encode(content)).value();
    EXPECT_FALSE(back.soft_time_limit);
    EXPECT_EQ(back.time_limit, 4'294'967'295ms);
}

TEST(WireEncode, ContentThatIsNoneIsAnError) {
    EXPECT_EQ(decode_content("\xff\xff").error(), errc::invalid_argument);
    wire::v1::Content later;
    later.add_args()->mutable_result_of()->set_high(1);
    EXPECT_EQ(decode_content(later.SerializeAsString()).error(), errc::unsupported);
}

wire::v1::Settlement encoded(outcome const& verdict) {
    std::string bytes;
    append_settlement(bytes, {5, 6}, verdict);
    wire::v1::Settle settle;
    EXPECT_TRUE(settle.ParseFromString(bytes));
    return settle.settlements(0);
}

TEST(WireEncode, WritesEveryVerdict) {
    error_report const error{"type", "message", "trace"};
    auto const success = encoded(verdict::success{"1", "x/y"});
    EXPECT_EQ(success.epoch(), 5u);
    EXPECT_EQ(success.number(), 6u);
    EXPECT_EQ(success.success().result(), "1");
    EXPECT_EQ(success.success().content_type(), "x/y");
    EXPECT_TRUE(encoded(verdict::success{}).has_success());
    auto const failure = encoded(verdict::failure{error, true});
    EXPECT_TRUE(failure.failure().permanent());
    EXPECT_EQ(failure.failure().error().trace(), "trace");
    auto const retry = encoded(verdict::retry{now, error});
    EXPECT_EQ(retry.retry().at_ms(), ms_of(now));
    EXPECT_EQ(retry.retry().error().type(), "type");
    EXPECT_EQ(encoded(verdict::snooze{now}).snooze().at_ms(), ms_of(now));
    EXPECT_TRUE(encoded(verdict::release{}).has_release());
    EXPECT_TRUE(encoded(verdict::drop{}).has_drop());
    EXPECT_EQ(encoded(verdict::dead{error}).dead().error().message(), "message");
    auto const limited = encoded(verdict::rate_limited{now, hold_scope::queue});
    EXPECT_EQ(limited.rate_limited().until_ms(), ms_of(now));
    EXPECT_EQ(limited.rate_limited().scope(), wire::v1::HOLD_QUEUE);
    EXPECT_EQ(encoded(verdict::rate_limited{now}).rate_limited().scope(), wire::v1::HOLD_TASK);
    EXPECT_EQ(encoded(verdict::crashed{"signal 11"}).crashed().text(), "signal 11");
    EXPECT_TRUE(encoded(verdict::crashed{}).has_crashed());
    // What an exception says may be anything; the broker hangs up on what is no UTF-8.
    auto const odd = encoded(verdict::failure{{"t", "\xc3(", {}}, false});
    EXPECT_EQ(odd.failure().error().message(), "\xef\xbf\xbd(");
}

TEST(WireDecode, CutsAFrameAndSkipsWhatItDoesNotKnow) {
    wire::v1::ServerFrame frame;
    frame.set_request(300);
    frame.mutable_pong()->set_value(1);
    auto bytes = frame.SerializeAsString();
    bytes.insert(0, "\xf8\x7f\x01", 3); // an unknown varint field
    auto const cut = cut_server_frame(bytes).value();
    EXPECT_EQ(cut.request, 300u);
    EXPECT_EQ(cut.field, wire::v1::ServerFrame::kPongFieldNumber);
    EXPECT_EQ(cut.body, frame.pong().SerializeAsString());
    for (std::string_view const broken : {"\x08", "\x1a\x05\x01", "\x0b", "\xff\xff\xff\xff"})
        EXPECT_EQ(cut_server_frame(broken).error(), errc::protocol_error);
}

TEST(MessageId, IsAVersion7UuidThatReadsBack) {
    auto const id = message_id::make();
    auto const text = id.to_string();
    EXPECT_EQ(text.size(), 36u);
    EXPECT_EQ(text[14], '7');
    EXPECT_NE(std::string_view{"89ab"}.find(text[19]), std::string_view::npos);
    EXPECT_EQ(message_id::parse(text), id);
    EXPECT_EQ(message_id::parse("0190A5F3-7C1E-7B3A-8F00-0123456789AB")->to_string(),
              "0190a5f3-7c1e-7b3a-8f00-0123456789ab");
    for (auto const* bad : {"",
                            "0190a5f3",
                            "0190a5f3-7c1e-7b3a-8f00-0123456789ag",
                            "0190a5f3x7c1e-7b3a-8f00-0123456789ab"})
        EXPECT_FALSE(message_id::parse(bad)) << bad;
}

TEST(MessageId, AscendsAndNeverRepeats) {
    std::set<message_id> seen;
    message_id last;
    for (int i = 0; i < 20'000; ++i) {
        auto const id = message_id::make();
        EXPECT_LT(last, id);
        last = id;
        EXPECT_TRUE(seen.insert(id).second);
    }
}

} // namespace
} // namespace peyk
