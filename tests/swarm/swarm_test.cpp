// Systems nobody thought of: random valid scenarios, of which only what must always hold is asked.
#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

#include "models/arrivals/poisson.h"
#include "models/arrivals/trace.h"
#include "models/clients/open_loop.h"
#include "models/clients/users.h"
#include "models/databases/database.h"
#include "models/lock_service/lock_service.h"
#include "models/servers/server.h"
#include "models/spec/declaration/spec.h"
#include "models/spec/json/json_text.h"
#include "models/steps/steps.h"
#include "tests/support/play.h"
#include "tests/swarm/oracles.h"
#include "tests/swarm/random_edge.h"
#include "tests/swarm/random_messages.h"
#include "tests/swarm/shrink.h"

namespace {

using models::spec::Random;
using namespace swarm;

const std::vector<std::string> kMachines = {"web", "db", "store"};

// What is refused is not played: tests/laws/failures_test.cpp.
bool can_strike(const models::Scenario& scenario, const models::FailureChoice& failure) {
    const models::Outage& outage = models::Failures::outage_of(failure);
    const models::NodeChoice* const node = scenario.nodes.find(outage.target.node.node);
    if (node == nullptr) return false;
    const models::NodeFacts facts = models::Nodes::facts_of(*node);
    return outage.instances <= facts.instances &&
           facts.suffers.has(models::Failures::needs_of(failure));
}

// Whose own check chance meets too rarely is the default one, which has no endpoints.
models::Server::Spec random_server(Random& random) {
    models::Server::Spec server;
    while (server.endpoints.empty())
        server = models::spec::random_value<models::Server::Spec>(random);
    return server;
}

// Nobody here is a cluster, so nothing is said of where pods go.
void without_cluster(models::Server::Spec& server) {
    server.cluster.reset();
    server.daemon = false;
    server.node_selector = {};
    server.tolerations.clear();
    server.priority = 0;
}

// Calls go down the list only, so that no circle can come about.
models::Scenario random_scenario(std::uint64_t seed) {
    sim::Draws draws(sim::mix(seed));
    std::size_t least = 0;
    Random random([&] { return draws.next(); },
                  [&](models::spec::Edge edge) {
                      if (edge == models::spec::Edge::kOutbox) {
                          return models::spec::NodeRef{"relay", ""};
                      }
                      const bool is_store = edge == models::spec::Edge::kTransaction ||
                                            edge == models::spec::Edge::kRemember;
                      if (is_store) {
                          return models::spec::NodeRef{"store", ""};
                      }
                      if (edge == models::spec::Edge::kLock) {
                          return models::spec::NodeRef{"locks", ""};
                      }
                      if (edge == models::spec::Edge::kPublish) {
                          const std::array<models::spec::NodeRef, 7> topics{{{"rabbit", "first"},
                                                                             {"rabbit", "events"},
                                                                             {"sqs", "work"},
                                                                             {"channels", "news"},
                                                                             {"streams", "entries"},
                                                                             {"log", "records"},
                                                                             {"log", "records"}}};
                          return topics[draws.below(topics.size())];
                      }
                      // Autoscalers follow the line of a server.
                      if (edge == models::spec::Edge::kMention) {
                          return models::spec::NodeRef{"db", ""};
                      }
                      const std::size_t node = least + draws.below(kMachines.size() - least);
                      return models::spec::NodeRef{kMachines[node], ""};
                  });
    models::Scenario scenario;
    scenario.run.measure = std::chrono::seconds(5);
    scenario.run.warm_up = std::chrono::seconds(draws.below(2));

    auto open = models::spec::random_value<models::OpenLoop::Spec>(random);
    if (open.arrivals.as<models::TraceArrivals::Spec>() != nullptr) {
        open.arrivals = models::PoissonArrivals::Spec{};  // there is no file for it
    }
    const double rate = static_cast<double>(1 + draws.below(300));
    open.rate.per_second = models::Arrivals::has_own_times(open.arrivals) ? 0 : rate;
    open.stages.clear();
    auto users = models::spec::random_value<models::Users::Spec>(random);
    users.users = static_cast<std::uint32_t>(1 + draws.below(50));
    users.think_time = models::spec::Exponential<sim::Duration>{std::chrono::milliseconds(300)};
    least = 1;
    auto web = random_server(random);
    web.replicas = static_cast<std::uint32_t>(1 + draws.below(4));
    without_cluster(web);
    least = 2;
    auto db = random_server(random);
    db.replicas = static_cast<std::uint32_t>(1 + draws.below(2));
    without_cluster(db);
    for (models::Server::Spec* const each : {&web, &db}) {
        for (auto& [name, steps] : each->endpoints.entries) keep_rows_in_transactions(steps, false);
    }
    const auto store = models::spec::random_value<models::Database::Spec>(random);
    auto locks = models::spec::random_value<models::LockService::Spec>(random);
    locks.discover_via.reset();  // there is no registry
    auto channels = models::spec::random_value<models::pubsub::PubSubSpec>(random);
    channels.channels = {"news"};
    channels.output_buffer_soft_limit = channels.output_buffer_hard_limit;
    channels.reconnect_interval =
        std::max(channels.reconnect_interval, sim::Duration(std::chrono::milliseconds(20)));
    auto streams = models::spec::random_value<models::redis_streams::RedisStreamsSpec>(random);
    streams.streams.entries = {
        {"entries", models::spec::random_value<models::redis_streams::StreamSpec>(random)}};
    scenario.nodes.entries = {{"open", open},
                              {"users", users},
                              {"web", web},
                              {"db", db},
                              {"store", store},
                              {"locks", locks},
                              {"log", random_kafka(random, draws)},
                              {"rabbit", random_rabbitmq(random, draws)},
                              {"sqs", random_sqs(random, draws)},
                              {"channels", channels},
                              {"streams", streams},
                              {"visitors", visitors()},
                              {"browsers", random_browsers(random)},
                              {"edge", random_cdn(random, draws)},
                              {"gate", random_gateway(random, draws)}};
    add_readers(scenario, random, draws);
    least = 0;
    for (std::uint64_t i = draws.below(3); i > 0; --i) {
        auto failure = models::spec::random_value<models::FailureChoice>(random);
        auto& outage = const_cast<models::Outage&>(models::Failures::outage_of(failure));
        outage.at = std::chrono::milliseconds(draws.below(4000));
        if (!outage.is_random()) outage.lasts = std::chrono::milliseconds(1 + draws.below(3000));
        outage.zone.reset();
        outage.region.reset();
        outage.role.reset();
        outage.when.reset();
        if (outage.is_on_links()) continue;  // there are none
        if (can_strike(scenario, failure)) scenario.failures.push_back(failure);
    }
    return scenario;
}

// Retries of retries, layer upon layer, would be more requests than there is time for.
std::string tamed(const models::Scenario& scenario) {
    static const std::regex many(R"re("(max_attempts|max_hedges)": \d+)re");
    auto json = nlohmann::ordered_json::parse(
        std::regex_replace(models::resolved_json(scenario), many, "\"$1\": 2"));
    without_foreign_settings(json, scenario);
    return json.dump();
}

// The smallest part of a system that is wrong in the same way, in a file that `spate run` plays.
std::string reproducer(const std::string& text, std::uint64_t seed, const Oracle* oracle) {
    const Json whole = Json::parse(text);
    const Json small = shrunk(whole, [&](const Json& part) {
        const auto wrong = what_is_wrong(part, seed, oracle);
        return wrong && !wrong->empty();
    });
    const auto path =
        std::filesystem::temp_directory_path() / ("swarm_" + std::to_string(seed) + ".json");
    std::ofstream(path) << small.dump(2) << "\n";
    return path.string();
}

// Systems that were wrong once stay among those that are played.
std::vector<std::uint64_t> kept_seeds() {
    std::ifstream file(std::string(SPATE_SOURCE_DIR) + "/tests/swarm/kept_seeds");
    std::vector<std::uint64_t> seeds;
    for (std::string line; std::getline(file, line);) {
        if (!line.empty() && line.front() != '#') seeds.push_back(std::stoull(line));
    }
    return seeds;
}

// Plays one, and a part of it that may change nothing: which, its seed says.
void check_system(std::uint64_t seed) {
    const std::string text = tamed(random_scenario(seed));
    models::Loaded loaded = models::load({"swarm", {}, {}, text});
    const std::string problems = loaded.problems.render();
    REQUIRE_MESSAGE(loaded.scenario.has_value(), "seed ", seed, "\n", problems, "\n", text);
    const Oracle& oracle = oracles()[seed % oracles().size()];
    const auto wrong = what_is_wrong(Json::parse(text), seed, &oracle);
    const bool is_well = wrong && wrong->empty();
    CHECK_MESSAGE(
        is_well, "seed ", seed, ": ", wrong.value_or("is no scenario when changed"),
        "\n    as small as it gets: ", is_well || !wrong ? "" : reproducer(text, seed, &oracle));
}

}  // namespace

