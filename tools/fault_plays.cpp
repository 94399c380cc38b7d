#include "tools/fault_plays.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "models/spec/json/json_text.h"
#include "models/spec/units/units.h"
#include "reports/words/terminal.h"
#include "tools/command.h"

namespace tools {

namespace {

namespace spec = models::spec;

std::optional<sim::Duration> duration_of(const char* option, const std::string& text) {
    const spec::Json json(text);
    spec::Problems problems;
    sim::Duration duration{};
    if (spec::parse_quantity(spec::Cursor(json, problems), duration)) return duration;
    complain(fmt::format("{} {}: {}\n    as in 90s or 5min", option, reports::printable(text),
                         reports::printable(problems.sorted().front().message)));
    return std::nullopt;
}

}  // namespace

// Unless it is said: a quarter into the measured time, for a quarter of it, so that half of it is
// left to see whether the system comes back.
std::optional<FaultsWhen> when_of(const FaultTimes& options, const models::RunSpec& run) {
    const auto whole = [](sim::Duration time) {
        const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
        return seconds > sim::Duration::zero() ? sim::Duration(seconds) : time;
    };
    std::optional<sim::Duration> at = whole(run.warm_up + run.measure / 4);
    std::optional<sim::Duration> lasts = whole(run.measure / 4);
    if (options.throughout) {
        at = sim::Duration::zero();
        lasts = std::chrono::hours(24 * 366);
    }
    if (!options.at.empty()) at = duration_of("--at", options.at);
    if (at && !options.lasts.empty()) lasts = duration_of("--lasts", options.lasts);
    if (!at || !lasts) return std::nullopt;
    const sim::Duration end = run.warm_up + run.measure;
    if (*at >= end || *lasts == sim::Duration::zero()) {
        complain(fmt::format("--at {}, --lasts {}: nothing of it is in the run, which ends at {}",
                             spec::text_of(*at), spec::text_of(*lasts), spec::text_of(end)));
        return std::nullopt;
    }
    return FaultsWhen{
        spec::text_of(*at), spec::text_of(*lasts), {sim::seconds(*at), sim::seconds(*at + *lasts)}};
}

// The scenario with these failures and no others, and nobody who calls them off.
std::optional<models::Loaded> load_with(const models::ScenarioSource& source,
                                        const spec::Json& failures, bool has_game_day) {
    models::ScenarioSource with = source;
    if (has_game_day) with.sets.push_back("game_day.abort=null");
    with.sets.push_back("failures=" + spec::compact_text(failures));
    models::Loaded loaded = models::load(with);
    if (loaded.scenario) return loaded;
    fmt::print(stderr, "{}", loaded.problems.render());
    return std::nullopt;
}

}  // namespace tools
