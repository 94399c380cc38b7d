#include "tools/lab_page.h"

#include <limits>

#include "models/spec/json/json_text.h"
#include "reports/render/comparison_json.h"
#include "reports/render/drawn_json.h"
#include "reports/render/lab_json.h"
#include "reports/render/run_json.h"
#include "tools/lab_over_time.h"
#include "tools/pictures.h"
#include "tools/run_folder.h"

namespace tools {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

std::string_view text_of(reports::Answer answer) {
    switch (answer) {
        case reports::Answer::holds:
            return "held";
        case reports::Answer::fails:
            return "failed";
        default:
            return "undefined";
    }
}

std::string_view text_of(Proof::Kind kind) {
    switch (kind) {
        case Proof::Kind::figures:
            return "figures";
        case Proof::Kind::check:
            return "check";
        case Proof::Kind::promql:
            return "promql";
        case Proof::Kind::command:
            return "command";
        default:
            return "refused";
    }
}

std::vector<reports::LabAsked> shown(const BySeed& asked) {
    std::vector<reports::LabAsked> by_seed;
    for (const Asked& each : asked) {
        reports::LabAsked one{{kNothing}, {kNothing}, std::string(text_of(each.answer))};
        if (each.sides) {
            one.left = each.sides->left;
            one.right = each.sides->right;
        }
        by_seed.push_back(std::move(one));
    }
    return by_seed;
}

reports::LabStatementShown shown(const Proof::Statement& statement, const StatementResult& came,
                                 const std::vector<std::string>& controls) {
    reports::LabStatementShown each;
    each.name = statement.name;
    each.kind = text_of(statement.kind);
    each.expr = statement.text;
    each.because = statement.because;
    each.premise = statement.is_premise;
    each.held = came.held();
    each.claim = shown(came.plain);
    for (std::size_t i = 0; i < came.under.size(); ++i) {
        if (came.is_broken_by(i)) each.broken_by.push_back(controls[i]);
        each.controls.emplace_back(controls[i], shown(came.under[i]));
    }
    return each;
}

std::vector<reports::LabStatementShown> statements_shown(
    const std::vector<Proof::Statement>& statements, const std::vector<StatementResult>& came,
    const std::vector<std::string>& controls) {
    std::vector<reports::LabStatementShown> all;
    for (std::size_t i = 0; i < came.size(); ++i) {
        all.push_back(shown(statements[i], came[i], controls));
    }
    return all;
}

std::string name_of(const Lab& lab, const Proof::Case& played) {
    if (!played.control) return played.variant.empty() ? "as claimed" : played.variant;
    const std::string& control = lab.controls.entries[*played.control].first;
    return played.variant.empty() ? control : played.variant + ", " + control;
}

// For the table of all numbers.
std::string comparison_of(const Proof& proof, const Result& result) {
    if (result.runs.empty()) return {};
    const std::size_t seeds = proof.lab.seeds.size();
    reports::Played played{reports::usual_figures(), {}, {}, {}, 0};
    played.metrics.push_back(reports::index_of(played.figures, "p99"));
    reports::ComparisonInfo info;
    info.name = proof.lab.title;
    info.version = SPATE_VERSION;
    info.seed = proof.lab.seeds.front();
    for (std::size_t i = 0; i < proof.cases.size(); ++i) {
        played.names.push_back(name_of(proof.lab, proof.cases[i]));
        std::vector<reports::Sample>& samples = played.samples.emplace_back();
        for (std::size_t seed = 0; seed < seeds; ++seed) {
            samples.push_back(result.runs[i * seeds + seed].sample);
        }
        info.variants.push_back({proof.file, "", {}, {}});
    }
    return reports::comparison_json(info, reports::compare(std::move(played)));
}

std::vector<std::string> settings_of(const models::spec::Json& set,
                                     const std::vector<std::string>& overlays) {
    std::vector<std::string> settings = tools::settings_of(set);
    for (const std::string& overlay : overlays) settings.push_back("overlay " + overlay);
    return settings;
}

// As it is played with the first variant; empty where a file of it cannot be read.
std::string scenario_of(const Proof& proof, const LabControl* control) {
    LabFile file;
    file.path = proof.file;
    file.lab = proof.lab;
    models::spec::Problems problems;
    const models::spec::Json document = models::document_of(
        source_of(file, variants_of(proof.lab).values.front(), control), problems);
    return problems.empty() ? models::spec::indented_text(document) : "";
}

// What its charts of the first run need.
void add_first_run(reports::LabShown& shown, const Proof& proof, const Result& result) {
    if (result.runs.empty() || !result.runs.front().drawn) return;
    const Kept& first = result.runs.front();
    shown.run = reports::run_json({}, first.summary, {}, SPATE_VERSION, 0);
    shown.drawn = reports::drawn_json(*first.drawn, first.summary, "");
    shown.over_time = over_time_of(proof, result);
}

std::vector<reports::LabControlShown> controls_of(const Proof& proof, const Result& result) {
    std::vector<reports::LabControlShown> all;
    for (std::size_t i = 0; i < result.control_claims.size(); ++i) {
        const auto& [name, control] = proof.lab.controls.entries[i];
        all.push_back(
            {name, result.control_abouts[i], scenario_of(proof, &control),
             settings_of(control.set, control.overlays), control.breaks,
             broken_by(proof, result, i),
             statements_shown(proof.control_claims[i], result.control_claims[i], {name})});
    }
    return all;
}

}  // namespace

bool write_lab_page(const Proof& proof, const Result& result, const LabPage& page) {
    const Lab& lab = proof.lab;
    std::vector<std::string> names;
    for (const auto& each : lab.controls) names.push_back(each.first);
    reports::LabShown shown;
    shown.version = SPATE_VERSION;
    shown.file = proof.file;
    shown.catalogue = page.catalogue;
    for (const std::string& row : lab.rows) shown.rows.push_back(page.rows.shown(row));
    shown.title = lab.title;
    shown.about = result.about;
    shown.scenario = scenario_of(proof, nullptr);
    shown.settings = settings_of(lab.set, lab.overlays);
    shown.vary = lab.vary;
    shown.seeds = lab.seeds;
    shown.controls = controls_of(proof, result);
    for (const TryNext& each : lab.try_next) shown.try_next.push_back({each.ask, each.run});
    shown.held = result.held();
    shown.why = result.why;
    shown.statements = statements_shown(proof.statements, result.statements, names);
    shown.comparison = comparison_of(proof, result);
    add_first_run(shown, proof, result);
    const std::string json = reports::lab_json(shown);
    const HeldInterrupts held;
    RunFolder folder(page.folder);
    return folder.begin() && write_drawn({{"lab", json}}, folder.staged()) &&
           write_file(folder.staged() + "/lab.json", json) && folder.commit("lab");
}

}  // namespace tools
