// Runs of a real RabbitMQ (rabbitmq_measured.json), each as a scenario: one queue, four consumers,
// Poisson arrivals for 35 s, of which the first 5 s are left out, as in all measured runs: what is
// counted are the messages that were published in the 30 s after that. (A consumer that is slow and
// has a long prefetch gets its share at the start, and less when it is full: with the start its
// share would be 0.157 instead of 0.144.)
//
// The real broker's own time was 0.2 ms from a publisher to a consumer who waits for it: half to
// publish and half to deliver here. All else follows: what prefetch does to consumers of unequal
// speed, what a time to live loses, what comes back when a consumer dies.
//
// Each figure is held to the interval of 24 runs with other draws, widened by 2 %.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "sim/histogram.h"
#include "tests/support/play.h"
#include "tests/truth/tally.h"

using namespace truth;

namespace {

// In seconds; see the top.
constexpr int kWarmUp = 5;
constexpr int kCounted = 30;

// What is compared, by name.
using Figures = std::map<std::string, double>;

std::string queue_of(const Json& given) {
    std::string queue;
    const auto add = [&](const char* key, const char* as) {
        if (given.contains(key)) queue += fmt::format(R"("{}": "{}ms")", as, given.at(key).dump());
    };
    add("ttl_ms", "message_ttl");
    return queue;
}

// Of the first consumer, after the warm-up that is left out.
std::string failures_of(const Json& given) {
    if (!given.contains("crash_at")) return "";
    return fmt::format(
        R"(, "failures": [{{"kind": "crash", "target": "worker0", "instances": 1, "at": "{}s",
            "lasts": "{}s"}}])",
        kWarmUp + given.at("crash_at").get<int>(), given.at("crash_for").dump());
}

// Consumers on servers of their own, so that each says how many of these messages it handled.
std::string consumers_of(const Json& given) {
    std::string nodes;
    const auto slow = given.at("slow").get<std::vector<double>>();
    for (std::size_t i = 0; i < slow.size(); ++i) {
        nodes += fmt::format(
            R"(, "consumer{0}": {{"kind": "consumers", "queue": "rabbit.q", "prefetch": {1},
                                  "handler": "worker{0}.work"}},
                 "worker{0}": {{"kind": "server", "cores": 1, "instances": {{"0": {{"speed": {2:.6f}}}}},
                                "endpoints": {{"work": [{{"work": {{"kind": "exponential", "mean": "{3}us"}}}}]}}}})",
            i, given.at("prefetch").dump(), 1 / slow[i], given.at("dist").at("mean_us").dump());
    }
    return nodes;
}

// And time for what is still there then.
std::string scenario_of(const Json& given) {
    return fmt::format(
        R"({{"run": {{"warm_up": "{0}s", "measure": "60s"}}, "nodes": {{
            "publisher": {{"kind": "open_loop", "calls": "app.publish", "rate": "{1}/s", "stages": [
                {{"target": "{1}/s", "duration": "{2}s"}}, {{"target": "0/s", "duration": "0s"}},
                {{"target": "0/s", "duration": "1h"}}]}},
            "app": {{"kind": "server", "threads": 1000, "endpoints": {{"publish": [
                {{"publish": "rabbit.q", "fire_and_forget": true, "record_size": "100B"}}]}}}},
            "rabbit": {{"kind": "rabbitmq", "publish_time": "100us", "delivery_time": "100us",
                        "queues": {{"q": {{{3}}}}}}}{4}
        }}{5}}})",
        kWarmUp, given.at("rate").dump(), kWarmUp + kCounted, queue_of(given), consumers_of(given),
        failures_of(given));
}

// Consumers by what they handled, the least first.
void put_shares(Figures& figures, std::vector<double> counts, double share) {
    double sum = 0;
    for (const double each : counts) sum += each;
    std::sort(counts.begin(), counts.end());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        figures[fmt::format("share of consumer {}", i)] += share * counts[i] / sum;
    }
}

Figures simulated(const std::string& scenario, std::uint64_t seed) {
    const auto run = support::play(scenario, seed);
    Figures figures = {{"redelivered", support::measure(run, "rabbit", "redelivered")}};
    const double published = support::measure(run, "rabbit", "published");
    std::vector<double> counts;
    sim::Histogram ages;
    for (const sim::NodeRecord& each : run.nodes) {
        if (each.name.find("consumer") != 0) continue;
        counts.push_back(support::measure(each, "handled"));
        for (const sim::Measure& measure : each.measures) {
            if (measure.name == "age") ages.merge(*measure.spread);
        }
    }
    figures["lost"] = 1 - std::accumulate(counts.begin(), counts.end(), 0.0) / published;
    figures["mean latency"] = ages.mean_seconds() * 1e3;
    for (const int percent : {50, 90, 99}) {
        figures[fmt::format("p{} latency", percent)] = sim::seconds(ages.percentile(percent)) * 1e3;
    }
    put_shares(figures, counts, 1);
    return figures;
}

Figures measured(const Json& given) {
    Figures figures;
    const auto& runs = given.at("runs");
    const double share = 1.0 / static_cast<double>(runs.size());
    for (const Json& run : runs) {
        for (const char* each : {"mean", "p50", "p90", "p99"}) {
            figures[fmt::format("{} latency", each)] +=
                share * run.at("latency_ms").at(each).get<double>();
        }
        figures["lost"] += share * run.at("lost_fraction").get<double>();
        figures["redelivered"] += share * run.at("redelivered").get<double>();
        std::vector<double> counts;
        for (const auto& [consumer, count] : run.at("per_consumer").items()) {
            counts.push_back(count.get<double>());
        }
        put_shares(figures, counts, share);
    }
    return figures;
}

}  // namespace

TEST_CASE("RabbitMQ's measured runs: prefetch, unequal consumers, a time to live, a crash") {
    Tally tally("rabbitmq_measured");
    const Json table = file("rabbitmq_measured.json");
    for (const Json& given : table.at("cases")) {
        tally.begin(given.at("name"));
        const std::string scenario = scenario_of(given);
        std::map<std::string, std::pair<double, double>> intervals;
        for (std::uint64_t seed = 1; seed <= 24; ++seed) {
            for (const auto& [name, value] : simulated(scenario, seed)) {
                const auto [known, is_new] = intervals.emplace(name, std::pair{value, value});
                known->second.first = std::min(known->second.first, value);
                known->second.second = std::max(known->second.second, value);
            }
        }
        for (const auto& [name, value] : measured(given)) {
            const auto [least, most] = intervals.at(name);
            const double middle = (0.98 * least + 1.02 * most) / 2;
            tally.near(name, middle, value, (1.02 * most - 0.98 * least) / 2);
        }
    }
}
