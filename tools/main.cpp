// The program: finds the command and maps what happens to an exit code.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>

#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"
#include "reports/words/terminal.h"
#include "tools/command.h"

namespace {

// A mistyped command, or option before it, would otherwise be reported as a missing command.
bool is_unknown_command(const CLI::App& program, int count, char** words) {
    if (count < 2) return false;
    const bool is_option = words[1][0] == '-';
    std::vector<std::string> names = {"-h", "--help", "--version"};
    if (!is_option) {
        names.clear();
        for (const CLI::App* each : program.get_subcommands({})) names.push_back(each->get_name());
    }
    if (std::ranges::find(names, words[1]) != names.end()) return false;
    const std::vector<std::string_view> views(names.begin(), names.end());
    tools::complain(fmt::format("there is no {} {}\n    {}", is_option ? "option" : "command",
                                models::spec::in_quotes(words[1]),
                                models::spec::did_you_mean(words[1], views, "there are:")));
    return true;
}

// The option that was probably meant by one that no command has.
std::string hint_for_extras(const CLI::App& program, int count, char** words) {
    std::vector<std::string> names;
    for (const CLI::App* command : program.get_subcommands()) {
        for (const CLI::Option* option : command->get_options())
            names.push_back(option->get_name());
    }
    const std::vector<std::string_view> known(names.begin(), names.end());
    for (int i = 1; i < count; ++i) {
        const std::string_view word =
            std::string_view(words[i]).substr(0, std::string_view(words[i]).find('='));
        if (!word.starts_with("--") || std::ranges::find(known, word) != known.end()) continue;
        const std::string_view nearest = models::spec::nearest(word, known);
        if (!nearest.empty()) return fmt::format("did you mean {}?", nearest);
    }
    return {};
}

// What is still in the buffer may not fit on the disk.
int flushed(int code) {
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    tools::complain("cannot write to the standard output");
    return tools::kFailed;
}

int run(int count, char** words) {
    CLI::App program(
        "Spate plays a large system before its traffic arrives: clients, balancers, services,\n"
        "databases and failures from a JSON scenario, request by request, always the same way.",
        "spate");
    program.set_version_flag("--version", std::string("spate ") + SPATE_VERSION);
    program.require_subcommand(1);
    program.footer(
        "Try:\n"
        "  spate run scenarios/stories/covid/february.json\n"
        "  spate run scenarios/stories/covid/march.json\n"
        "  spate describe nodes.server\n"
        "  spate COMMAND --help");
    const std::vector<tools::Command> commands = {
        tools::run_command(program),          tools::check_command(program),
        tools::describe_command(program),     tools::schema_command(program),
        tools::lab_command(program),          tools::compare_command(program),
        tools::sweep_command(program),        tools::explain_command(program),
        tools::plan_command(program),         tools::analyze_command(program),
        tools::report_command(program),       tools::chart_command(program),
        tools::graph_command(program),        tools::trace_command(program),
        tools::export_command(program),       tools::faults_command(program),
        tools::topics_command(program),       tools::runs_command(program),
        tools::diff_command(program),         tools::postmortem_command(program),
        tools::availability_command(program), tools::play_command(program),
        tools::gather_command(program),       tools::init_command(program),
        tools::import_command(program),       tools::calibrate_command(program),
        tools::completion_command(program),   tools::man_command(program),
        tools::truth_command(program),        tools::replay_command(program)};
    if (count < 2) {
        fmt::print(stderr, "{}", program.help());
        return tools::kWrong;
    }
    if (is_unknown_command(program, count, words)) return tools::kWrong;
    try {
        program.parse(count, words);
    } catch (const CLI::ExtrasError& error) {
        const std::string hint = hint_for_extras(program, count, words);
        tools::complain(fmt::format("{}{}", reports::printable(error.what()),
                                    hint.empty() ? "" : "\n    " + hint));
        return tools::kWrong;
    } catch (const CLI::ParseError& error) {
        const int code = program.exit(error);
        return code == 0 ? tools::kOk : tools::kWrong;
    }
    for (const tools::Command& command : commands) {
        if (command.app->parsed()) return command.run();
    }
    return tools::kWrong;
}

}  // namespace

int main(int count, char** words) {
    tools::end_when_out_of_memory();
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a full disk
    try {
        return flushed(run(count, words));
    } catch (const std::bad_alloc&) {
        tools::complain("out of memory");
    } catch (const std::exception& error) {
        tools::complain(fmt::format("internal error: {}", error.what()));
    }
    return tools::kFailed;
}
