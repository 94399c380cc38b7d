// spate check: everything that is wrong with scenarios, and what is worth knowing about them.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "models/topology/simulate.h"
#include "models/topology/watch_check.h"
#include "reports/words/terminal.h"
#include "tools/check_findings.h"
#include "tools/command_line.h"
#include "tools/proof.h"
#include "tools/shipped.h"
#include "tools/subject.h"

namespace tools {

namespace {

namespace spec = models::spec;

struct CheckOptions {
    std::vector<std::string> files;
    std::vector<std::string> overlays;
    std::vector<std::string> sets;
    std::string format = "text";
};

// What there is to say of the files, for people and for programs.
struct Findings {
    std::string problems;
    std::string rest;  // what is ok, and warnings
    std::vector<CheckedFile> files;

    void add_problems(const spec::Problems& more) {
        problems += more.render();
        std::ranges::move(findings_of(more), std::back_inserter(files.back().problems));
    }
    // Of the file as a whole.
    void add_problem(const std::string& message) {
        const std::string& file = files.back().file;
        problems += fmt::format("{}: {}\n", reports::printable(file), message);
        files.back().problems.push_back({file, 0, 0, "", message, ""});
    }
    // No such lab: already worded for people.
    void add_unknown(const std::string& text) {
        problems += text;
        const std::string message = text.substr(0, text.find_last_not_of('\n') + 1);
        files.back().problems.push_back({files.back().file, 0, 0, "", message, ""});
    }
    void add_ok() { rest += fmt::format("{}: ok\n", reports::printable(files.back().file)); }
    void add_warning(CheckFinding warning) {
        rest += fmt::format("{}: warning: {}\n", reports::printable(files.back().file),
                            reports::printable(warning.message));
        files.back().warnings.push_back(std::move(warning));
    }
    void add_warning(const std::string& message) {
        add_warning({files.back().file, 0, 0, "", message, ""});
    }
};

// Metrics that alerts ask for and nobody has: as in Prometheus, such a rule never fires, and
// nothing else would tell.
std::vector<std::string> unknown_metrics_of(const models::Scenario& scenario) {
    if (scenario.alerts.rules.empty() && scenario.alerts.records.empty()) return {};
    return models::unknown_metrics(scenario.alerts, models::outline(scenario));
}

// A warning begins with the name of the node that it is about, in quotes, or is about the whole.
CheckFinding warning_of(const std::string& file, const std::string& message,
                        const spec::Json& document, const spec::Problems& read) {
    CheckFinding warning{file, 0, 0, "", message, ""};
    if (!message.starts_with('"')) return warning;
    const std::string name = message.substr(1, message.find('"', 1) - 1);
    const spec::Json* const nodes = document.find("nodes");
    const spec::Json* const node = nodes == nullptr ? nullptr : nodes->find(name);
    if (node == nullptr) return warning;
    warning = finding_of({node->place, "/nodes/" + name, message, ""}, read);
    if (warning.file.empty()) warning.file = file;
    return warning;
}

// The same that parse_thresholds says to people.
void add_expectations(const models::Loaded& loaded, Findings& findings) {
    const std::string before = findings.problems;
    if (parse_thresholds(loaded, {}, findings.problems) || findings.problems == before) return;
    for (const spec::Problem& each : wrong_expectations(loaded)) {
        findings.files.back().problems.push_back(finding_of(each, loaded.problems));
    }
}

void check_scenario(const models::ScenarioSource& source, Findings& findings) {
    const models::Loaded loaded = models::load(source);
    if (!loaded.scenario) return findings.add_problems(loaded.problems);
    const std::size_t before = findings.problems.size();
    if (const std::string why = why_too_large(*loaded.scenario); !why.empty()) {
        findings.add_problem(why);
    } else {
        add_expectations(loaded, findings);
    }
    if (findings.problems.size() > before) return;
    findings.add_ok();
    std::vector<std::string> warnings = loaded.warnings;
    std::ranges::move(unknown_metrics_of(*loaded.scenario), std::back_inserter(warnings));
    if (warnings.empty()) return;
    // What comes from the standard input was read once, and is gone.
    spec::Problems read;
    const bool is_there = source.file != "-" || source.text;
    const spec::Json document = is_there ? models::document_of(source, read) : spec::Json();
    for (const std::string& each : warnings) {
        findings.add_warning(warning_of(findings.files.back().file, each, document, read));
    }
}

// What is wrong with a lab's own words, or with a scenario that it would play.
void add_wrong_lab(const LabFile& file, const std::string& text, Findings& findings) {
    findings.problems += text;
    std::vector<CheckFinding>& all = findings.files.back().problems;
    all = findings_of(file.problems);
    if (!all.empty()) return;
    std::vector<const LabControl*> controls = {nullptr};
    for (const auto& [name, control] : file.lab.controls) controls.push_back(&control);
    for (const LabControl* const control : controls) {
        for (const std::string& variant : variants_of(file.lab).values) {
            const models::Loaded loaded = models::load(source_of(file, variant, control));
            std::ranges::move(findings_of(loaded.problems), std::back_inserter(all));
            if (!loaded.scenario || !all.empty()) continue;
            const std::string why = why_too_large(*loaded.scenario);
            if (!why.empty()) all.push_back({file.path.string(), 0, 0, "", why, ""});
        }
        if (!all.empty()) return;
    }
}

// A lab is right when each of its runs could be played and its claim can be asked of them; whether
// it holds is for `spate lab` to say, but for what is claimed of a check or of a refusal.
void check_lab(const std::string& path, Findings& findings) {
    LabFile file = read_lab(path);
    std::string problems;
    const auto proof = prepare(file, problems);
    if (!proof) return add_wrong_lab(file, problems, findings);
    if (file.lab.refused) {
        findings.add_ok();
    } else {
        check_scenario(source_of(file, proof->cases.front().variant, nullptr), findings);
    }
    for (const Proof::Statement& each : proof->statements) {
        if (each.found.empty() || each.found.front() == reports::Answer::holds) continue;
        findings.add_warning(each.kind == Proof::Kind::refused
                                 ? "its scenario is not refused, or for another reason"
                                 : fmt::format("a check does not say: {}", each.text));
    }
}

void check(const CheckOptions& options, const std::string& asked, Findings& findings) {
    std::string wrong;
    const auto found = asked_file(asked, wrong);
    findings.files.push_back({found.value_or(asked), {}, {}});
    if (!found) return findings.add_unknown(wrong);
    const std::string& file = *found;
    if (!is_lab(file)) {
        std::vector<std::string> overlays;
        for (const std::string& each : options.overlays) overlays.push_back(shipped_file(each));
        return check_scenario({file, overlays, options.sets, {}}, findings);
    }
    if (options.overlays.empty() && options.sets.empty()) return check_lab(file, findings);
    findings.add_problem(
        "this is a lab, which says itself what is laid over its scenario: --set and --overlay are "
        "for scenarios");
}

int check_all(const CheckOptions& options) {
    Findings findings;
    for (const std::string& file : options.files) check(options, file, findings);
    if (options.format == "json") {
        fmt::print("{}", check_json(findings.files));
    } else {
        fmt::print("{}{}", findings.problems, findings.rest);
    }
    return findings.problems.empty() ? kOk : kWrong;
}

}  // namespace

Command check_command(CLI::App& program) {
    auto options = std::make_shared<CheckOptions>();
    return CommandLine(program, "check", "Find everything that is wrong, without playing")
        .places("FILE", options->files,
                "Scenarios, labs and rows of labs (CA-17); - reads the standard input")
        .changes(options->sets, options->overlays, "each of them")
        .format(options->format)
        .footer(
            "Problems come first, with file, line and column; then what is ok, and warnings.\n"
            "As JSON (spate.check/1): `problems` and `warnings`, each with file, line, column,\n"
            "path (a JSON pointer), message and hint, null where there is none; `files`, each "
            "with\n"
            "whether it is ok; and `ok` for all of them.\n"
            "Exit: 0 all can be played, 2 not all.\n\n"
            "  spate check scenarios/stories/covid/*.json\n"
            "  spate check shop.json --set nodes.web.replicas=0\n"
            "  spate check shop.json --format json\n"
            "  spate check scenarios/labs/CV-06.json")
        .runs([options] { return check_all(*options); });
}

}  // namespace tools
