// Runs a fuzz target without libFuzzer: over the files of the folders it is given, and over
// mutations of them that are the same in every run. A folder that is missing is an empty one.
//
//   name [--mutations N] FOLDER...

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size);

namespace {

namespace fs = std::filesystem;

constexpr std::size_t input_bytes_max = 1u << 16;

void run(std::string const& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<std::uint8_t const*>(input.data()), input.size());
}

std::vector<std::string> read_folder(fs::path const& folder) {
    std::vector<fs::path> paths;
    if (fs::is_directory(folder)) {
        std::copy(fs::directory_iterator{folder}, {}, std::back_inserter(paths));
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> inputs;
    for (auto const& path : paths) {
        std::ifstream file{path, std::ios::binary};
        inputs.emplace_back(std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{});
    }
    return inputs;
}

// One small change: a bit, a byte, a number that parsers dislike, a cut, a doubled part.
void mutate(std::string& input, std::mt19937_64& random) {
    auto const at = input.empty() ? 0 : random() % input.size();
    auto const length = std::min<std::size_t>(random() % 64, input.size() - at);
    switch (random() % 6) {
    case 0:
        if (!input.empty()) {
            input[at] = static_cast<char>(input[at] ^ (1 << random() % 8));
        }
        break;
    case 1:
        input.insert(at, 1, static_cast<char>(random()));
        break;
    case 2:
        input.erase(at, length);
        break;
    case 3:
        input.insert(at, input.substr(at, length));
        break;
    case 4:
        input.resize(at);
        break;
    default:
        static constexpr std::string_view extremes[] = {"\xff\xff\xff\xff", "\xff\xff\xff\x7f"};
        input.replace(at, std::min<std::size_t>(4, input.size() - at), extremes[random() % 2]);
        break;
    }
}

} // namespace

int main(int argc, char** argv) {
    std::vector<std::string> inputs{""};
    std::uint64_t mutations = 0;
    for (int i = 1; i < argc; ++i) {
        if (std::string_view{argv[i]} == "--mutations" && i + 1 < argc) {
            mutations = std::strtoull(argv[++i], nullptr, 10);
            continue;
        }
        auto found = read_folder(argv[i]);
        std::move(found.begin(), found.end(), std::back_inserter(inputs));
    }
    std::for_each(inputs.begin(), inputs.end(), run);
    std::mt19937_64 random{1};
    for (std::uint64_t i = 0; i < mutations; ++i) {
        auto input = inputs[random() % inputs.size()];
        for (auto changes = random() % 4 + 1; changes != 0; --changes) {
            mutate(input, random);
        }
        input.resize(std::min(input.size(), input_bytes_max));
        run(input);
    }
    std::printf(
        "%zu inputs, %llu mutations\n", inputs.size(), static_cast<unsigned long long>(mutations));
    return EXIT_SUCCESS;
}
