// spate plan: what a change would change, before anything is played.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "models/spec/json/document.h"
#include "models/spec/json/json_text.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/run_difference.h"
#include "tools/subject.h"
#include "tools/theory.h"

namespace tools {

namespace {

namespace spec = models::spec;

struct PlanOptions {
    std::vector<std::string> files;
    std::vector<std::string> overlays;
    std::vector<std::string> sets;
    std::string format = "text";
    bool no_colour = false;
};

struct Side {
    models::Scenario scenario;
    spec::Json resolved;
    std::vector<std::string> warnings;
};

std::optional<Side> load_side(const models::ScenarioSource& source, std::string& problems) {
    models::Loaded loaded = models::load(source);
    if (!loaded.scenario) {
        problems += loaded.problems.render();
        return std::nullopt;
    }
    spec::Problems unheeded;
    spec::Json resolved = spec::read("resolved", models::resolved_json(*loaded.scenario), unheeded);
    return Side{std::move(*loaded.scenario), std::move(resolved), std::move(loaded.warnings)};
}

// "$2,555 -> $6,935 (+171 %)", or only the first when nothing changes.
std::string moved(const std::string& before, const std::string& after, double from, double to) {
    if (before == after) return fmt::format("{} (unchanged)", before);
    const bool has_share = from > 0 && std::isfinite(from) && std::isfinite(to);
    return fmt::format("{} -> {}{}", before, after,
                       has_share ? fmt::format(" ({:+.3g} %)", (to / from - 1) * 100) : "");
}

std::string bottleneck_text(const Theory& theory) {
    const NodeTheory* const first = theory.bottleneck();
    return first == nullptr ? "none"
                            : fmt::format("{} at {:.0f} %", first->name, first->fullest() * 100);
}

std::string time_or_for_ever(double seconds) {
    return std::isfinite(seconds) ? reports::brief(seconds) : "for ever";
}

// What theory makes of both.
std::string consequences(const Theory& before, const Theory& after) {
    const auto money = [](double usd) { return "$" + reports::grouped(usd); };
    const auto rate = [](double value) { return reports::brief_rate(value) + "/s"; };
    const double capacity_before = before.offered_per_s * before.carries();
    const double capacity_after = after.offered_per_s * after.carries();
    return fmt::format(
        "\n  by theory (spate analyze), before a run:\n"
        "  cost a month  {}\n  load          {}\n  it carries    {}\n  full first    {}\n"
        "  mean answer   {}\n  available     {}\n",
        moved(money(before.usd_per_month), money(after.usd_per_month), before.usd_per_month,
              after.usd_per_month),
        moved(rate(before.offered_per_s), rate(after.offered_per_s), before.offered_per_s,
              after.offered_per_s),
        moved(rate(capacity_before), rate(capacity_after), capacity_before, capacity_after),
        moved(bottleneck_text(before), bottleneck_text(after), 0, 0),
        moved(time_or_for_ever(before.response_alone_s), time_or_for_ever(after.response_alone_s),
              before.response_alone_s, after.response_alone_s),
        moved("at most " + reports::percent(before.availability),
              "at most " + reports::percent(after.availability), 0, 0));
}

std::string warning_changes(const Side& before, const Side& after) {
    std::string text;
    const auto add = [&](const Side& from, const Side& to, std::string_view word) {
        for (const std::string& warning : from.warnings) {
            if (std::ranges::find(to.warnings, warning) != to.warnings.end()) continue;
            text += fmt::format("  {} {}\n", word, reports::printable(warning));
        }
    };
    add(after, before, "new warning:");
    add(before, after, "no longer:  ");
    return text;
}

void print_text(const Side& before, const Side& after, const std::vector<reports::Change>& all,
                bool colour) {
    if (all.empty()) {
        fmt::print("Nothing would change.\n");
        return;
    }
    const auto count = [&](char sign) {
        return std::ranges::count(all, sign, &reports::Change::sign);
    };
    std::string text = reports::signed_text(all, colour);
    text += fmt::format("\n  {} to change, {} to add, {} to remove\n", count('~'), count('+'),
                        count('-'));
    text += consequences(theory_of(before.scenario), theory_of(after.scenario));
    fmt::print("{}{}", text, warning_changes(before, after));
}

spec::Json theory_json(const Theory& theory) {
    const auto number = [](double value) {
        return std::isfinite(value) ? spec::Json(value) : spec::Json();
    };
    const NodeTheory* const first = theory.bottleneck();
    spec::Json json;
    json.put("cost_usd_per_month", theory.usd_per_month);
    json.put("offered_rps", theory.offered_per_s);
    json.put("carries", number(theory.carries()));
    json.put("bottleneck", first == nullptr ? spec::Json() : spec::Json(first->name));
    json.put("response_s", number(theory.response_alone_s));
    json.put("availability_at_most", theory.availability);
    return json;
}

void print_json(const Side& before, const Side& after, const std::vector<reports::Change>& all) {
    const auto value = [](const std::optional<std::string>& text) {
        return text ? spec::Json(*text) : spec::Json();
    };
    spec::Json::List changes;
    for (const reports::Change& each : all) {
        spec::Json one;
        one.put("sign", std::string(1, each.sign()));
        one.put("path", each.what);
        one.put("before", value(each.before));
        one.put("after", value(each.after));
        changes.push_back(std::move(one));
    }
    spec::Json json;
    json.put("schema", "spate.plan/1");
    json.put("changes", std::move(changes));
    json.put("before", theory_json(theory_of(before.scenario)));
    json.put("after", theory_json(theory_of(after.scenario)));
    fmt::print("{}\n", spec::indented_text(json));
}

int plan(const PlanOptions& options) {
    std::string problems;
    const auto subject = subject_of({options.files.front(), {}, {}}, problems);
    auto other =
        options.files.size() > 1 ? subject_of({options.files[1], {}, {}}, problems) : subject;
    if (!subject || !other) {
        fmt::print(stderr, "{}", problems);
        return kWrong;
    }
    lay_over(other->source, options.overlays, options.sets);
    if (options.files.size() == 1 && options.overlays.empty() && options.sets.empty()) {
        complain(
            "nothing is planned\n    add --set PATH=VALUE, --overlay FILE, or a second scenario");
        return kWrong;
    }
    const auto before = load_side(subject->source, problems);
    const auto after = before ? load_side(other->source, problems) : std::nullopt;
    if (!before || !after) {
        fmt::print(stderr, "{}", problems);
        return kWrong;
    }
    const auto all = scenario_changes(before->resolved, after->resolved);
    if (options.format == "json") {
        print_json(*before, *after, all);
    } else {
        print_text(*before, *after, all, wants_colour(options.no_colour, STDOUT_FILENO));
    }
    return kOk;
}

constexpr const char* kPlanFooter =
    "~ changed, + added, - removed: in the scenario as it is resolved, defaults and all. Below\n"
    "that stands what theory makes of it. Nothing is played.\n"
    "\n"
    "  spate plan shop.json --set nodes.web.replicas=20\n"
    "  spate plan scenarios/stories/covid/february.json scenarios/stories/covid/march.json\n"
    "  spate plan before.json after.json";

}  // namespace

Command plan_command(CLI::App& program) {
    auto options = std::make_shared<PlanOptions>();
    return CommandLine(program, "plan", "What a change would change, before it is played")
        .places("FILE", options->files,
                "The scenario as it is, and perhaps as it would be (or rows of labs)", 2)
        .changes(options->sets, options->overlays)
        .format(options->format)
        .flag("--no-color", options->no_colour, "No colour")
        .footer(kPlanFooter)
        .runs([options] { return plan(*options); });
}

}  // namespace tools