TEST_CASE("random valid systems: every request ends in one way, and a seed is a run") {
    std::size_t played = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        const std::string text = tamed(random_scenario(seed));
        models::Loaded loaded = models::load({"swarm", {}, {}, text});
        const std::string problems = loaded.problems.render();
        REQUIRE_MESSAGE(loaded.scenario.has_value(), "seed ", seed, "\n", problems, "\n", text);
        const models::Scenario& scenario = *loaded.scenario;
        const std::string resolved = models::resolved_json(scenario);
        models::Loaded again = models::load({"swarm", {}, {}, resolved});
        REQUIRE(again.scenario.has_value());
        CHECK(models::resolved_json(*again.scenario) == resolved);
        const Audited audited = play_audited(scenario, seed);
        const sim::Recording& run = audited.run;
        const std::string broken = audited.broken.empty() ? "" : audited.broken.front();
        CHECK_MESSAGE(broken.empty(), "seed ", seed, ": ", broken);
        for (const sim::NodeRecord& node : run.nodes) {
            INFO("seed ", seed, ", node ", node.name);
            CHECK(node.totals.finished() <= node.totals.offered);
            CHECK(node.latency.count() == node.totals.finished());
            std::int64_t there = 0;
            node.slices.for_each([&](std::size_t, const sim::Slice& slice) {
                there += std::int64_t{slice.arrived} - slice.finished;
                CHECK(there >= 0);
                CHECK(slice.succeeded <= slice.finished);
            });
        }
        CHECK(models::simulate(scenario, {seed, 0}).fingerprint.value() == run.fingerprint.value());
        ++played;
    }
    CHECK(played == 150);
}

