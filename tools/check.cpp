// spate check: everything that is wrong with scenarios, and what is worth knowing about them.
#include <fmt/format.h>

#include "models/alerts/watch.h"
#include "models/topology/simulate.h"
#include "models/topology/watch_check.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/proof.h"
#include "tools/subject.h"

namespace tools {

namespace {

struct Findings {
    std::string problems;
    std::string rest;  // what is ok, and warnings
};

// Metrics that alerts ask for and nobody has: as in Prometheus, such a rule never fires, and
// nothing else would tell.
std::vector<std::string> unknown_metrics_of(const models::Scenario& scenario) {
    if (scenario.alerts.rules.empty() && scenario.alerts.records.empty()) return {};
    return models::unknown_metrics(scenario.alerts, models::outline(scenario));
}

void check_scenario(const std::string& file, const models::ScenarioSource& source,
                    Findings& findings) {
    const models::Loaded loaded = models::load(source);
    if (!loaded.scenario) {
        findings.problems += loaded.problems.render();
        return;
    }
    const std::size_t before = findings.problems.size();
    if (const std::string why = why_too_large(*loaded.scenario); !why.empty()) {
        findings.problems += fmt::format("{}: {}\n", reports::printable(file), why);
    } else {
        parse_thresholds(loaded, {}, findings.problems);
    }
    if (findings.problems.size() > before) return;
    findings.rest += fmt::format("{}: ok\n", reports::printable(file));
    std::vector<std::string> warnings = loaded.warnings;
    for (std::string& each : unknown_metrics_of(*loaded.scenario)) {
        warnings.push_back(std::move(each));
    }
    for (const std::string& warning : warnings) {
        findings.rest +=
            fmt::format("{}: warning: {}\n", reports::printable(file), reports::printable(warning));
    }
}

// A lab is right when each of its runs could be played and its claim can be asked of them; whether
// it holds is for `spate lab` to say, but for what is claimed of a check or of a refusal.
void check_lab(const std::string& path, Findings& findings) {
    LabFile file = read_lab(path);
    const auto proof = prepare(file, findings.problems);
    if (!proof) return;
    const auto warn = [&](const std::string& what) {
        findings.rest += fmt::format("{}: warning: {}\n", reports::printable(path), what);
    };
    const bool is_refused = !file.lab.refused.empty();
    if (is_refused) {
        findings.rest += fmt::format("{}: ok\n", reports::printable(path));
    } else {
        check_scenario(path, source_of(file, proof->cases.front().variant, nullptr), findings);
    }
    for (const Proof::Statement& each : proof->statements) {
        if (each.found.empty() || each.found.front() == reports::Answer::holds) continue;
        warn(each.kind == Proof::Kind::refused
                 ? "its scenario is not refused, or for another reason"
                 : fmt::format("a check does not say: {}", reports::printable(each.text)));
    }
}

void check(const std::string& file, const std::vector<std::string>& overlays, Findings& findings) {
    if (!is_lab(file)) return check_scenario(file, {file, overlays, {}, {}}, findings);
    if (overlays.empty()) return check_lab(file, findings);
    findings.problems += fmt::format(
        "{}: this is a lab, which says itself what is laid over its scenario: --overlay is for "
        "scenarios\n",
        reports::printable(file));
}

int check_all(const std::vector<std::string>& files, const std::vector<std::string>& overlays) {
    Findings findings;
    for (const std::string& file : files) check(file, overlays, findings);
    fmt::print("{}{}", findings.problems, findings.rest);
    return findings.problems.empty() ? kOk : kWrong;
}

}  // namespace

Command check_command(CLI::App& program) {
    auto files = std::make_shared<std::vector<std::string>>();
    auto overlays = std::make_shared<std::vector<std::string>>();
    return CommandLine(program, "check", "Find everything that is wrong, without playing")
        .places("FILE", *files, "Scenarios and labs; - reads the standard input")
        .texts("--overlay", *overlays, "A file laid over each of them")
        .footer(
            "Problems come first, with file, line and column; then what is ok, and warnings.\n"
            "Exit: 0 all can be played, 2 not all.\n\n"
            "  spate check scenarios/stories/covid/*.json\n"
            "  spate check scenarios/labs/CV-06.json")
        .runs([files, overlays] { return check_all(*files, *overlays); });
}

}  // namespace tools
