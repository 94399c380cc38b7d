// The manual page, in the man macros of groff_man(7).
#include <fmt/format.h>

#include <sstream>

#include "tools/program_words.h"

namespace tools {

namespace {

// A line of text that no character of is taken for a request.
std::string roff(const std::string& text) {
    std::string escaped;
    if (text.starts_with('.') || text.starts_with('\'')) escaped = "\\&";
    for (const char c : text) {
        if (c == '\\') {
            escaped += "\\e";
        } else if (c == '-') {
            escaped += "\\-";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

// Lines as they are.
std::string as_written(const std::string& text) {
    std::string lines = ".PP\n.nf\n";
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines += roff(line) + "\n";
    return lines + ".fi\n";
}

std::string synopsis_of(const CommandWords& command) {
    std::string text = fmt::format(".B spate {}\n", roff(command.name));
    for (const OptionWords& option : command.options) {
        if (!option.is_place) continue;
        const std::string more = option.may_be_repeated ? "..." : "";
        text += option.is_required ? fmt::format(".I {}{}\n", roff(option.name), more)
                                   : fmt::format(".RI [ {}{} ]\n", roff(option.name), more);
    }
    return text;
}

std::string option_text(const OptionWords& option) {
    std::string value;
    for (const std::string& each : option.values) value += (value.empty() ? "" : "|") + each;
    if (value.empty()) value = "VALUE";
    std::string head = fmt::format("\\fB{}\\fR", roff(option.name));
    if (!option.is_place && option.takes_value) head += fmt::format(" \\fI{}\\fR", roff(value));
    std::string about = option.about;
    if (!option.value_if_not_given.empty()) {
        about += fmt::format(" [{}]", option.value_if_not_given);
    }
    if (!option.is_place && option.may_be_repeated) about += " (more than once)";
    return fmt::format(".TP\n{}\n{}\n", head, roff(about));
}

std::string command_text(const CommandWords& command) {
    std::string text = fmt::format(".SS {}\n{}.PP\n{}.\n", roff(command.name), synopsis_of(command),
                                   roff(command.about));
    for (const OptionWords& option : command.options) text += option_text(option);
    if (!command.footer.empty()) text += as_written(command.footer);
    return text;
}

constexpr std::string_view kExits =
    ".SH EXIT STATUS\n"
    ".TP\n.B 0\nDone, and every expectation held.\n"
    ".TP\n.B 99\nDone, and an expectation was crossed (or a lab is not proven); all is written.\n"
    ".TP\n.B 2\nThe command line or a file is wrong: nothing was run, nothing was written.\n"
    ".TP\n.B 1\nAnything else: a full disk, an interrupt, an error in spate.\n"
    ".SH ENVIRONMENT\n"
    ".TP\n.B NO_COLOR\nNo colour, when it is set to anything.\n";

}  // namespace

std::string manual_page(const ProgramWords& program) {
    std::string text = fmt::format(
        ".TH SPATE 1 \"\" \"spate {}\" \"User Commands\"\n"
        ".SH NAME\nspate \\- rehearse a large system before its traffic arrives\n"
        ".SH SYNOPSIS\n.B spate\n.I COMMAND\n.RI [ OPTION ]...\n.br\n.B spate\n.I COMMAND\n"
        ".B \\-\\-help\n"
        ".SH DESCRIPTION\n{}\n",
        SPATE_VERSION, roff(program.about));
    text += as_written(program.footer);
    text += ".SH COMMANDS\n";
    for (const CommandWords& command : program.commands) text += command_text(command);
    return text + std::string(kExits);
}

}  // namespace tools
