// spate import: a scenario from files of a system that runs somewhere.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "models/spec/documents/source_file.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/expect_schema.h"
#include "tools/import/log_scenario.h"
#include "tools/import/reader.h"
#include "tools/import/scenario_maker.h"
#include "tools/import/trace_scenario.h"
#include "tools/import/wiring.h"

namespace tools {

namespace {

namespace fs = std::filesystem;

struct ImportOptions {
    std::vector<std::string> files;
    std::string out;
};

struct Imported {
    imports::System* system;
    imports::Recorded* recorded;
};

constexpr std::string_view kImportSchema = "spate.schema.json";

// What was left out, by place, each once.
std::string left_out_text(const imports::System& system) {
    std::vector<imports::LeftOut> sorted = system.left_out;
    std::ranges::stable_sort(sorted, {}, [](const imports::LeftOut& each) {
        return std::pair(each.place.source, each.place.line);
    });
    std::string text;
    for (const imports::LeftOut& each : sorted) {
        const std::string line =
            fmt::format("  {}: {}: {}\n", system.problems.where(each.place),
                        reports::printable(each.what), reports::printable(each.why));
        if (text.find(line) == std::string::npos) text += line;
    }
    return text.empty() ? text : "Not taken over:\n" + text;
}

void tell(const imports::System& system, const imports::MadeScenario& made) {
    for (const std::string& each : system.read) {
        fmt::print(stderr, "{}\n", reports::printable(each));
    }
    fmt::print(stderr,
               "{} nodes; {} gaps, each marked GAP in the scenario, with a placeholder and what "
               "would measure it\n{}",
               made.nodes, made.gaps, left_out_text(system));
}

// `beside`: a file that clients of an access log's scenario replay.
imports::MadeLogScenario make(const Imported& imported, const std::string& name,
                              const std::string& schema, const std::string& beside) {
    if (!imported.recorded->spans.spans.empty()) {
        return {
            imports::make_trace_scenario(imported.recorded->spans, *imported.system, name, schema),
            ""};
    }
    if (!imported.recorded->log.requests.empty()) {
        return imports::make_log_scenario(imported.recorded->log, *imported.system, name, schema,
                                          beside);
    }
    return {imports::make_scenario(*imported.system, name, schema), ""};
}

// False, after a complaint.
bool is_free(const fs::path& file) {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(file, error))) return true;
    complain(fmt::format("{} is there already\n    --out with another name",
                         reports::printable(file.string())));
    return false;
}

// False, after all problems were told.
bool is_sound(const imports::System& system) {
    if (system.problems.empty()) return true;
    fmt::print(stderr, "{}", system.problems.render());
    return false;
}

int write_import(const ImportOptions& options, const Imported& imported) {
    const fs::path file = options.out;
    const bool is_one = options.files.size() == 1;
    const std::string name = is_one ? fs::path(options.files.front()).stem().string() : "imported";
    if (options.out.empty()) {
        const imports::MadeScenario made = make(imported, name, "", "").scenario;
        if (!is_sound(*imported.system)) return kWrong;
        fmt::print("{}", made.text);
        tell(*imported.system, made);
        return kOk;
    }
    fs::path requests = file;
    requests.replace_extension(".requests.csv");
    if (!is_free(file)) return kWrong;
    const auto [made, trace] =
        make(imported, name, fmt::format("./{}", kImportSchema), requests.filename().string());
    if (!is_sound(*imported.system) || (!trace.empty() && !is_free(requests))) return kWrong;
    if (const fs::path folder = file.parent_path(); !folder.empty() && !make_folder(folder)) {
        return kFailed;
    }
    if (!write_file((file.parent_path() / kImportSchema).string(), schema_text()) ||
        (!trace.empty() && !write_file(requests.string(), trace)) ||
        !write_file(file.string(), made.text)) {
        return kFailed;
    }
    tell(*imported.system, made);
    fmt::print("{0}\n\n  spate run {0} --out out\n", reports::printable(file.string()));
    return kOk;
}

int import_files(const ImportOptions& options) {
    imports::System system;
    imports::Recorded recorded;
    imports::read_system(options.files, system, recorded);
    const bool is_recorded = !recorded.spans.spans.empty() || !recorded.log.requests.empty();
    if (system.problems.empty() && !is_recorded && !imports::has_callable(system)) {
        const bool is_placed = !system.left_out.empty();
        const imports::LeftOut first = is_placed ? system.left_out.front() : imports::LeftOut();
        system.problems.add(
            {first.place,
             {},
             is_placed ? first.what + ": " + first.why : "there is no service in it",
             "a scenario needs a service or a workload; spate import --help says "
             "what is read"});
    }
    if (!is_sound(system)) return kWrong;
    return write_import(options, {&system, &recorded});
}

}  // namespace

Command import_command(CLI::App& program) {
    auto options = std::make_shared<ImportOptions>();
    return CommandLine(program, "import", "Write a scenario of a system that runs somewhere")
        .places("FILE", options->files,
                "Compose files and manifests of one system, or its traces, or access logs")
        .text("-o,--out", options->out, "The scenario's file; else the standard output")
        .footer(
            "What a file is, its content says: a compose file; manifests, or what kubectl get -o "
            "yaml\n"
            "prints. Of several files one scenario is made: services of one name are the same. "
            "Nothing "
            "but these\n"
            "files is read. What they do not say is marked GAP in the scenario, has a placeholder, "
            "so that it\n"
            "plays, and says what would measure it; what a scenario cannot say is listed on the "
            "standard\n"
            "error, with its line.\n\n"
            "Traces are OTLP's JSON, one object or one a line, Jaeger's export or Zipkin's v2 "
            "spans: who\n"
            "calls whom, how often, in parallel or not, own times with the law that fits them, and "
            "arrivals.\n"
            "Access logs (Common or Combined Log Format) give arrivals, which --out replays, "
            "shares, sizes,\n"
            "and times where they are logged.\n\n"
            "Exit: 2 when a file is none of these, or --out is there "
            "already.\n\n"
            "  spate import compose.yaml > shop.json && spate run shop.json\n"
            "  spate import k8s/*.yaml --out shop.json\n"
            "  spate import traces.json > traced.json && spate run traced.json")
        .runs([options] { return import_files(*options); });
}

}  // namespace tools
