// The program: finds the command and maps what happens to an exit code.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>

#include "models/spec/nearest.h"
#include "tools/command.h"

namespace {

// A mistyped command would otherwise be reported as a missing one.
bool is_unknown_command(const CLI::App& program, int count, char** words) {
    if (count < 2 || words[1][0] == '-') return false;
    std::vector<std::string> names;
    for (const CLI::App* each : program.get_subcommands({})) names.push_back(each->get_name());
    if (std::ranges::find(names, words[1]) != names.end()) return false;
    const std::vector<std::string_view> views(names.begin(), names.end());
    tools::complain(fmt::format("there is no command \"{}\"\n    {}", words[1],
                                models::spec::did_you_mean(words[1], views, "there are: ")));
    return true;
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
        "  spate run scenarios/stories/covid/monolith.json\n"
        "  spate run scenarios/stories/covid/monolith.json --overlay "
        "scenarios/stories/covid/february.json\n"
        "  spate describe nodes.server\n"
        "  spate COMMAND --help");
    const std::vector<tools::Command> commands = {
        tools::run_command(program), tools::check_command(program),
        tools::describe_command(program), tools::schema_command(program),
        tools::lab_command(program)};
    if (is_unknown_command(program, count, words)) return tools::kWrong;
    try {
        program.parse(count, words);
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
    try {
        return run(count, words);
    } catch (const std::bad_alloc&) {
        tools::complain("out of memory");
    } catch (const std::exception& error) {
        tools::complain(fmt::format("internal error: {}", error.what()));
    }
    return tools::kFailed;
}
