// What the program takes, as data: for its manual page and for shells that complete its words.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tools {

struct OptionWords {
    std::string name;  // "--seed", or "FILE" of a place
    std::string about;
    std::vector<std::string> values;  // the only ones that it takes; empty: any
    std::string value_if_not_given;
    bool takes_value = false;  // a flag takes none
    bool is_place = false;     // has no dashes
    bool is_required = false;
    bool may_be_repeated = false;
};

struct CommandWords {
    std::string name;
    std::string about;
    std::string footer;
    std::vector<OptionWords> options;  // without --help
};

struct ProgramWords {
    std::string about;
    std::string footer;
    std::vector<CommandWords> commands;
};

ProgramWords program_words(const CLI::App& program);

// The program's manual page, for man(1).
std::string manual_page(const ProgramWords& program);

// What a shell reads to complete the program's words: bash, zsh or fish.
std::string completion_for(const std::string& shell, const ProgramWords& program);

}  // namespace tools
