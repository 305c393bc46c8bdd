#pragma once
// Frames of the wire protocol for a load that must cost little: publishes and settlements are
// written into the output without objects in between, answers are cut without parsing their bodies.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace google::protobuf {
class MessageLite;
}

namespace peyk::cli::bench {

struct answer {
    std::uint64_t request = 0;
    int kind = 0; // number of the body's field in ServerFrame
    std::string_view body;
};

// False: not a ServerFrame.
[[nodiscard]] bool read_answer(std::string_view payload, answer& into);

// Appends a ClientFrame whose body has the field number `kind`.
void append_frame(std::string& out,
                  std::uint64_t request,
                  int kind,
                  google::protobuf::MessageLite const& body);

// The eta of message n, in milliseconds of Unix time; empty: none has one.
using eta_of_message = std::function<std::int64_t(std::uint64_t n)>;

// Which field takes the keys of messages.
enum class key_field : std::uint8_t { fairness, limit };

// Writes Publish frames: the same message over and over, each time with an id, and if wished an
// eta of its own, or one key of `keys` in turn.
class publish_writer {
public:
    publish_writer(std::string const& queue,
                   std::size_t body_bytes,
                   eta_of_message eta = {},
                   std::uint32_t keys = 0,
                   key_field field = key_field::fairness);

    struct batch {
        std::uint64_t request = 0;
        std::uint64_t id_high = 0;
        std::uint64_t id_low = 0; // of the first message; the next ones count up
        std::uint64_t first = 0;  // its n, for the eta and the key
        std::uint32_t messages = 0;
        std::uint64_t first_sequence = 0;
        std::uint64_t answered_below = 0;
    };
    void append(std::string& out, batch const& what) const;

private:
    std::string message_; // encoded as an item of Publish, with an id to be replaced
    std::size_t id_at_ = 0;
    eta_of_message eta_;
    std::size_t eta_at_ = 0;
    std::uint32_t keys_ = 0;
    std::size_t key_at_ = 0;
};

struct delivery_token {
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;
};

// Appends a Settle frame that drops these deliveries.
void append_drops(std::string& out,
                  std::uint64_t request,
                  std::vector<delivery_token> const& deliveries);

} // namespace peyk::cli::bench
