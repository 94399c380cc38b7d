// spate availability: sums from numbers, and of a scenario: what independent parts would come to,
// beside what was measured.
#include "tools/availability.h"

#include <fmt/format.h>

#include <cmath>

#include "models/spec/json/json_text.h"
#include "models/topology/dependability.h"
#include "models/topology/simulate.h"
#include "reports/render/comparison_text.h"
#include "reports/summary.h"
#include "reports/theory/availability.h"
#include "reports/words/terminal.h"
#include "tools/availability_rare.h"
#include "tools/command_line.h"

namespace tools {

namespace {

namespace spec = models::spec;

struct AvailabilityOptions {
    std::vector<std::string> words;
    SubjectArguments wanted;
    std::uint64_t seed = 42;
    std::string format = "text";
    bool rare = false;
    std::uint32_t cycles = 100000;
};

struct RouteTheory {
    std::string client;
    double independent = 1;
    double measured = 1;  // by request
};

std::vector<RouteTheory> route_theories(const models::Dependability& found,
                                        const std::vector<FailingPart>& parts,
                                        const reports::Summary& summary) {
    std::vector<RouteTheory> routes;
    for (const models::ClientNeeds& client : found.clients) {
        std::vector<double> needed;
        for (const FailingPart& part : parts) {
            if (part.is_needed_by(client)) needed.push_back(part.figures.availability);
        }
        routes.push_back({client.client, reports::in_series(needed),
                          summary.node(client.client)->totals.availability()});
    }
    return routes;
}

std::string year_text(double availability) {
    return reports::downtime_text(reports::downtime_of(availability, reports::kYearSeconds));
}

// By how much the measured one is worse or better.
std::string difference_text(const RouteTheory& route) {
    const double more = route.independent - route.measured;
    if (more == 0) return "as measured";
    return fmt::format("{} {} a year",
                       reports::downtime_text(std::abs(more) * reports::kYearSeconds),
                       more > 0 ? "more" : "less");
}

void print_availability(const std::vector<FailingPart>& parts,
                        const std::vector<RouteTheory>& routes, const models::Dependability& found,
                        const reports::Summary& summary) {
    const auto fitted = [](const std::string& name) {
        return reports::fitted(reports::printable(name), 14);
    };
    if (!parts.empty()) {
        fmt::print("  {:<14} {:>8} {:>6} {:>12} {:>12} {:>14} {:>12}\n", "node", "needed", "crews",
                   "fails after", "repaired in", "available", "mean outage");
    }
    for (const FailingPart& each : parts) {
        fmt::print("  {} {:>8} {:>6} {:>12} {:>12} {:>14} {:>12}\n", fitted(each.node),
                   fmt::format("{} of {}", each.needed, each.units.units), each.units.crews,
                   reports::downtime_text(each.units.up_s),
                   reports::downtime_text(each.units.down_s),
                   reports::availability_text(each.figures.availability),
                   reports::downtime_text(each.figures.mean_outage));
    }
    fmt::print("\n  {:<14} {:>16} {:>12} {:>16} {:>12}  {}\n", "users", "if independent",
               "down a year", "of requests", "down a year", "measured");
    for (const RouteTheory& each : routes) {
        fmt::print("  {} {:>16} {:>12} {:>16} {:>12}  {}\n", fitted(each.client),
                   reports::availability_text(each.independent), year_text(each.independent),
                   reports::availability_text(each.measured), year_text(each.measured),
                   difference_text(each));
    }
    fmt::print("\n  Of time the service was up {}, {:.3g} nines, {} down a year; {} outages",
               reports::availability_text(summary.availability_by_time),
               reports::nines_of(summary.availability_by_time),
               year_text(summary.availability_by_time), summary.outages.count);
    if (summary.outages.count > 0) {
        fmt::print(", {} each, {} at most, {} apart",
                   reports::downtime_text(summary.outages.mean_s()),
                   reports::downtime_text(summary.outages.longest_s),
                   reports::downtime_text(summary.outages.between_s()));
    }
    fmt::print(".\n");
    for (const std::string& each : found.notes) {
        fmt::print("{}", reports::wrapped(reports::printable(each), "  "));
    }
}

spec::Json availability_json(const std::vector<FailingPart>& parts,
                             const std::vector<RouteTheory>& routes,
                             const models::Dependability& found, const reports::Summary& summary) {
    spec::Json::List nodes;
    for (const FailingPart& each : parts) {
        spec::Json one;
        one.put("node", each.node);
        one.put("units", static_cast<double>(each.units.units));
        one.put("needed", static_cast<double>(each.needed));
        one.put("crews", static_cast<double>(each.units.crews));
        one.put("time_to_fail_s", each.units.up_s);
        one.put("time_to_repair_s", each.units.down_s);
        one.put("availability", each.figures.availability);
        one.put("mean_outage_s", each.figures.mean_outage);
        one.put("time_to_failure_s", each.figures.time_to_failure);
        one.put("failures_per_year", each.figures.failures * reports::kYearSeconds);
        nodes.push_back(std::move(one));
    }
    spec::Json::List users;
    for (const RouteTheory& each : routes) {
        spec::Json one;
        one.put("client", each.client);
        one.put("independent", each.independent);
        one.put("measured", each.measured);
        users.push_back(std::move(one));
    }
    spec::Json json;
    json.put("schema", "spate.availability/1");
    json.put("nodes", std::move(nodes));
    json.put("users", std::move(users));
    json.put("by_time", summary.availability_by_time);
    json.put("outages", static_cast<double>(summary.outages.count));
    json.put("notes", spec::Json::List(found.notes.begin(), found.notes.end()));
    return json;
}

int availability_of_scenario(AvailabilityOptions& options) {
    options.wanted.file = options.words.front();
    const auto loaded = load_subject(options.wanted);
    if (!loaded) return kWrong;
    const models::Scenario& scenario = *loaded->loaded.scenario;
    if (const std::string why = why_too_large(scenario); !why.empty()) {
        complain(why);
        return kWrong;
    }
    const models::Dependability found = models::dependability_of(scenario);
    const std::vector<FailingPart> parts = failing_parts(scenario, found);
    if (options.rare) {
        if (const std::string why = why_not_rare(scenario, found); !why.empty()) {
            complain(fmt::format("{}: {}", options.words.front(), why));
            return kWrong;
        }
        const std::vector<RareRoute> routes =
            rare_routes(found, parts, {options.cycles, options.seed});
        fmt::print("{}",
                   options.format == "json" ? rare_json(routes, options.seed) : rare_text(routes));
        return kOk;
    }
    const sim::Recording recording = models::simulate(scenario, {options.seed, 0});
    const reports::Summary summary = reports::summarise({&recording, 1});
    const std::vector<RouteTheory> routes = route_theories(found, parts, summary);
    if (options.format == "json") {
        fmt::print("{}\n", spec::indented_text(availability_json(parts, routes, found, summary)));
    } else {
        print_availability(parts, routes, found, summary);
    }
    return kOk;
}

int availability(AvailabilityOptions& options) {
    const std::optional<Calculated> sum = calculated(options.words);
    if (sum && options.rare) {
        complain("--rare is of a scenario, not of numbers");
        complain("    leave it out: what numbers come to is exact");
        return kWrong;
    }
    if (!sum && options.words.size() == 1) return availability_of_scenario(options);
    if (sum && sum->problem.empty()) {
        fmt::print("{}", sum->text);
        return kOk;
    }
    complain(sum ? sum->problem : fmt::format("\"{}\" is no question", options.words.front()));
    complain("    " + (sum ? sum->hint
                           : "nines, series, parallel, kofn, budget, mtbf, repair, or a scenario"));
    return kWrong;
}

}  // namespace

Command availability_command(CLI::App& program) {
    auto options = std::make_shared<AvailabilityOptions>();
    return CommandLine(program, "availability",
                       "Nines and downtime: from numbers, or of a scenario beside its run")
        .places("question", options->words,
                "nines, series, parallel, kofn, budget, mtbf or repair with their numbers, or a "
                "scenario")
        .changes(options->wanted.sets, options->wanted.overlays)
        .seed(options->seed)
        .flag("--rare", options->rare,
              "Rare outages, estimated by importance sampling (failure biasing) instead of a run")
        .number("--cycles", options->cycles, 100, 100000000,
                "With --rare: how many cycles from all up to all up are sampled")
        .format(options->format)
        .footer(
            "  spate availability nines 99.9           down 8.76 h a year\n"
            "  spate availability series 99.9 x5       all of five are needed\n"
            "  spate availability parallel 99 x2       one of two is enough\n"
            "  spate availability kofn 2 3 99          two of three are needed\n"
            "  spate availability budget 99.9 30d      error budget: 43.2 min\n"
            "  spate availability mtbf 720h 0.72h      time to fail, time to repair\n"
            "  spate availability repair 1 2 1 100h 1h one of two, and one repairs at a time\n"
            "\n"
            "Of a scenario: what its random failures (time_to_fail) would come to if they were\n"
            "independent, as many instances being needed as the load keeps busy, beside a run.\n"
            "\n"
            "  spate availability scenarios/models/failures/random_crashes.json\n"
            "  spate availability AV-10 --rare          outages that no run is long enough for")
        .runs([options] { return availability(*options); });
}

}  // namespace tools
