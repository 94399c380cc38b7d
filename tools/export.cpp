// spate export: a finished run as a file for another tool.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "reports/render/terminal.h"
#include "tools/command.h"
#include "tools/export_formats.h"

namespace tools {

namespace {

struct Options {
    ExportAsked asked;
    std::string to;
};

int export_run(const Options& options) {
    for (const ExportFormat& format : export_formats()) {
        if (format.name != options.to) continue;
        const std::optional<std::string> text = format.text(options.asked);
        if (!text) return kWrong;
        if (options.asked.out.empty()) {
            fmt::print("{}", *text);
            return kOk;
        }
        if (!write_file(options.asked.out, *text)) return kFailed;
        fmt::print(stderr, "{}\n", reports::printable(options.asked.out));
        return kOk;
    }
    return kWrong;
}

}  // namespace

Command export_command(CLI::App& program) {
    CLI::App* const app = program.add_subcommand("export", "A finished run, for another tool");
    auto options = std::make_shared<Options>();
    std::vector<std::string> names;
    std::string footer = "Formats:\n";
    for (const ExportFormat& format : export_formats()) {
        names.emplace_back(format.name);
        footer += fmt::format("  {:<12} {}\n", format.name, format.doc);
    }
    app->add_option("RUN-DIR", options->asked.folder, "A folder that run --out wrote")->required();
    app->add_option("--to", options->to, "The format")->required()->check(CLI::IsMember(names));
    app->add_option("-o,--out", options->asked.out, "The file; else the standard output");
    app->add_option("--rules", options->asked.rules, "Of rules-test: a file of alert rules");
    app->add_option("--fires", options->asked.fires,
                    "Of rules-test: an alert that is firing then, as HighErrorRate@7min")
        ->expected(1)
        ->take_all();
    app->add_option("--silent", options->asked.silent, "Of rules-test: one that is not, likewise")
        ->expected(1)
        ->take_all();
    app->footer(footer +
                "\n  spate export out --to grafana -o dashboard.json\n"
                "  spate export out --to rules-test --rules alerts.yml --fires HighErrorRate@7min "
                "-o test.yml");
    return {app, [options] { return export_run(*options); }};
}

}  // namespace tools
