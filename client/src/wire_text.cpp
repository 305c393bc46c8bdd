#include "client/src/wire_text.hpp"

#include "client/src/utf8.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace peyk {
namespace {

using google::protobuf::FieldDescriptor;

// One value of a field, which is repeated or not.
bool is_text(google::protobuf::Message const& of, FieldDescriptor const* field, int index) {
    auto const& in = *of.GetReflection();
    auto const repeated = field->is_repeated();
    if (field->type() == FieldDescriptor::TYPE_STRING) {
        std::string copied; // only if it does not stand there as a string
        return is_utf8(repeated
                           ? in.GetRepeatedStringReference(of, field, index, &copied)
                           : in.GetStringReference(of, field, &copied));
    }
    if (field->type() != FieldDescriptor::TYPE_MESSAGE)
        return true;
    return peyk::is_text(repeated ? in.GetRepeatedMessage(of, field, index)
                                  : in.GetMessage(of, field));
}

} // namespace

bool is_text(google::protobuf::Message const& what) {
    auto const& in = *what.GetReflection();
    std::vector<FieldDescriptor const*> fields; // those that are set
    in.ListFields(what, &fields);
    for (auto const* field : fields) {
        auto const count = field->is_repeated() ? in.FieldSize(what, field) : 1;
        for (int i = 0; i < count; ++i)
            if (!is_text(what, field, i))
                return false;
    }
    return true;
}

} // namespace peyk
