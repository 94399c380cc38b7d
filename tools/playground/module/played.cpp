#include "tools/playground/module/played.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "models/topology/links.h"
#include "models/topology/simulate.h"
#include "reports/drawn.h"
#include "reports/long_run.h"
#include "reports/render/drawn_json.h"
#include "reports/render/postmortem.h"
#include "reports/render/run_json.h"
#include "reports/verdict.h"
#include "tools/command.h"
#include "tools/playground/module/page.h"
#include "tools/theory.h"

namespace playground {

namespace {

class Watch final : public models::Onlooker {
public:
    void at(sim::Time now, sim::Time end, std::uint64_t events) override {
        playground_progress(
            sim::seconds(now.time_since_epoch()) / sim::seconds(end.time_since_epoch()),
            static_cast<double>(events));
    }
    void ended(const models::RunEnd& end) override { end_ = end; }
    const models::RunEnd& end() const { return end_; }

private:
    models::RunEnd end_;
};

std::vector<reports::Link> drawn_links(const models::Scenario& scenario) {
    std::vector<reports::Link> links;
    for (const models::NodeLink& link : models::links_of(scenario)) {
        links.push_back({link.from, link.to});
    }
    return links;
}

// Of a run that came to its end.
Played reported(const models::Loaded& loaded, const std::string& name,
                const std::vector<reports::Expression>& expected, sim::Recording recording) {
    const models::Scenario& scenario = *loaded.scenario;
    reports::Summing sum(1, reports::windows_of(expected));
    sum.add(recording);
    reports::Summary summary = sum.finish();
    if (summary.out_of_room) {
        return {
            "stopped: more requests were in flight than there is room for; the system falls "
            "ever further behind. Lower the rate, or give the clients a timeout policy.",
            {},
            {},
            {},
            {}};
    }
    reports::add_batch_intervals(summary, recording);
    reports::ScenarioInfo info{scenario.name, scenario.about, name, loaded.sha256, {}};
    info.theory = tools::beside_measured(tools::theory_of(scenario), summary);
    info.resolved = models::resolved_json(scenario);
    Played played;
    played.fingerprint = summary.fingerprint;
    played.run =
        reports::run_json(info, summary, reports::judge(expected, summary), SPATE_VERSION, 0);
    played.drawn = reports::drawn_json(reports::drawn_of(recording, summary, drawn_links(scenario)),
                                       summary, info.about);
    played.postmortem = reports::postmortem_document(played.run);
    return played;
}

}  // namespace

Checked check(const std::string& name, const std::string& text) {
    Checked checked;
    checked.found.file = name;
    checked.loaded = models::load({name, {}, {}, text});
    const models::Loaded& loaded = checked.loaded;
    checked.found.problems = tools::findings_of(loaded.problems);
    for (const std::string& each : loaded.warnings) {
        checked.found.warnings.push_back({name, 0, 0, "", each, ""});
    }
    if (!loaded.scenario) return checked;
    std::string why = tools::why_too_large(*loaded.scenario);
    if (!why.empty()) {
        checked.found.problems.push_back({name, 0, 0, "", std::move(why), ""});
        return checked;
    }
    for (const models::spec::Problem& each : tools::wrong_expectations(loaded)) {
        checked.found.problems.push_back(tools::finding_of(each, loaded.problems));
    }
    return checked;
}

Played play(const models::Loaded& loaded, const std::string& name, std::uint64_t seed) {
    std::string wrong;
    const auto expected = tools::parse_thresholds(loaded, {}, wrong);
    if (!expected) return {std::move(wrong), {}, {}, {}, {}};
    Watch watch;
    sim::Recording recording = models::simulate(*loaded.scenario, {seed, 0}, &watch);
    if (!watch.end().broken.empty()) {
        return {fmt::format("an invariant does not hold, which is an error in spate: {}",
                            watch.end().broken.front()),
                {},
                {},
                {},
                {}};
    }
    if (!watch.end().stopped.empty()) return {"stopped: " + watch.end().stopped, {}, {}, {}, {}};
    return reported(loaded, name, *expected, std::move(recording));
}

}  // namespace playground
