#pragma once
// The text of protobuf objects, looked at before they are encoded.

namespace google::protobuf {
class Message;
}

namespace peyk {

// Whether all of it, however deep, is UTF-8.
[[nodiscard]] bool is_text(google::protobuf::Message const& what);

} // namespace peyk
