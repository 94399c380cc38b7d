// spate completion and spate man: what a shell and man(1) know of the program, from what its
// commands take.
#include <fmt/format.h>

#include "tools/command_line.h"
#include "tools/program_words.h"

namespace tools {

namespace {

std::string with_blanks(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

std::vector<std::string> command_names(const ProgramWords& program) {
    std::vector<std::string> names;
    for (const CommandWords& command : program.commands) names.push_back(command.name);
    return names;
}

// Words of an option, then options, then places; files where nothing better is known.
std::string bash(const ProgramWords& program) {
    std::string values;
    std::string options;
    std::string places;
    for (const CommandWords& command : program.commands) {
        std::vector<std::string> names = {"--help"};
        for (const OptionWords& option : command.options) {
            if (!option.is_place) names.push_back(option.name);
            if (option.values.empty()) continue;
            const std::string words = with_blanks(option.values);
            (option.is_place ? places : values) +=
                option.is_place ? fmt::format("        {}) words='{}' ;;\n", command.name, words)
                                : fmt::format("        {}:{}) words='{}' ;;\n", command.name,
                                              option.name, words);
        }
        options += fmt::format("            {}) words='{}' ;;\n", command.name, with_blanks(names));
    }
    return fmt::format(R"(# bash completion for spate, written by spate completion bash
_spate() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}
    local command=${{COMP_WORDS[1]}} words=
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W '{} --help --version' -- "$cur")
        return
    fi
    # --format=json comes as three words.
    if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${{COMP_WORDS[COMP_CWORD-2]}}; fi
    case $command:$prev in
{}    esac
    if [[ -z $words && $cur == -* ]]; then
        case $command in
{}        esac
    elif [[ -z $words ]]; then
        case $command in
{}        esac
    fi
    [[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}}
complete -o default -o bashdefault -F _spate spate
)",
                       with_blanks(command_names(program)), values, options, places);
}

// Within '...' of zsh and fish; of what _arguments reads the marks are escaped, too.
std::string quoted(const std::string& text, bool is_spec) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\'') {
            escaped += "'\\''";
            continue;
        }
        if (is_spec && (c == '[' || c == ']' || c == ':' || c == '\\')) escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string zsh_argument(const OptionWords& option) {
    const std::string what =
        option.values.empty() ? "_files" : "(" + with_blanks(option.values) + ")";
    if (option.is_place) {
        const std::string mark = option.may_be_repeated ? "*" : "";
        return fmt::format("'{}:{}:{}'", mark, quoted(option.name, true), what);
    }
    const std::string repeat = option.may_be_repeated ? "*" : "";
    const std::string value = option.takes_value ? ":value:" + what : "";
    return fmt::format("'{}{}{}[{}]{}'", repeat, option.name, option.takes_value ? "=" : "",
                       quoted(option.about, true), value);
}

std::string zsh(const ProgramWords& program) {
    std::string commands;
    std::string arguments;
    for (const CommandWords& command : program.commands) {
        commands += fmt::format("        '{}:{}'\n", command.name, quoted(command.about, true));
        arguments += fmt::format("        {})\n            _arguments", command.name);
        for (const OptionWords& option : command.options) {
            arguments += " \\\n                " + zsh_argument(option);
        }
        arguments += " \\\n                '--help[What this command takes]' ;;\n";
    }
    return fmt::format(R"(#compdef spate
# written by spate completion zsh
_spate() {{
    local -a commands
    commands=(
{}    )
    if ((CURRENT == 2)); then
        _describe command commands
        return
    fi
    shift words
    ((CURRENT--))
    case $words[1] in
{}    esac
}}
if [[ $funcstack[1] == _spate ]]; then _spate "$@"; else compdef _spate spate; fi
)",
                       commands, arguments);
}

std::string fish(const ProgramWords& program) {
    std::string text = "# fish completion for spate, written by spate completion fish\n";
    for (const CommandWords& command : program.commands) {
        text += fmt::format("complete -c spate -f -n __fish_use_subcommand -a {} -d '{}'\n",
                            command.name, quoted(command.about, false));
        const std::string seen =
            fmt::format("complete -c spate -n '__fish_seen_subcommand_from {}'", command.name);
        for (const OptionWords& option : command.options) {
            const std::string words =
                option.values.empty() ? "" : fmt::format(" -a '{}'", with_blanks(option.values));
            if (option.is_place) {
                if (!words.empty()) text += fmt::format("{} -f{}\n", seen, words);
                continue;
            }
            const std::string value = !option.takes_value ? "" : words.empty() ? " -r" : " -x";
            text += fmt::format("{} -l {}{}{} -d '{}'\n", seen, option.name.substr(2), value, words,
                                quoted(option.about, false));
        }
    }
    return text;
}

constexpr const char* kCompletionFooter =
    "A package of spate has installed these. Else, in the shell's own start file:\n"
    "\n"
    "  source <(spate completion bash)\n"
    "  source <(spate completion zsh)            # after compinit\n"
    "  spate completion fish | source";

}  // namespace

std::string completion_for(const std::string& shell, const ProgramWords& program) {
    if (shell == "bash") return bash(program);
    return shell == "zsh" ? zsh(program) : fish(program);
}

Command completion_command(CLI::App& program) {
    auto shell = std::make_shared<std::string>();
    return CommandLine(program, "completion", "What a shell reads to complete words of spate")
        .place_word("SHELL", *shell, {"bash", "zsh", "fish"}, "The shell")
        .footer(kCompletionFooter)
        .runs([shell, &program] {
            fmt::print("{}", completion_for(*shell, program_words(program)));
            return kOk;
        });
}

Command man_command(CLI::App& program) {
    return CommandLine(program, "man", "The manual page, as man(1) reads it")
        .footer("  spate man | man -l -")
        .runs([&program] {
            fmt::print("{}", manual_page(program_words(program)));
            return kOk;
        });
}

}  // namespace tools
