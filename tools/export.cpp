// spate export: a finished run as a file for another tool.
#include <fmt/format.h>

#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/export_formats.h"

namespace tools {

namespace {

struct ExportOptions {
    ExportAsked asked;
    std::string to;
};

int export_run(const ExportOptions& options) {
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
    complain("say what it is for: --to FORMAT\n    spate export --help lists the formats");
    return kWrong;
}

}  // namespace

Command export_command(CLI::App& program) {
    auto options = std::make_shared<ExportOptions>();
    std::vector<std::string> names;
    std::string footer = "Formats:\n";
    for (const ExportFormat& format : export_formats()) {
        names.emplace_back(format.name);
        footer += fmt::format("  {:<12} {}\n", format.name, format.doc);
    }
    ExportAsked& asked = options->asked;
    return CommandLine(program, "export", "A finished run, for another tool")
        .place("RUN-DIR", asked.folder, "A folder that run --out wrote")
        .word("--to", options->to, names, "The format")
        .text("-o,--out", asked.out, "The file; else the standard output")
        .text("--rules", asked.rules, "Of rules-test: a file of alert rules")
        .texts("--fires", asked.fires,
               "Of rules-test: an alert that is firing then, as HighErrorRate@7min")
        .texts("--silent", asked.silent, "Of rules-test: one that is not, likewise")
        .footer(footer +
                "\n  spate export out --to grafana -o dashboard.json\n"
                "  spate export out --to rules-test --rules alerts.yml --fires HighErrorRate@7min "
                "-o test.yml")
        .runs([options] { return export_run(*options); });
}

}  // namespace tools
