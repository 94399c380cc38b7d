// spate check: everything that is wrong with scenarios, and what is worth knowing about them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "reports/render/text.h"
#include "tools/command.h"

namespace tools {

namespace {

bool check(const std::string& file, const std::vector<std::string>& overlays) {
    const models::Loaded loaded = models::load({file, overlays, {}, {}});
    if (!loaded.scenario) {
        fmt::print("{}", loaded.problems.render());
        return false;
    }
    const std::string shown = reports::printable(file);
    if (!expectations(loaded.scenario->expect, {names_of_nodes(*loaded.scenario), {}})) {
        fmt::print("{}: an expectation is wrong\n", shown);
        return false;
    }
    fmt::print("{}: ok\n", shown);
    for (const std::string& warning : loaded.warnings) {
        fmt::print("{}: warning: {}\n", shown, reports::printable(warning));
    }
    return true;
}

}  // namespace

Command check_command(CLI::App& program) {
    CLI::App* const app =
        program.add_subcommand("check", "Find everything that is wrong, without playing");
    auto files = std::make_shared<std::vector<std::string>>();
    auto overlays = std::make_shared<std::vector<std::string>>();
    app->add_option("FILE", *files, "Scenarios")->required();
    app->add_option("--overlay", *overlays, "A file laid over each of them")
        ->expected(1)
        ->take_all();
    return {app, [files, overlays] {
                bool right = true;
                for (const std::string& file : *files) right = check(file, *overlays) && right;
                return right ? kOk : kWrong;
            }};
}

}  // namespace tools
