#include "client/cli/bulk_publish.hpp"

#include "client/cli/progress.hpp"

#include <boost/asio/use_future.hpp>

#include <deque>
#include <future>
#include <istream>

namespace peyk::cli {
namespace {

constexpr std::size_t batch_messages = 500;
constexpr std::size_t batch_bytes = 256u << 10; // large lines make small batches
constexpr std::size_t batches_in_flight = 8;

using answers = std::future<std::vector<publish_result>>;

// The size of what can be measured; 0 for a pipe.
std::uint64_t size_of(std::istream& in) {
    auto const here = in.tellg();
    if (here < 0) {
        in.clear();
        return 0;
    }
    in.seekg(0, std::ios::end);
    auto const end = in.tellg();
    in.clear();
    in.seekg(here);
    return end < here ? 0 : static_cast<std::uint64_t>(end - here);
}

std::vector<message> next_batch(std::istream& lines, message const& model, std::uint64_t& read) {
    std::vector<message> batch;
    std::size_t bytes = 0;
    std::string line;
    while (batch.size() < batch_messages && bytes < batch_bytes && std::getline(lines, line)) {
        bytes += line.size();
        read += line.size() + 1;
        batch.push_back(model);
        batch.back().content.body = std::move(line);
        line.clear();
    }
    return batch;
}

void count(answers&& waiting, bulk_outcome& into) {
    for (auto const& answer : waiting.get()) {
        if (!answer.error) {
            ++into.published;
            continue;
        }
        if (into.refused++ == 0) {
            into.first_error = answer.error;
            into.first_refusal = answer.detail.empty() ? answer.error.message() : answer.detail;
        }
    }
}

} // namespace

bulk_outcome bulk_publish(client broker, std::istream& lines, message const& model) {
    bulk_outcome outcome;
    auto const total = size_of(lines);
    progress bar{total == 0 ? "publishing, messages" : "publishing, bytes", total};
    std::deque<answers> in_flight;
    std::uint64_t read = 0;
    auto const begin = std::chrono::steady_clock::now();
    try {
        for (auto batch = next_batch(lines, model, read); !batch.empty();
             batch = next_batch(lines, model, read)) {
            if (in_flight.size() == batches_in_flight) {
                count(std::move(in_flight.front()), outcome);
                in_flight.pop_front();
            }
            in_flight.push_back(broker.async_publish(std::move(batch), asio::use_future));
            bar.show(total == 0 ? outcome.published : read);
        }
        for (auto& waiting : in_flight)
            count(std::move(waiting), outcome);
    } catch (boost::system::system_error const& failed) {
        throw_error(failed.code());
    }
    outcome.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return outcome;
}

} // namespace peyk::cli
