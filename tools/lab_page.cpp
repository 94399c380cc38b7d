#include "tools/lab_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "reports/render/comparison_json.h"
#include "reports/render/lab_json.h"
#include "tools/pictures.h"

namespace tools {

namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

// The statements that are joined by "and", as far as that can be seen from outside of brackets; a
// claim with an "or" is one statement.
std::vector<std::string> split_claim(const std::string& claim) {
    std::vector<std::string> parts;
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < claim.size(); ++at) {
        const std::string_view rest = std::string_view(claim).substr(at);
        depth += claim[at] == '(' || claim[at] == '[' ? 1 : 0;
        depth -= claim[at] == ')' || claim[at] == ']' ? 1 : 0;
        if (depth > 0) continue;
        if (rest.starts_with(" or ")) return {claim};
        if (!rest.starts_with(" and ")) continue;
        parts.push_back(claim.substr(begin, at - begin));
        begin = at + 5;
    }
    parts.push_back(claim.substr(begin));
    return parts;
}

std::optional<std::vector<reports::Expression>> parsed(const std::vector<std::string>& texts,
                                                       const reports::Vocabulary& words) {
    std::vector<reports::Expression> statements;
    for (const std::string& text : texts) {
        reports::ExpressionError error;
        auto statement = reports::Expression::parse(text, words, error);
        if (!statement) return std::nullopt;
        statements.push_back(std::move(*statement));
    }
    return statements;
}

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

std::vector<reports::LabClause::Asked> ask(const reports::Expression& statement, const Proof& proof,
                                           const Result& result, bool control) {
    std::vector<reports::LabClause::Asked> asked;
    for (std::size_t seed = 0; seed < proof.lab.seeds.size(); ++seed) {
        const auto of_variant = [&](const std::string& variant) -> const reports::Summary& {
            return summary_of(proof, result.runs, control, variant, seed);
        };
        const auto sides = statement.sides(of_variant);
        reports::LabClause::Asked each{{kNothing}, {kNothing}, ""};
        if (sides) each = {sides->left, sides->right, ""};
        each.answer = text_of(statement.ask(of_variant));
        asked.push_back(std::move(each));
    }
    return asked;
}

std::vector<reports::LabClause> clauses_of(const Proof& proof, const Result& result) {
    std::vector<reports::LabClause> clauses;
    if (!proof.claim || result.runs.empty()) return clauses;
    auto statements = parsed(split_claim(proof.lab.claim), proof.words);
    if (!statements) statements = {*proof.claim};
    for (const reports::Expression& each : *statements) {
        clauses.push_back(
            {each.text(), ask(each, proof, result, false), ask(each, proof, result, true)});
    }
    return clauses;
}

std::string name_of(const Proof::Case& played) {
    if (played.variant.empty()) return played.control ? "with the control" : "as claimed";
    return played.control ? played.variant + ", with the control" : played.variant;
}

// The usual figure that the claim speaks of first is what is drawn; else the p99.
std::size_t metric_of(const std::string& claim, const reports::ComparedFigures& figures) {
    std::size_t first = claim.size();
    std::size_t metric = reports::index_of(figures, "p99");
    for (std::size_t i = 0; i < figures.size(); ++i) {
        const reports::ComparedFigure& figure = figures[i];
        const std::string word =
            figure.percent > 0 ? fmt::format("p({:g})", figure.percent) : figure.name;
        const std::size_t at = claim.find(word);
        const bool is_of_a_node = at != std::string::npos && at > 0 && claim[at - 1] == '.';
        if (at >= first || is_of_a_node) continue;
        first = at;
        metric = i;
    }
    return metric;
}

std::string comparison_of(const Proof& proof, const Result& result) {
    if (result.runs.empty()) return {};
    const std::size_t seeds = proof.lab.seeds.size();
    reports::Played played{reports::usual_figures(), {}, {}, {}, 0};
    played.metrics.push_back(metric_of(proof.lab.claim, played.figures));
    reports::ComparisonInfo info;
    info.name = proof.lab.title;
    info.version = SPATE_VERSION;
    info.seed = proof.lab.seeds.front();
    for (std::size_t i = 0; i < proof.cases.size(); ++i) {
        played.names.push_back(name_of(proof.cases[i]));
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

}  // namespace

bool write_lab_page(const Proof& proof, const Result& result, const std::string& folder) {
    const Lab& lab = proof.lab;
    reports::LabShown shown;
    shown.version = SPATE_VERSION;
    shown.file = proof.file;
    shown.rows = lab.rows;
    shown.title = lab.title;
    shown.about = lab.about;
    shown.claim = lab.claim;
    shown.refused = lab.refused;
    for (const Finding& each : lab.checks) shown.checks.push_back(each.says);
    for (const PromqlStatement& each : lab.promql) shown.promql.push_back(each.expr);
    shown.settings = settings_of(lab.set, lab.overlays);
    shown.vary = lab.vary;
    shown.seeds = lab.seeds;
    shown.control_about = lab.control.about;
    shown.control_settings = settings_of(lab.control.set, lab.control.overlays);
    shown.try_next = lab.try_next;
    shown.held = result.held;
    shown.control_broke = result.control_broke;
    shown.why = result.why;
    shown.clauses = clauses_of(proof, result);
    shown.comparison = comparison_of(proof, result);
    const std::string json = reports::lab_json(shown);
    return make_folder(folder) && write_drawn({{"lab", json}}, folder) &&
           write_file(folder + "/lab.json", json);
}

}  // namespace tools
