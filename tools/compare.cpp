// spate compare: variants of a system on the same chance, and what differs beyond chance.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "models/spec/nearest.h"
#include "models/spec/printable.h"
#include "reports/render/comparison_json.h"
#include "reports/render/terminal.h"
#include "tools/command.h"
#include "tools/precision.h"
#include "tools/replicas.h"
#include "tools/variants.h"
#include "tools/warm_up.h"

namespace tools {

namespace {

struct Options {
    VariantsAsked variants;
    ReplicasAsked replicas;
    std::uint32_t replications = 5;
    std::uint32_t most_replications = 100;
    std::string precision;
    std::string baseline;
    std::string warm_up;
    std::string duration;
    std::vector<std::string> metrics;
    std::vector<std::string> thresholds;
    std::string out;
    std::string format = "text";
    bool json = false;
    bool quiet = false;
    bool no_colour = false;
};

// What is to be played, once nothing is wrong with it.
struct Checked {
    Variants variants;
    std::size_t baseline = 0;
    reports::ComparedFigures figures = reports::usual_figures();
    std::vector<std::size_t> metrics;
    std::vector<std::vector<reports::Expression>> expected;  // by variant
    std::optional<double> precision;
};

// The same problem of many variants is told once.
class Told {
public:
    void add(const std::string& problem) {
        if (!problem.empty() && told_.insert(problem).second) text_ += problem;
    }
    const std::string& text() const { return text_; }

private:
    std::set<std::string> told_;
    std::string text_;
};

void check_expected(const Options& options, Checked& checked, Told& told) {
    for (const LoadedVariant& variant : checked.variants.each) {
        std::string problems;
        const models::Scenario& scenario = *variant.loaded.scenario;
        auto expected = parse_thresholds({variant.file, scenario.expect, options.thresholds},
                                         scenario, problems);
        told.add(problems);
        checked.expected.push_back(expected ? std::move(*expected)
                                            : std::vector<reports::Expression>());
    }
}

// A usual figure by its name, or any quantity that an expression can say.
void check_metrics(const Options& options, Checked& checked, Told& told) {
    reports::Vocabulary words;
    for (const std::string& metric : options.metrics) {
        std::size_t index = reports::index_of(checked.figures, metric);
        if (index == checked.figures.size()) {
            if (words.run.empty()) {
                for (const LoadedVariant& each : checked.variants.each) {
                    merge(words, words_of(*each.loaded.scenario));
                }
            }
            std::string problems;
            const auto quantity = parse_quantity_of(metric, "--metric", words, problems);
            told.add(problems);
            if (!quantity) continue;
            checked.figures.push_back({metric, quantity->dimension(), 0, quantity});
        }
        checked.metrics.push_back(index);
    }
    if (options.metrics.empty()) {
        checked.metrics.push_back(reports::index_of(checked.figures, "p99"));
    }
}

void check_baseline(const Options& options, Checked& checked, Told& told) {
    if (options.baseline.empty()) return;
    const auto& each = checked.variants.each;
    const auto found = std::ranges::find(each, options.baseline, &LoadedVariant::name);
    checked.baseline = static_cast<std::size_t>(found - each.begin());
    if (found != each.end()) return;
    std::vector<std::string_view> names;
    for (const LoadedVariant& variant : each) names.push_back(variant.name);
    told.add(fmt::format("spate: there is no variant {} to be the baseline\n    {}\n",
                         models::spec::in_quotes(options.baseline),
                         models::spec::did_you_mean(options.baseline, names, "there are: ")));
}

std::optional<Checked> check(const Options& options) {
    Told told;
    if (const std::string why = why_no_folder(options.out); !why.empty()) told.add(why);
    std::optional<double> precision;
    if (!options.precision.empty()) {
        precision = precision_of(options.precision);
        if (!precision) {
            told.add(fmt::format("spate: --precision {}: expected a share above 0, as in 2%\n",
                                 models::spec::in_quotes(options.precision)));
        }
    }
    VariantsAsked asked = options.variants;
    if (!options.duration.empty()) asked.sets.push_back("run.measure=" + options.duration);
    if (!options.warm_up.empty() && options.warm_up != "auto") {
        asked.sets.push_back("run.warm_up=" + options.warm_up);
    }
    std::string problems;
    auto variants = load_variants(asked, problems);
    told.add(problems);
    Checked checked;
    checked.precision = precision;
    if (variants) {
        checked.variants = std::move(*variants);
        if (checked.variants.each.size() < 2) {
            std::string left_out;
            for (const std::string& reason : checked.variants.left_out) {
                left_out += fmt::format("    left out: {}\n", reports::printable(reason));
            }
            told.add(fmt::format(
                "spate: there is only one variant, and nothing to compare it with\n    add --vary "
                "PATH=a,b or a second file\n{}",
                left_out));
        } else {
            check_baseline(options, checked, told);
            check_expected(options, checked, told);
            check_metrics(options, checked, told);
        }
    }
    if (told.text().empty()) return checked;
    fmt::print(stderr, "{}", told.text());
    return std::nullopt;
}

// The node whose balancer is varied: its machines are those that are looked at.
std::string varied_node(const Variants& variants) {
    for (const Variation& each : variants.each.front().varied) {
        constexpr std::string_view kNodes = "nodes.";
        if (!each.path.starts_with(kNodes)) continue;
        const std::string rest = each.path.substr(kNodes.size());
        return rest.substr(0, rest.find('.'));
    }
    return {};
}

reports::ComparisonInfo info_of(const Options& options, const Variants& variants) {
    reports::ComparisonInfo info;
    const models::Scenario& first = *variants.each.front().loaded.scenario;
    info.name = first.name.empty() ? variants.each.front().file : first.name;
    info.version = SPATE_VERSION;
    info.seed = options.replicas.seed;
    info.left_out = variants.left_out;
    for (const LoadedVariant& each : variants.each) {
        reports::ComparisonInfo::Variant variant{each.file, each.loaded.sha256, {}};
        for (const Variation& one : each.varied) variant.settings.emplace_back(one.path, one.value);
        info.variants.push_back(std::move(variant));
    }
    return info;
}

std::vector<std::string> names_of(const Variants& variants) {
    std::vector<std::string> names;
    for (const LoadedVariant& each : variants.each) names.push_back(each.name);
    return names;
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

int write(const Options& options, const reports::ComparisonInfo& info,
          const reports::Comparison& comparison) {
    const std::string json = reports::comparison_json(info, comparison);
    const bool is_json = options.json || options.format == "json";
    if (!options.out.empty() &&
        !(make_folder(options.out) &&
          write_file(options.out + "/compare.csv", reports::comparison_csv(comparison)) &&
          write_file(options.out + "/compare.json", json))) {
        return kFailed;
    }
    if (is_json) {
        fmt::print("{}", json);
    } else if (!options.quiet) {
        fmt::print("{}", reports::comparison_text(info, comparison,
                                                  wants_colour(options.no_colour, STDOUT_FILENO)));
        if (!options.out.empty()) {
            fmt::print("\n  written: {0}/compare.json, {0}/compare.csv\n",
                       reports::printable(options.out));
        }
    }
    const bool all_held = std::ranges::all_of(
        comparison.variants,
        [](const reports::Variant& variant) { return reports::broken_of(variant).empty(); });
    return all_held ? kOk : kCrossed;
}

int compare(const Options& options) {
    const auto start = std::chrono::steady_clock::now();
    std::optional<Checked> checked = check(options);
    if (!checked) return kWrong;
    reports::ComparisonInfo info = info_of(options, checked->variants);
    if (options.warm_up == "auto") {
        const WarmUpEnd end = cut_warm_up(checked->variants, options.replicas);
        if (end.play != PlayEnd::whole) return complain_of(end.play);
        info.notes.push_back(end.note);
    }
    ReplicasAsked asked = options.replicas;
    asked.balanced = varied_node(checked->variants);
    Replicas replicas(checked->variants.each, checked->figures, checked->expected, asked);
    if (checked->precision) {
        const PrecisionEnd end =
            play_to_precision(replicas, {checked->metrics.front(), *checked->precision,
                                         options.replications, options.most_replications});
        if (end.play != PlayEnd::whole) return complain_of(end.play);
        info.notes.push_back(end.note);
    } else if (const PlayEnd end = replicas.play_up_to(options.replications);
               end != PlayEnd::whole) {
        return complain_of(end);
    }
    if (is_any_out_of_room(replicas, checked->variants)) return kFailed;
    const reports::Comparison comparison =
        reports::compare({checked->figures, checked->metrics, names_of(checked->variants),
                          replicas.samples(), checked->baseline});
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    info.wall_s = wall.count();
    return write(options, info, comparison);
}

constexpr const char* kFooter =
    "Replication n of every variant has the same seed, so the same users ask for the same\n"
    "things at the same times (common random numbers); only what the system makes of them\n"
    "differs. A difference is claimed when the 95 % t-interval over the pairs leaves out zero.\n"
    "\n"
    "--vary PATH=a,b,c takes values as --set does, whole objects, and ranges: 1..8, 10..50:5\n"
    "(steps), 1..64*2 (factors), 1ms..1s*/7 (so many). PATH=all is every member of a family.\n"
    "Several --vary are combined. FILE may be a lab: its scenario, and what it varies.\n"
    "\n"
    "Exit: 0 ran and every expectation held, 99 a variant crossed one, 2 something is wrong\n"
    "with the command line or a scenario, 1 anything else.\n"
    "\n"
    "  spate compare shop.json --vary nodes.front.balancer=all\n"
    "  spate compare shop.json --vary nodes.web.replicas=4,8,16 --precision 2%\n"
    "  spate compare shop.json --vary nodes.front.balancer=random,'{\"kind\": \"least_request\", "
    "\"choices\": 3}'\n"
    "  spate compare before.json after.json --metric 'p(99)' --metric db.utilisation --out out";

}  // namespace

Command compare_command(CLI::App& program) {
    CLI::App* const app =
        program.add_subcommand("compare", "Play variants on the same chance, and say what differs");
    auto options = std::make_shared<Options>();
    options->replicas.play.jobs = std::max(1u, std::thread::hardware_concurrency());
    app->add_option("FILE", options->variants.files, "Scenarios or labs; - reads standard input")
        ->required();
    app->add_option("--vary", options->variants.vary, "PATH=a,b,c or PATH=all: a variant each")
        ->expected(1)
        ->take_all();
    app->add_option("--baseline", options->baseline, "The variant to compare with (the first)");
    app->add_option("--metric", options->metrics,
                    "What the sentences are about: p99, availability, cost_per_month, "
                    "web.utilisation, ...")
        ->expected(1)
        ->take_all();
    app->add_option("--replications", options->replications, "Of each variant, at least")
        ->check(CLI::Range(1u, 100000u))
        ->capture_default_str();
    app->add_option("--precision", options->precision,
                    "More replications until the metric is known to within this, as 2%");
    app->add_option("--max-replications", options->most_replications, "With --precision, at most")
        ->check(CLI::Range(2u, 100000u))
        ->capture_default_str();
    app->add_option("--warm-up", options->warm_up,
                    "Instead of run.warm_up; auto cuts where MSER-5 says, alike for all");
    app->add_option("--duration", options->duration, "Measured time, instead of run.measure");
    app->add_option("--seed", options->replicas.seed, "Chance: the same seed, the same result")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app->add_option("--jobs", options->replicas.play.jobs, "Runs played at a time")
        ->check(CLI::Range(1u, 1024u));
    app->add_option("--set", options->variants.sets, "PATH=VALUE for every variant")
        ->expected(1)
        ->take_all();
    app->add_option("--overlay", options->variants.overlays, "A file laid over every variant")
        ->expected(1)
        ->take_all();
    app->add_option("--threshold", options->thresholds, "One more expectation of every variant")
        ->expected(1)
        ->take_all();
    app->add_option("--out", options->out, "Folder for compare.json and compare.csv");
    app->add_option("--format", options->format, "What goes to the standard output")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app->add_flag("--json", options->json, "As --format json");
    app->add_flag("--quiet", options->quiet, "No text and no progress");
    app->add_flag("--no-color", options->no_colour, "No colour");
    app->footer(kFooter);
    return {app, [options] {
                options->replicas.play.show_progress =
                    !options->quiet && is_terminal(STDERR_FILENO);
                return compare(*options);
            }};
}

}  // namespace tools
