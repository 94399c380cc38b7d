#include "tools/lab_command.h"

#include <fstream>
#include <regex>
#include <sstream>
#include <vector>

#include "tools/command.h"
#include "tools/program.h"
#include "tools/scratch.h"

namespace tools {

namespace {

// Words apart by blanks, with the folder's name where it is asked for.
std::vector<std::string> words_of(const std::string& line, const std::string& folder) {
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

bool is_regex(const std::string& text) {
    try {
        const std::regex regex(text);
    } catch (const std::regex_error&) {
        return false;
    }
    return true;
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

void LabCommand::check(models::spec::Check& check) const {
    check.that(says.empty() || matches.empty(), "matches", "there is \"says\" already");
    check.that(is_regex(matches), "matches", "not a regular expression");
    check.that(file.find('/') == std::string::npos, "file", "expected the name of a file in {dir}");
    const bool says_something = !says.empty() || !matches.empty() || exits != 0;
    check.that(says_something, "says", "a command that may say anything",
               "give \"says\", \"matches\" or \"exits\"");
    check.that(times.empty() || !says.empty() || !matches.empty(), "times",
               "it is not said what is counted", "give \"says\" or \"matches\"");
}

std::optional<Said> said_by(const LabCommand& command, const models::ScenarioSource& source,
                            std::uint64_t seed) {
    const Scratch scratch;
    if (!scratch.is_there()) return std::nullopt;
    std::vector<std::string> words = words_of(command.run, scratch.path());
    std::string scenario = source.file;
    if (source.text) {
        scenario = scratch.file("scenario.json");
        if (!write_file(scenario, *source.text)) return std::nullopt;
    }
    words.push_back(scenario);
    for (const std::string& overlay : source.overlays) {
        words.insert(words.end(), {"--overlay", overlay});
    }
    for (const std::string& set : source.sets) words.insert(words.end(), {"--set", set});
    words.insert(words.end(), {"--seed", std::to_string(seed)});
    const auto code = run_program("/proc/self/exe", words, scratch.file("said"));
    if (!code) return std::nullopt;
    std::ifstream in(scratch.file(command.file.empty() ? "said" : command.file), std::ios::binary);
    return Said{*code, in.is_open(), lines_with(in, command)};
}

}  // namespace tools
