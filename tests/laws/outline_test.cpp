// What a run measures is known before it: from the system as it is built.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "models/topology/load.h"
#include "models/topology/simulate.h"

namespace {

std::vector<std::string> scenarios() {
    std::vector<std::string> files;
    const std::string folder = std::string(SPATE_SOURCE_DIR) + "/scenarios/models/nodes";
    for (const auto& each : std::filesystem::directory_iterator(folder)) {
        if (each.path().extension() == ".json") files.push_back(each.path().string());
    }
    std::ranges::sort(files);
    return files;
}

std::set<std::string> names_of(const sim::NodeRecord& node) {
    std::set<std::string> names;
    for (const sim::Measure& each : node.measures) names.insert(each.name);
    for (const sim::Series& each : node.series) names.insert(each.name);
    return names;
}

}  // namespace

TEST_CASE("a run has the names that its outline has, all of them declared") {
    REQUIRE(scenarios().size() > 10);
    for (const std::string& file : scenarios()) {
        CAPTURE(file);
        const models::Loaded loaded =
            models::load({file, {}, {"run.warm_up=0s", "run.measure=3s"}, {}});
        if (!loaded.scenario) continue;  // something in it happens later
        const sim::Recording before = models::outline(*loaded.scenario);
        const sim::Recording played = models::simulate(*loaded.scenario, {1, 0});
        CHECK(before.events == 0);
        REQUIRE(before.nodes.size() == played.nodes.size());
        for (std::size_t i = 0; i < played.nodes.size(); ++i) {
            CHECK_MESSAGE(names_of(before.nodes[i]) == names_of(played.nodes[i]),
                          played.nodes[i].name);
            for (const sim::Measure& each : played.nodes[i].measures) {
                CHECK_MESSAGE(each.figure != nullptr, each.name);
            }
        }
    }
}
