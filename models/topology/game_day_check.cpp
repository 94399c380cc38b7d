// What is wrong with a game day, before any run.
#include "models/topology/game_day_check.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/alerts/game_day.h"
#include "models/alerts/metrics.h"
#include "models/alerts/promql.h"
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
    if (!problems.empty()) return;
    const std::set<std::string> names = metric_names(outline(scenario));
    const std::vector<std::string_view> known(names.begin(), names.end());
    for (const auto& [name, metric] : game_day.steady_state) {
        const std::string at =
            spec::pointer_to("/game_day/steady_state", std::string_view(name)) + "/expr";
        promql::QueryError error;
        const auto query = promql::Query::parse(metric.expr, error);
        if (!query) {
            refuse(at, error.message, error.hint);
            continue;
        }
        for (const std::string& asked : query->metrics()) {
            if (asked.empty() || names.contains(asked)) continue;
            refuse(at, fmt::format("no steady-state metric \"{}\": nobody has it", asked),
                   spec::did_you_mean(asked, known, "there are: "));
        }
    }
}

}  // namespace models
