#include "tools/proof.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/spec/json/nearest.h"
#include "reports/metrics/metrics.h"
#include "reports/words/terminal.h"
#include "tools/promtool.h"

namespace tools {

namespace {

namespace spec = models::spec;

// Loads every variant, without the control and with it.
bool load_cases(const LabFile& file, Proof& proof, std::string& problems) {
    bool right = true;
    for (const bool control : {false, true}) {
        for (const std::string& variant : variants_of(file.lab).values) {
            models::Loaded loaded = models::load(source_of(file, variant, control));
            std::string wrong =
                loaded.scenario ? why_too_large(*loaded.scenario) + "\n" : loaded.problems.render();
            if (loaded.scenario && wrong == "\n") {
                proof.cases.push_back({control, variant, std::move(*loaded.scenario)});
                continue;
            }
            right = false;
            problems += fmt::format(
                "{}{}{}:\n{}", reports::printable(proof.file), control ? ", the control" : "",
                variant.empty() ? "" : fmt::format(" [{}]", reports::printable(variant)), wrong);
        }
    }
    return right;
}

// What must be refused is, and what the control makes of it is not.
void check_refusals(const LabFile& file, Proof& proof) {
    proof.refusals = Proof::Refusals{true, true};
    for (const std::string& variant : variants_of(file.lab).values) {
        const models::Loaded plain = models::load(source_of(file, variant, false));
        const models::Loaded control = models::load(source_of(file, variant, true));
        const bool is_refused = plain.problems.render().find(file.lab.refused) != std::string::npos;
        proof.refusals->held = proof.refusals->held && !plain.scenario && is_refused;
        proof.refusals->control_broke = proof.refusals->control_broke && control.scenario;
    }
}

// The place in the file of an offset in a text, when the text stands there as it is.
spec::Place place_in(const LabFile& file, std::string_view pointer, std::string_view text,
                     std::size_t offset) {
    spec::Place place = spec::nearest_place(file.document, pointer);
    if (place.source == spec::Place::kNowhere) return place;
    const std::string_view source = file.problems.source(place.source).text;
    if (source.substr(std::min<std::size_t>(place.offset + 1, source.size())).starts_with(text)) {
        place.offset += static_cast<std::uint32_t>(offset + 1);
        place.column += static_cast<std::uint32_t>(reports::width_of(text.substr(0, offset)) + 1);
    }
    return place;
}

bool parse_claim(LabFile& file, Proof& proof) {
    if (file.lab.claim.empty()) return true;
    for (const Proof::Case& each : proof.cases) merge(proof.words, words_of(each.scenario));
    const LabVariants variants = variants_of(file.lab);
    if (!variants.is_one()) proof.words.variants = variants.values;
    reports::ExpressionError error;
    proof.claim = reports::Expression::parse(file.lab.claim, proof.words, error);
    if (proof.claim) return true;
    const std::vector<std::string_view> known(error.known.begin(), error.known.end());
    file.problems.add(
        {place_in(file, "/claim", file.lab.claim, error.offset), "/claim", error.message,
         error.unknown.empty() ? error.hint
                               : spec::did_you_mean(error.unknown, known, "there are:")});
    return false;
}

// How often the claim held, failed, or said nothing.
struct Answers {
    std::size_t held = 0;
    std::size_t failed = 0;
    std::size_t undefined = 0;
};

std::vector<Statement> statements_of(const Lab& lab) {
    std::vector<Statement> statements;
    for (const PromqlStatement& each : lab.promql) {
        statements.push_back({each.expr, sim::seconds(each.at)});
    }
    return statements;
}

// Both kinds of a claim together: it fails when either does.
reports::Answer both(reports::Answer figures, reports::Answer promql) {
    if (figures == reports::Answer::undefined || promql == reports::Answer::holds) return figures;
    return promql;
}

// What promtool says of a run; the first statement that it refutes goes to `why`.
reports::Answer ask_promtool(const Proof& proof, const Kept& kept, std::string& why) {
    if (proof.lab.promql.empty()) return reports::Answer::holds;
    const auto wrong = refuted(kept.metrics, statements_of(proof.lab));
    if (!wrong) return reports::Answer::undefined;
    if (wrong->empty()) return reports::Answer::holds;
    why = wrong->front();
    return reports::Answer::fails;
}

Answers ask(const Proof& proof, const std::vector<Kept>& runs, bool control, std::string& why) {
    Answers answers;
    const std::size_t seeds = proof.lab.seeds.size();
    for (std::size_t seed = 0; seed < seeds; ++seed) {
        const auto of_variant = [&](const std::string& variant) -> const reports::Summary& {
            return summary_of(proof, runs, control, variant, seed);
        };
        const auto figures = proof.claim ? proof.claim->ask(of_variant) : reports::Answer::holds;
        // A lab that speaks PromQL has no variants: the run is the first, or the control's.
        const Kept& run = runs[(control ? proof.cases.size() / 2 : 0) * seeds + seed];
        switch (both(figures, ask_promtool(proof, run, why))) {
            case reports::Answer::holds:
                ++answers.held;
                break;
            case reports::Answer::fails:
                ++answers.failed;
                break;
            case reports::Answer::undefined:
                ++answers.undefined;
                break;
        }
    }
    return answers;
}

std::string why_not(const Answers& plain, const Answers& control) {
    if (plain.undefined > 0) return "the claim is about something that did not happen";
    if (plain.held == 0) return "the claim fails";
    if (plain.failed > 0) return "the claim fails with some seeds";
    if (control.undefined > 0) {
        return "under the control the claim is about something that did not happen";
    }
    if (control.failed == 0) return "the control does not break the claim";
    if (control.held > 0) return "the control breaks the claim with some seeds only";
    return {};
}

// Every problem and warning of a scenario.
std::string said_of(const models::Loaded& loaded) {
    std::string said = loaded.problems.render();
    for (const std::string& warning : loaded.warnings) said += warning + "\n";
    return said;
}

std::vector<std::string> unsaid_of(const LabFile& file, bool control) {
    std::vector<std::string> unsaid;
    for (const Finding& finding : file.lab.checks) {
        const std::string said = said_of(models::load(source_of(file, finding, control)));
        if (said.find(finding.says) == std::string::npos) unsaid.push_back(finding.says);
    }
    return unsaid;
}

}  // namespace

std::optional<Proof> prepare(LabFile& file, std::string& problems) {
    Proof proof;
    proof.file = file.path.string();
    proof.lab = file.lab;
    if (file.problems.empty() && !file.lab.refused.empty()) {
        check_refusals(file, proof);
        return proof;
    }
    if (file.problems.empty()) {
        proof.unsaid = unsaid_of(file, false);
        proof.control_silences = !unsaid_of(file, true).empty();
    }
    if (file.problems.empty() && load_cases(file, proof, problems) && parse_claim(file, proof)) {
        return proof;
    }
    problems += file.problems.render();
    return std::nullopt;
}

const reports::Summary& summary_of(const Proof& proof, const std::vector<Kept>& runs, bool control,
                                   const std::string& variant, std::size_t seed) {
    const auto found = std::ranges::find_if(proof.cases, [&](const Proof::Case& each) {
        return each.control == control && each.variant == variant;
    });
    const auto index = static_cast<std::size_t>(found - proof.cases.begin());
    return runs[index * proof.lab.seeds.size() + seed].summary;
}

Result prove(const Proof& proof, const Play& how, bool with_samples) {
    Result result{proof.lab.rows, proof.file, proof.lab.title, false,
                  false,          {},         PlayEnd::whole,  {}};
    if (proof.refusals) {
        result.held = proof.refusals->held;
        result.control_broke = proof.refusals->control_broke;
        if (!result.held) result.why = "it is not refused, or for another reason";
        if (result.held && !result.control_broke)
            result.why = "it is refused with the control, too";
        return result;
    }
    std::vector<Run> runs;
    for (const Proof::Case& each : proof.cases) {
        for (const std::uint64_t seed : proof.lab.seeds)
            runs.push_back({&each.scenario, {seed, 0}});
    }
    const bool asks_promtool = !proof.lab.promql.empty();
    if (asks_promtool && !has_promtool()) {
        result.why = "promtool is not there: apt-get install prometheus";
        return result;
    }
    const reports::ComparedFigures figures = reports::usual_figures();
    const auto windows = proof.claim ? proof.claim->windows() : std::vector<reports::TimeWindow>();
    std::vector<Kept>& kept = result.runs;
    kept.resize(runs.size());
    result.end = play(runs, how, [&](std::size_t run, const sim::Recording& recording) {
        kept[run].summary = reports::summarise({&recording, 1}, windows);
        if (with_samples) kept[run].sample = reports::sample_of(recording, {figures, {}, {}});
        if (asks_promtool) kept[run].metrics = reports::metrics_of(recording, {proof.lab.title, 0});
    });
    if (result.end != PlayEnd::whole) return result;
    if (std::ranges::any_of(kept, [](const Kept& run) { return run.summary.out_of_room; })) {
        result.why = "a run was stopped: more requests were in flight than there is room for";
        return result;
    }
    std::string refuted_first;
    std::string refuted_by_control;
    const Answers plain = ask(proof, kept, false, refuted_first);
    const Answers control = ask(proof, kept, true, refuted_by_control);
    result.held = plain.held == proof.lab.seeds.size() && proof.unsaid.empty();
    result.control_broke =
        control.failed == proof.lab.seeds.size() || (plain.failed == 0 && proof.control_silences);
    if (!result.proven()) result.why = why_not(plain, control);
    if (!result.held && !refuted_first.empty()) {
        result.why += fmt::format(": {}", reports::printable(refuted_first));
    }
    if (!proof.unsaid.empty()) {
        result.why = fmt::format("a check does not say: {}", proof.unsaid.front());
    }
    return result;
}

}  // namespace tools
