#include "tools/experiment.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "reports/words/terminal.h"
#include "tools/pictures.h"
#include "tools/run_folder.h"

namespace tools {

namespace {

void check_expected(const ExperimentAsked& asked, Experiment& experiment, ReportedProblems& told) {
    for (std::size_t i = 0; i < experiment.variants.each.size(); ++i) {
        const LoadedVariant& variant = experiment.variants.each[i];
        std::string problems;
        std::vector<std::string> left_out;
        auto expected =
            parse_thresholds_among(variant.loaded, asked.thresholds, experiment.words[i],
                                   experiment.all_words, left_out, problems);
        told.add(problems);
        for (const std::string& reason : left_out) {
            experiment.variants.left_out.push_back(fmt::format("{}: {}", variant.name, reason));
        }
        experiment.expected.push_back(expected ? std::move(*expected)
                                               : std::vector<reports::Expression>());
    }
}

// What the members of a family are chosen by, beyond the p99: figures of the node whose part is
// varied, then of all.
struct ChosenBy {
    std::string_view part;
    std::vector<std::string_view> of_node;
    std::vector<std::string_view> of_all;
};

const std::vector<ChosenBy>& chosen_by() {
    static const std::vector<ChosenBy> list = {
        // How long the promise was broken, how many instances there were for how long, what that
        // cost, and who was answered at all: a queue that nobody stands in is short.
        {".autoscaler", {"breach_time", "instance_hours", "instances"}, {"cost", "availability"}},
        {".eviction", {"hit_ratio", "clairvoyant_hit_ratio"}, {}}};
    return list;
}

bool all_have(const std::string& metric, const Experiment& experiment) {
    return std::ranges::all_of(experiment.words, [&](const reports::Vocabulary& words) {
        std::string problems;
        return parse_quantity_of(metric, "--metric", words, problems).has_value();
    });
}

// Only what all of them have.
void add_figures_chosen_by(Experiment& experiment) {
    constexpr std::string_view kNodes = "nodes.";
    for (const Variation& varied : experiment.variants.each.front().varied) {
        for (const ChosenBy& each : chosen_by()) {
            const std::size_t at = varied.path.find(each.part);
            if (!varied.path.starts_with(kNodes) || at == std::string::npos) continue;
            const std::string node = varied.path.substr(kNodes.size(), at - kNodes.size());
            for (const std::string_view figure : each.of_node) {
                const std::string metric = fmt::format("{}.{}", node, figure);
                if (!all_have(metric, experiment)) continue;
                std::string problems;
                const auto quantity =
                    parse_quantity_of(metric, "--metric", experiment.all_words, problems);
                experiment.metrics.push_back(experiment.figures.size());
                experiment.figures.push_back({metric, quantity->dimension(), 0, quantity});
            }
            for (const std::string_view figure : each.of_all) {
                experiment.metrics.push_back(
                    reports::index_of(experiment.figures, std::string(figure)));
            }
        }
    }
}

// A usual figure by its name, or any quantity that an expression can say.
void check_metrics(const ExperimentAsked& asked, Experiment& experiment, ReportedProblems& told) {
    for (const std::string& metric : asked.metrics) {
        const std::size_t index = reports::index_of(experiment.figures, metric);
        if (index == experiment.figures.size()) {
            std::string problems;
            const auto quantity =
                parse_quantity_of(metric, "--metric", experiment.all_words, problems);
            told.add(problems);
            if (!quantity) continue;
            experiment.figures.push_back({metric, quantity->dimension(), 0, quantity});
        }
        experiment.metrics.push_back(index);
    }
    if (!asked.metrics.empty()) return;
    experiment.metrics.push_back(reports::index_of(experiment.figures, "p99"));
    add_figures_chosen_by(experiment);
}

}  // namespace

void add_options(CommandLine& line, ExperimentAsked& asked) {
    line.texts("--metric", asked.metrics,
               "What it is about: p99, availability, cost_per_month, web.utilisation, ...")
        .number("--replications", asked.replications, 1, kMostReplications,
                "Of each variant, at least")
        .text("--warm-up", asked.warm_up,
              "Instead of run.warm_up; auto cuts where MSER-5 says, alike for all")
        .duration(asked.duration)
        .seed(asked.replicas.seed)
        .jobs(asked.replicas.play.jobs)
        .limits(asked.limits)
        .changes(asked.variants.sets, asked.variants.overlays, "every variant")
        .texts("--threshold", asked.thresholds, "One more expectation of every variant")
        .text("--out", asked.out, "Folder for report.html, charts, the result as JSON and CSV")
        .format(asked.format)
        .flag("--json", asked.json, "As --format json")
        .flag("--quiet", asked.quiet, "No text and no progress")
        .flag("--no-color", asked.no_colour, "No colour");
}

VariantsAsked wanted_variants(const ExperimentAsked& asked) {
    VariantsAsked wanted = asked.variants;
    if (!asked.duration.empty()) wanted.sets.push_back("run.measure=" + asked.duration);
    if (!asked.warm_up.empty() && asked.warm_up != "auto") {
        wanted.sets.push_back("run.warm_up=" + asked.warm_up);
    }
    return wanted;
}

std::optional<Experiment> prepare(const ExperimentAsked& asked, ReportedProblems& told) {
    told.add(why_no_folder(asked.out));
    std::string problems;
    auto variants = load_variants(wanted_variants(asked), problems);
    told.add(problems);
    if (!variants) return std::nullopt;
    Experiment experiment;
    experiment.variants = std::move(*variants);
    if (experiment.variants.each.size() < 2) {
        std::string left_out;
        for (const std::string& reason : experiment.variants.left_out) {
            left_out += fmt::format("    left out: {}\n", reports::printable(reason));
        }
        told.add(
            fmt::format("spate: there is only one variant, and nothing to compare it with\n    add "
                        "--vary PATH=a,b\n{}",
                        left_out));
        return std::nullopt;
    }
    for (const LoadedVariant& each : experiment.variants.each) {
        experiment.words.push_back(words_of(*each.loaded.scenario));
        merge(experiment.all_words, experiment.words.back());
    }
    check_expected(asked, experiment, told);
    check_metrics(asked, experiment, told);
    return experiment;
}

bool get_ready(ExperimentAsked& asked) {
    asked.replicas.play.show_progress = !asked.quiet && is_terminal(STDERR_FILENO);
    const auto limits = limits_of(asked.limits);
    if (limits) asked.replicas.play.limits = *limits;
    return limits.has_value();
}

std::optional<std::string> told_of_fewer(Replicas& replicas, PlayEnd end,
                                         const StoppedRuns& stopped) {
    if (end != PlayEnd::stopped && end != PlayEnd::interrupted) {
        complain_of(end);
        return std::nullopt;
    }
    const std::string reason = stopped.reason.empty() ? "interrupted" : stopped.reason;
    const std::size_t whole = replicas.keep_whole();
    if (whole < 2) {
        complain(
            fmt::format("stopped: {}; fewer than two replications were played of every "
                        "variant, so nothing was written",
                        reports::printable(reason)));
        return std::nullopt;
    }
    const std::string note =
        fmt::format("stopped after {} replications of every variant: {}", whole, reason);
    complain(reports::printable(note) + "; these are reported, as partial");
    return "Partial: " + note + ".";
}

std::vector<std::string> names_of(const Variants& variants) {
    std::vector<std::string> names;
    for (const LoadedVariant& each : variants.each) names.push_back(each.name);
    return names;
}

reports::ComparisonInfo info_of(const ExperimentAsked& asked, const Variants& variants) {
    reports::ComparisonInfo info;
    const models::Scenario& first = *variants.each.front().loaded.scenario;
    info.name = first.name.empty() ? variants.each.front().file : first.name;
    info.version = SPATE_VERSION;
    info.seed = asked.replicas.seed;
    info.left_out = variants.left_out;
    for (const LoadedVariant& each : variants.each) {
        reports::ComparisonInfo::Variant variant{each.file, each.loaded.sha256, {}, {}};
        for (const Variation& one : each.varied) {
            variant.settings.emplace_back(one.path, one.value);
            variant.labels.push_back(one.label);
        }
        info.variants.push_back(std::move(variant));
    }
    return info;
}

bool write_folder(const std::string& out, const std::string& name, const std::string& json,
                  const std::string& csv) {
    const HeldInterrupts held;
    RunFolder folder(out);
    return folder.begin() && write_file(folder.staged() + "/" + name + ".csv", csv) &&
           write_drawn({{name, json}}, folder.staged()) &&
           write_file(folder.staged() + "/" + name + ".json", json) && folder.commit(name);
}

bool is_any_out_of_room(const Replicas& replicas, const Variants& variants) {
    for (std::size_t i = 0; i < variants.each.size(); ++i) {
        if (std::ranges::none_of(replicas.samples()[i], &reports::Sample::out_of_room)) continue;
        complain(fmt::format(
            "stopped: {} had more requests in flight than there is room for; it falls ever further "
            "behind\n    lower the rate, or give the clients a timeout policy",
            reports::printable(variants.each[i].name)));
        return true;
    }
    return false;
}

}  // namespace tools
