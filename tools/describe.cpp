// spate describe and spate schema: what there is, from the declarations.
#include <fmt/format.h>

#include "models/spec/declaration/reference.h"
#include "tools/command_line.h"
#include "tools/expect_schema.h"

namespace tools {

namespace {

int describe(const std::string& path, bool markdown) {
    const models::spec::Types types = models::scenario_types();
    if (markdown) {
        fmt::print("{}", models::spec::reference_markdown(types));
        return kOk;
    }
    if (const auto text = models::spec::describe(types, path)) {
        fmt::print("{}", *text);
        return kOk;
    }
    const std::string hint = models::spec::describe_hint(types, path);
    complain(
        fmt::format("there is no \"{}\" to describe{}", path, hint.empty() ? "" : "\n    " + hint));
    return kWrong;
}

}  // namespace

Command describe_command(CLI::App& program) {
    auto path = std::make_shared<std::string>();
    auto markdown = std::make_shared<bool>(false);
    return CommandLine(program, "describe", "Every model and parameter there is")
        .text("FAMILY.MODEL", *path, "As nodes, nodes.server, balancers.least_request")
        .flag("--markdown", *markdown, "All of it, as models/REFERENCE.md")
        .runs([path, markdown] { return describe(*path, *markdown); });
}

Command schema_command(CLI::App& program) {
    return CommandLine(program, "schema", "JSON Schema of a scenario, for editors").runs([] {
        fmt::print("{}", schema_text());
        return kOk;
    });
}

}  // namespace tools
