// spate calibrate: which law measured times follow, in a scenario's words.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "models/spec/json/json_text.h"
#include "models/spec/json/problems.h"
#include "reports/statistics/fits.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/import/commented.h"
#include "tools/import/law_notation.h"
#include "tools/import/measurements.h"

namespace tools {

namespace {

using models::spec::Json;

struct CalibrateOptions {
    imports::MeasurementsAsked asked;
    std::string format = "text";
};

constexpr std::size_t kFewestToFit = 20;
constexpr std::size_t kMostToFit = 100'000;

struct Percentile {
    const char* name;
    double share;
};
constexpr std::array kPercentiles = {Percentile{"p50", 0.5}, Percentile{"p90", 0.9},
                                     Percentile{"p99", 0.99}, Percentile{"p99.9", 0.999}};

struct Calibration {
    imports::Measurements measured;
    std::vector<double> sorted;
    std::size_t fitted = 0;
    double mean = 0;
    reports::Fits fits;
};

Calibration calibrate_to(imports::Measurements measured) {
    Calibration result;
    result.measured = std::move(measured);
    const std::vector<double>& all = result.measured.seconds;
    result.sorted = all;
    std::ranges::sort(result.sorted);
    for (const double each : all) result.mean += each / static_cast<double>(all.size());
    const std::vector<double> fitted = imports::evenly_chosen(all, kMostToFit);
    result.fitted = fitted.size();
    result.fits = reports::fit_laws(fitted, {.resolution = result.measured.resolution});
    return result;
}

// Of few values the outer percentiles are not known.
std::optional<double> measured_at(const Calibration& of, double share) {
    if ((1 - share) * static_cast<double>(of.sorted.size()) < 1) return std::nullopt;
    return reports::sample_quantile(of.sorted, share);
}

Json notation_of(const Calibration& of) {
    const reports::FittedLaw* const best = of.fits.best();
    return best == nullptr ? imports::empirical_json(of.measured.seconds)
                           : imports::law_json(best->law);
}

// Parameters that are times are said as such.
bool is_time(reports::LawKind kind, std::string_view parameter) {
    if (parameter == "shape" || parameter == "alpha" || parameter == "share") return false;
    return kind != reports::LawKind::lognormal && kind != reports::LawKind::two_lognormals;
}

std::string parameters_of(const reports::FittedLaw& law) {
    std::string text;
    const auto names = reports::parameter_names(law.law.kind);
    for (std::size_t i = 0; i < names.size(); ++i) {
        const double value = law.law.parameters[i];
        const double error = law.errors[i];
        const std::string said =
            is_time(law.law.kind, names[i])
                ? fmt::format("{} +- {}", reports::brief(value), reports::brief(error))
                : fmt::format("{:.4g} +- {:.2g}", value, error);
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", names[i], said);
    }
    return text;
}

void print_heading(const Calibration& of, const std::string& file) {
    const imports::Measurements& measured = of.measured;
    fmt::print("{}{}: {} values, {} to {}, mean {}", reports::printable(file),
               measured.column.empty() ? "" : ", " + reports::printable(measured.column),
               reports::grouped(of.sorted.size()), reports::brief(of.sorted.front()),
               reports::brief(of.sorted.back()), reports::brief(of.mean));
    if (measured.resolution > 0) {
        fmt::print(", in steps of {}", reports::brief(measured.resolution));
    }
    fmt::print("\n");
    if (measured.missing > 0) fmt::print("{} are missing\n", measured.missing);
    if (of.fits.zeros > 0) {
        fmt::print("{} are 0, which is taken as a quarter of a step\n", of.fits.zeros);
    }
    if (of.fitted < of.sorted.size()) {
        fmt::print("laws are fitted to {} of them, evenly out of all\n",
                   reports::grouped(of.fitted));
    }
}

void print_quantiles(const Calibration& of) {
    fmt::print("\n  {:16}", "");
    for (const Percentile& each : kPercentiles) fmt::print("  {:>10}", each.name);
    fmt::print("\n  {:16}", "measured");
    for (const Percentile& each : kPercentiles) {
        const auto value = measured_at(of, each.share);
        fmt::print("  {:>10}", value ? reports::brief(*value) : "-");
    }
    fmt::print("\n");
    for (const reports::FittedLaw& law : of.fits.laws) {
        fmt::print("  {:16}", reports::name_of(law.law.kind));
        for (const Percentile& each : kPercentiles) {
            fmt::print("  {:>10}", reports::brief(reports::quantile_of(law.law, each.share)));
        }
        fmt::print("\n");
    }
}

void print_laws(const Calibration& of) {
    fmt::print("\n  {:16}  {:>8}  {:>8}  {:>7}  {:>12}  {:>12}  {:>12}\n", "", "distance",
               "critical", "p", "likelihood", "AIC", "BIC");
    for (const reports::FittedLaw& law : of.fits.laws) {
        fmt::print("  {:16}  {:>8.4f}  {:>8.4f}  {:>7.3f}  {:>12.1f}  {:>12.1f}  {:>12.1f}  {}\n",
                   reports::name_of(law.law.kind), law.distance, law.critical, law.p_value,
                   law.log_likelihood, law.aic, law.bic, law.fits() ? "fits" : "rejected");
        fmt::print("  {:16}  {}\n", "", parameters_of(law));
    }
    for (const reports::NoFit& each : of.fits.left_out) {
        fmt::print("  {:16}  not tried: {}\n", reports::name_of(each.kind), each.why);
    }
}

void print_calibration(const Calibration& of, const std::string& file) {
    print_heading(of, file);
    print_quantiles(of);
    print_laws(of);
    const std::string notation =
        imports::commented_text(Json(Json::Object{{"service_time", notation_of(of), {}}}), {});
    const std::string_view inner = std::string_view(notation).substr(2, notation.size() - 4);
    if (const reports::FittedLaw* const best = of.fits.best()) {
        fmt::print("\nThe best that fits is {}:\n\n{}", reports::name_of(best->law.kind), inner);
    } else {
        fmt::print("\nNo law of these fits: use an empirical distribution.\n\n{}", inner);
    }
    fmt::print("\n");
}

Json json_of(const reports::FittedLaw& law) {
    Json parameters = Json::Object{};
    Json errors = Json::Object{};
    const auto names = reports::parameter_names(law.law.kind);
    for (std::size_t i = 0; i < names.size(); ++i) {
        parameters.put(names[i], law.law.parameters[i]);
        errors.put(names[i], law.errors[i]);
    }
    Json quantiles = Json::Object{};
    for (const Percentile& each : kPercentiles) {
        quantiles.put(each.name, reports::quantile_of(law.law, each.share));
    }
    Json json = Json::Object{};
    json.put("law", reports::name_of(law.law.kind));
    json.put("fits", law.fits());
    json.put("parameters", std::move(parameters));
    json.put("standard_errors", std::move(errors));
    json.put("distance", law.distance);
    json.put("critical_distance", law.critical);
    json.put("p_value", law.p_value);
    json.put("log_likelihood", law.log_likelihood);
    json.put("aic", law.aic);
    json.put("bic", law.bic);
    json.put("quantiles", std::move(quantiles));
    json.put("notation", imports::law_json(law.law));
    return json;
}

void print_json(const Calibration& of, const std::string& file) {
    Json measured = Json::Object{};
    measured.put("mean", of.mean);
    measured.put("least", of.sorted.front());
    measured.put("largest", of.sorted.back());
    for (const Percentile& each : kPercentiles) {
        const auto value = measured_at(of, each.share);
        measured.put(each.name, value ? Json(*value) : Json());
    }
    Json::List laws;
    for (const reports::FittedLaw& each : of.fits.laws) laws.push_back(json_of(each));
    Json left_out = Json::Object{};
    for (const reports::NoFit& each : of.fits.left_out) {
        left_out.put(reports::name_of(each.kind), each.why);
    }
    const reports::FittedLaw* const best = of.fits.best();
    Json json = Json::Object{};
    json.put("file", file);
    json.put("column", of.measured.column);
    json.put("unit", "s");
    json.put("values", of.sorted.size());
    json.put("values_fitted", of.fitted);
    json.put("missing", of.measured.missing);
    json.put("zeros", of.fits.zeros);
    json.put("resolution", of.measured.resolution);
    json.put("measured", std::move(measured));
    json.put("laws", std::move(laws));
    json.put("not_tried", std::move(left_out));
    json.put("best", best == nullptr ? Json() : Json(reports::name_of(best->law.kind)));
    json.put("notation", notation_of(of));
    fmt::print("{}\n", models::spec::indented_text(json));
}

int calibrate(const CalibrateOptions& options) {
    models::spec::Problems problems;
    imports::Measurements measured = imports::read_measurements(options.asked, problems);
    if (problems.empty() && measured.seconds.size() < kFewestToFit) {
        problems.add({{0, 0, 0, 0},
                      {},
                      fmt::format("{} values tell no law", measured.seconds.size()),
                      fmt::format("{} are the fewest", kFewestToFit)});
    }
    if (!problems.empty()) {
        fmt::print(stderr, "{}", problems.render());
        return kWrong;
    }
    const Calibration result = calibrate_to(std::move(measured));
    if (options.format == "json") {
        print_json(result, options.asked.file);
    } else {
        print_calibration(result, options.asked.file);
    }
    return kOk;
}

}  // namespace

Command calibrate_command(CLI::App& program) {
    auto options = std::make_shared<CalibrateOptions>();
    return CommandLine(program, "calibrate",
                       "Which law measured times follow, as a scenario has it")
        .place("FILE", options->asked.file, "A CSV file, or one number a line; -: standard input")
        .text("--column", options->asked.column,
              "Its name, or its number where there are no names; else the only one, or \"latency\"")
        .word("--unit", options->asked.unit, {"s", "ms", "us", "ns"},
              "What it is counted in; else the name's ending says it (latency_ms), or it is s")
        .format(options->format)
        .footer(
            "Laws are fitted by maximum likelihood. `distance` is Kolmogorov and Smirnov's: how "
            "far "
            "apart\n"
            "the distribution functions are at most. Of samples drawn from the law and fitted like "
            "these\n"
            "(parametric bootstrap) 95 % have one below `critical`; beyond it the law is rejected, "
            "and `p` is\n"
            "the share with one as large. Of those that fit the best has the least BIC. Numbers "
            "after +-\n"
            "are standard errors. Values should not depend on each other: take those of a time of "
            "steady load.\n\n"
            "  spate calibrate latencies.csv --column latency_ms\n"
            "  awk '{print $NF}' access.log | spate calibrate - --unit s")
        .runs([options] { return calibrate(*options); });
}

}  // namespace tools
