// Runs of a real RabbitMQ (rabbitmq_measured.json), each as a scenario: one queue, four consumers,
// Poisson arrivals.
//
// The real broker's own time was 0.2 ms from a publisher to a consumer who waits for it: half to
// publish and half to deliver here. All else follows: what prefetch does to consumers of unequal
// speed, what a time to live loses, what comes back when a consumer dies.
//
// Each figure is held to the interval of 24 runs with other draws, widened by 5 %: the measured
// runs have two seeds, and a slow consumer's share hangs on 1,000 exponential services, whose sum
// has a standard deviation of 3 %. (With a prefetch of 100 the real slow one handled 7 % less than
// is expected, and why is not known.)
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/play.h"
#include "tests/truth/tally.h"

using namespace truth;

namespace {

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

std::string failures_of(const Json& given) {
    if (!given.contains("crash_at")) return "";
    return fmt::format(
        R"(, "failures": [{{"kind": "crash", "target": "worker", "instances": 1, "at": "{}s",
            "lasts": "{}s"}}])",
        given.at("crash_at").dump(), given.at("crash_for").dump());
}

// Arrivals for 30 s, and time for what is still there then.
std::string scenario_of(const Json& given) {
    std::string speeds;
    const auto slow = given.at("slow").get<std::vector<double>>();
    for (std::size_t i = 0; i < slow.size(); ++i) {
        speeds += fmt::format(R"({}"{}": {{"speed": {:.6f}}})", i == 0 ? "" : ", ", i, 1 / slow[i]);
    }
    return fmt::format(
        R"({{"run": {{"measure": "60s"}}, "nodes": {{
            "publisher": {{"kind": "open_loop", "calls": "app.publish", "rate": "{0}/s", "stages": [
                {{"target": "{0}/s", "duration": "30s"}}, {{"target": "0/s", "duration": "0s"}},
                {{"target": "0/s", "duration": "1h"}}]}},
            "app": {{"kind": "server", "threads": 1000, "endpoints": {{"publish": [
                {{"publish": "rabbit.q", "fire_and_forget": true, "record_size": "100B"}}]}}}},
            "rabbit": {{"kind": "rabbitmq", "publish_time": "100us", "delivery_time": "100us",
                        "queues": {{"q": {{{1}}}}}}},
            "consumers": {{"kind": "consumers", "queue": "rabbit.q", "handler": "worker.work",
                           "prefetch": {2}}},
            "worker": {{"kind": "server", "replicas": {3}, "cores": 1, "instances": {{{4}}},
                "endpoints": {{"work": [{{"work": {{"kind": "exponential", "mean": "{5}us"}}}}]}}}}
        }}{6}}})",
        given.at("rate").dump(), queue_of(given), given.at("prefetch").dump(), slow.size(), speeds,
        given.at("dist").at("mean_us").dump(), failures_of(given));
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
    const double published = support::measure(run, "rabbit", "published");
    Figures figures = {
        {"lost", support::measure(run, "rabbit", "dropped_expired") / published},
        {"redelivered", support::measure(run, "rabbit", "redelivered")}};
    for (const sim::Measure& each : support::node(run, "consumers").measures) {
        if (each.name != "age") continue;
        figures["mean latency"] = each.spread->mean_seconds() * 1e3;
        for (const int percent : {50, 90, 99}) {
            figures[fmt::format("p{} latency", percent)] =
                sim::seconds(each.spread->percentile(percent)) * 1e3;
        }
    }
    std::vector<double> counts;
    for (const auto& each : support::node(run, "worker").machines) {
        counts.push_back(static_cast<double>(each.requests));
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
            const double middle = (0.95 * least + 1.05 * most) / 2;
            tally.near(name, middle, value, (1.05 * most - 0.95 * least) / 2);
        }
    }
}
