// spate describe and spate schema: what there is, from the declarations.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "models/spec/json_text.h"
#include "models/spec/reference.h"
#include "models/spec/schema.h"
#include "tools/command.h"

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
    CLI::App* const app = program.add_subcommand("describe", "Every model and parameter there is");
    auto path = std::make_shared<std::string>();
    auto markdown = std::make_shared<bool>(false);
    app->add_option("FAMILY.MODEL", *path, "As nodes, nodes.server, balancers.least_request");
    app->add_flag("--markdown", *markdown, "All of it, as models/REFERENCE.md");
    return {app, [path, markdown] { return describe(*path, *markdown); }};
}

Command schema_command(CLI::App& program) {
    CLI::App* const app =
        program.add_subcommand("schema", "JSON Schema of a scenario, for editors");
    return {app, [] {
                const models::spec::Json schema =
                    models::spec::json_schema(models::scenario_types());
                fmt::print("{}\n", models::spec::indented_text(schema));
                return kOk;
            }};
}

}  // namespace tools
