// YAML is written so that no reader takes a text for something else, and read with line numbers.

#include "client/cli/yaml.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace peyk::cli {
namespace {

namespace json = boost::json;

TEST(CliYaml, ValuesKeepTheirTypes) {
    EXPECT_EQ(to_yaml(json::parse(R"({"a":1,"b":-2.5,"c":true,"d":null,"e":"text"})")),
              "a: 1\nb: -2.5\nc: true\nd: ~\ne: text\n");
    EXPECT_EQ(to_yaml(json::parse(R"([1,{"a":[]},{}])")), "- 1\n- a: []\n- {}\n");
    EXPECT_EQ(to_yaml(json::value(1e20)), "1e+20\n");
    EXPECT_EQ(to_yaml(json::value(100.0)), "100\n");
    EXPECT_EQ(to_yaml(json::value(UINT64_MAX)), "18446744073709551615\n");
}

TEST(CliYaml, TextsThatLookLikeSomethingElseAreQuoted) {
    for (auto const* text : {"yes",
                             "No",
                             "NULL",
                             "1",
                             "1.5",
                             "2030-01-01",
                             "",
                             "- a",
                             "a: b",
                             "#x",
                             "'",
                             "~",
                             "a b",
                             "0x1",
                             "*a",
                             "on"})
        EXPECT_EQ(to_yaml(json::value(text)), '"' + std::string{text} + "\"\n");
    EXPECT_EQ(to_yaml(json::value("a\n\"b\"\\")), "\"a\\n\\\"b\\\"\\\\\"\n");
    EXPECT_EQ(to_yaml(json::value("\x1b[2J")), "\"\\x1b[2J\"\n");
    EXPECT_EQ(to_yaml(json::value("mail.send")), "mail.send\n");
    EXPECT_EQ(to_yaml(json::object{{"true", 1}}), "\"true\": 1\n");
}

TEST(CliYaml, WhatIsWrittenIsReadAgain) {
    json::object const fields{{"current", "yes"},
                              {"contexts", json::object{{"yes", {{"url", "peyk://h:1, \"x\""}}}}}};
    EXPECT_EQ(parse_yaml(to_yaml(fields)).fields, fields);
    EXPECT_TRUE(parse_yaml("").fields.empty());
    EXPECT_TRUE(parse_yaml("# nothing\n").fields.empty());
}

TEST(CliYaml, FieldsHaveLines) {
    auto const read = parse_yaml("# one\na: 1\nb:\n  c: x\n  d:\n    e: ~\n");
    EXPECT_EQ(read.fields.at("a"), "1");
    EXPECT_TRUE(read.fields.at("b").at("d").at("e").is_null());
    EXPECT_EQ(read.lines.at("a"), 2);
    EXPECT_EQ(read.lines.at("b/c"), 4);
    EXPECT_EQ(read.lines.at("b/d/e"), 6);
}

TEST(CliYaml, WhatIsWrongHasALine) {
    auto const line_of = [](std::string const& text) {
        try {
            (void)parse_yaml(text);
        } catch (yaml_error const& wrong) {
            EXPECT_STRNE(wrong.what(), "");
            return wrong.line();
        }
        return 0;
    };
    EXPECT_EQ(line_of("a: 1\nb: [unclosed\n"), 3);
    EXPECT_EQ(line_of("a: 1\nb: 2\na: 3\n"), 3);
    EXPECT_EQ(line_of("a: 1\nb:\n  - list\n"), 3);
    EXPECT_EQ(line_of("just text\n"), 1);
    EXPECT_EQ(line_of("a: {b: {c: {d: {e: {f: {g: {h: {i: {j: 1}}}}}}}}}\n"), 1);
}

} // namespace
} // namespace peyk::cli
