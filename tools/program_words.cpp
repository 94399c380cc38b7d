#include "tools/program_words.h"

#include <CLI/CLI.hpp>

namespace tools {

namespace {

// "TEXT:{text,json}" of an option that takes one of those.
std::vector<std::string> values_in(const std::string& type) {
    std::vector<std::string> values;
    const std::size_t begin = type.find('{');
    if (begin == std::string::npos || type.back() != '}') return values;
    std::istringstream words(type.substr(begin + 1, type.size() - begin - 2));
    for (std::string word; std::getline(words, word, ',');) values.push_back(word);
    return values;
}

OptionWords option_words(const CLI::Option& option) {
    OptionWords words;
    words.is_place = option.get_positional();
    words.name = words.is_place ? option.get_name(true) : "--" + option.get_lnames().front();
    words.about = option.get_description();
    words.takes_value = option.get_type_size() > 0;
    if (words.takes_value) words.values = values_in(option.get_type_name());
    words.value_if_not_given = option.get_default_str();
    words.is_required = option.get_required();
    words.may_be_repeated = option.get_items_expected_max() > 1 ||
                            option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    return words;
}

}  // namespace

ProgramWords program_words(const CLI::App& program) {
    ProgramWords words{program.get_description(), program.get_footer(), {}};
    for (const CLI::App* const each : program.get_subcommands({})) {
        CommandWords command{each->get_name(), each->get_description(), each->get_footer(), {}};
        for (const CLI::Option* const option : each->get_options()) {
            if (option == each->get_help_ptr()) continue;
            command.options.push_back(option_words(*option));
        }
        words.commands.push_back(std::move(command));
    }
    return words;
}

}  // namespace tools