TEST_CASE("random systems: an island, a step that does nothing, a late failure change no figure") {
    for (std::uint64_t seed = 1; seed <= 24; ++seed) check_system(seed);
    for (const std::uint64_t seed : kept_seeds()) check_system(seed);
}

// SPATE_SWARM_SEED=N SPATE_SWARM_SYSTEMS=M plays M systems that nobody has played, from seed N on.
TEST_CASE("random systems that nobody has played yet") {
    const char* const first = std::getenv("SPATE_SWARM_SEED");
    const char* const count = std::getenv("SPATE_SWARM_SYSTEMS");
    const std::uint64_t from = first == nullptr ? 1'000'000 : std::stoull(first);
    const std::uint64_t systems = count == nullptr ? 4 : std::stoull(count);
    MESSAGE("SPATE_SWARM_SEED=", from, " SPATE_SWARM_SYSTEMS=", systems);
    for (std::uint64_t seed = from; seed < from + systems; ++seed) check_system(seed);
}

TEST_CASE("what is wrong with a scenario is shrunk to what shows it") {
    const Json whole = Json::parse(
        R"({"run": {"measure": "5s"}, "nodes": {"a": {"kind": "x", "list": [1, 2, 3]}, "b": {}},
            "failures": [{"at": 1}, {"at": 2, "kind": "crash"}]})");
    const Json small = shrunk(whole, [](const Json& each) {
        const std::string text = each.dump();
        return text.find("crash") != std::string::npos && text.find('3') != std::string::npos;
    });
    CHECK(small ==
          Json::parse(R"({"nodes": {"a": {"list": [3]}}, "failures": [{"kind": "crash"}]})"));
}
