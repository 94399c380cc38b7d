#include "models/topology/graph.h"

#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>

#include "models/topology/load.h"
#include "models/topology/sources.h"
#include "sim/rng.h"

using namespace models;

namespace {

std::vector<std::string> warnings_of(const std::string& nodes) {
    return load({"scenario", {}, {}, R"({"nodes": {)" + nodes + "}}"}).warnings;
}

// As the definition says: all that some path leads from.
std::vector<std::size_t> sources_by_paths(const SourcedGraph& graph, std::size_t node) {
    std::vector<bool> reaches(graph.is_source.size());
    reaches[node] = true;
    for (std::size_t round = 0; round < reaches.size(); ++round) {
        for (const auto& [from, to] : graph.links) {
            if (reaches[to]) reaches[from] = true;
        }
    }
    std::vector<std::size_t> sources;
    for (std::size_t each = 0; each < reaches.size(); ++each) {
        if (reaches[each] && graph.is_source[each]) sources.push_back(each);
    }
    return sources;
}

}  // namespace

TEST_CASE("sources are those that a path leads from, in graphs with and without circles") {
    sim::Draws draws(20260101);
    for (int graphs = 0; graphs < 300; ++graphs) {
        const std::size_t size = 1 + draws.below(12);
        SourcedGraph graph;
        for (std::size_t i = 0; i < size; ++i) graph.is_source.push_back(draws.chance(0.4));
        for (std::size_t i = draws.below(3 * size); i > 0; --i) {
            graph.links.emplace_back(draws.below(size), draws.below(size));
        }
        const std::size_t most = draws.below(6);
        const std::vector<Sources> found = sources_of(graph, most);
        for (std::size_t node = 0; node < size; ++node) {
            std::vector<std::size_t> expected = sources_by_paths(graph, node);
            CHECK(found[node].has_others == (expected.size() > most));
            expected.resize(std::min(expected.size(), most));
            CHECK(found[node].first == expected);
        }
    }
}

TEST_CASE("one depends and many depend on a single point of failure") {
    const std::string web = R"("web": {"kind": "server", "endpoints": {"get": [{"work": "1ms"}]}})";
    const auto client = [](int number) {
        return fmt::format(R"("c{}": {{"kind": "open_loop", "rate": "1/s", "calls": "web"}}, )",
                           number);
    };
    const std::string begin = "\"web\" is a single point of failure: one instance, and ";
    CHECK(warnings_of(client(1) + web) == std::vector{begin + "c1 depends on it"});
    CHECK(warnings_of(client(1) + client(2) + web) == std::vector{begin + "c1, c2 depend on it"});
    std::string many;
    for (int i = 0; i < 12; ++i) many += client(i);
    CHECK(warnings_of(many + web) ==
          std::vector{begin + "c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and others depend on it"});
}
