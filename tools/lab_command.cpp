#include "tools/lab_command.h"

#include <fstream>
#include <regex>
#include <sstream>
#include <string_view>

#include "tools/command.h"
#include "tools/program.h"

namespace tools {

namespace {

// Words apart by blanks, with the folder's name where it is asked for.
std::vector<std::string> split_command(const std::string& line, const std::string& folder) {
    std::vector<std::string> words;
    std::istringstream in(line);
    for (std::string word; in >> word;) {
        constexpr std::string_view kFolder = "{dir}";
        const std::size_t at = word.find(kFolder);
        if (at != std::string::npos) word.replace(at, kFolder.size(), folder);
        words.push_back(word);
    }
    return words;
}

// Of commands that play nothing, chance is no option.
bool has_seed(std::string_view command) {
    return !command.starts_with("graph");
}

std::vector<std::string> options_of(const models::ScenarioSource& source, std::uint64_t seed,
                                    std::string_view command) {
    std::vector<std::string> options;
    for (const std::string& overlay : source.overlays) {
        options.insert(options.end(), {"--overlay", overlay});
    }
    for (const std::string& set : source.sets) options.insert(options.end(), {"--set", set});
    if (has_seed(command)) options.insert(options.end(), {"--seed", std::to_string(seed)});
    return options;
}

constexpr const char* kSaid = "said";  // the file of what it prints

std::optional<int> play_command(const LabCommand& command, const models::ScenarioSource& source,
                                std::uint64_t seed, const Scratch& scratch) {
    std::vector<std::string> words = split_command(command.run, scratch.path());
    const std::string file = source.text ? scratch.file("scenario.json") : source.file;
    if (source.text && !write_file(file, *source.text)) return std::nullopt;
    if (words.empty()) return std::nullopt;
    words.insert(words.begin() + 1, file);  // behind an option it could be one more value of that
    const std::vector<std::string> options = options_of(source, seed, command.run);
    words.insert(words.end(), options.begin(), options.end());
    return run_program("/proc/self/exe", words, scratch.file(kSaid));
}

std::uint64_t lines_with(std::istream& in, const LabCommand& command) {
    const std::regex regex(command.matches);
    std::uint64_t lines = 0;
    for (std::string line; std::getline(in, line);) {
        const bool fits = command.matches.empty() ? line.find(command.says) != std::string::npos
                                                  : std::regex_search(line, regex);
        lines += fits ? 1 : 0;
    }
    return lines;
}

}  // namespace

std::optional<Said> CommandRuns::ask(const LabCommand& command,
                                     const models::ScenarioSource& source, std::uint64_t seed) {
    std::vector<std::string> words = options_of(source, seed, command.run);
    words.insert(words.begin(), {command.run, source.file});
    const auto [found, is_new] = runs_.try_emplace(std::move(words));
    Ran& ran = found->second;
    if (is_new && ran.scratch.is_there())
        ran.exit = play_command(command, source, seed, ran.scratch);
    if (!ran.exit) return std::nullopt;
    std::ifstream in(ran.scratch.file(command.file.empty() ? kSaid : command.file),
                     std::ios::binary);
    return Said{*ran.exit, lines_with(in, command)};
}

}  // namespace tools
