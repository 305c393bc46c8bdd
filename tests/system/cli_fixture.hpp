#pragma once
// The built `peyk` against a broker process of its suite: what it prints and how it ends.

#include "tests/support/broker_process.hpp"
#include "tests/system/program.hpp"
#include <peyk/delivery.hpp>
#include <peyk/outcome.hpp>

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace peyk::test {

class Cli : public testing::Test {
protected:
    static constexpr auto nobody = "0190a5f3-7c1e-7b3a-8f00-0123456789ab";

    static void SetUpTestSuite();
    static void TearDownTestSuite() { broker_.reset(); }

    // Where the programs look for contexts; a folder of the suite.
    static std::filesystem::path config_home();
    static ended peyk(std::vector<std::string> words, std::string const& input = {});
    // The JSON it prints, which must be all that it prints.
    static boost::json::value peyk_json(std::vector<std::string> words, int code = 0);
    // Publishes and gives the id.
    static std::string published(std::vector<std::string> words);
    // Ends the next message of a queue.
    static delivery settle_next(std::string const& queue, outcome how);
    // Publishes a task and makes it a dead letter; its id.
    static std::string
    dead_letter(std::string const& queue, std::string const& task, std::string const& error_type);
    // A number of a queue, as `queue show` has it.
    static int count(std::string const& queue, std::string const& key);

    static std::unique_ptr<broker_process> broker_;
};

} // namespace peyk::test
