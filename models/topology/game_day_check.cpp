// What is wrong with a game day, before any run.
#include "models/topology/game_day_check.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/observers/game_day.h"
#include "models/observers/promql.h"
#include "models/observers/scrape.h"
#include "models/spec/json/nearest.h"
#include "models/topology/simulate.h"

namespace models {

void check_game_day(const Scenario& scenario, const spec::Json& document,
                    spec::Problems& problems) {
    if (!scenario.game_day) return;
    const GameDaySpec& game_day = *scenario.game_day;
    const auto refuse = [&](const std::string& at, std::string message, std::string hint) {
        problems.add({spec::nearest_place(document, at), at, std::move(message), std::move(hint)});
    };
    if (game_day.steady_state.entries.empty()) {
        refuse("/game_day",
               "no steady-state metric: nobody could tell whether the hypothesis holds",
               "say under \"steady_state\" what tells that all is well");
    }
    if (scenario.failures.empty()) {
        refuse("/game_day", "nothing goes wrong on this game day", "add \"failures\"");
    }
    if (game_day.abort && scenario.nodes.find(game_day.abort->node.node) == nullptr) {
        refuse("/game_day/abort/node",
               fmt::format("there is no node \"{}\"", game_day.abort->node.node), "");
    }
    const auto place_of = [](const std::string& name) {
        return spec::pointer_to("/game_day/steady_state", std::string_view(name)) + "/expr";
    };
    for (const auto& [name, metric] : game_day.steady_state) {
        promql::QueryError error;
        if (!promql::Query::parse(metric.expr, error)) {
            refuse(place_of(name), error.message, error.hint);
        }
    }
    if (!problems.empty()) return;
    const std::set<std::string> names = metric_names(outline(scenario));
    const std::vector<std::string_view> known(names.begin(), names.end());
    for (const auto& [name, metric] : game_day.steady_state) {
        promql::QueryError error;
        for (const std::string& asked : promql::Query::parse(metric.expr, error)->metrics()) {
            if (asked.empty() || names.contains(asked)) continue;
            refuse(place_of(name),
                   fmt::format("no steady-state metric \"{}\": nobody has it", asked),
                   spec::did_you_mean(asked, known, "there are: "));
        }
    }
}

}  // namespace models
