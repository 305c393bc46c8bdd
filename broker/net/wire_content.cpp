#include "broker/net/wire_content.hpp"

#include "peyk/wire/v1/message.pb.h"
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

namespace peyk::net {

std::string encode_content(std::span<std::string const> args,
                           std::span<std::pair<std::string, std::string> const> kwargs,
                           std::string const& publisher) {
    wire::v1::Content content;
    std::string shown;
    for (auto const& each : args) {
        content.add_args()->set_data(each);
        shown += (shown.empty() ? "" : ", ") + each;
    }
    for (auto const& [name, value] : kwargs) {
        (*content.mutable_kwargs())[name].set_data(value);
        shown += (shown.empty() ? "" : ", ") + name + "=" + value;
    }
    content.set_args_repr("(" + shown + ")");
    content.set_publisher(publisher);
    std::string bytes;
    {
        google::protobuf::io::StringOutputStream out{&bytes};
        google::protobuf::io::CodedOutputStream coded{&out};
        coded.SetSerializationDeterministic(true); // of a map: it is compared after a restart
        content.SerializeToCodedStream(&coded);
    }
    return bytes;
}

} // namespace peyk::net
