// Runs of a real RabbitMQ (rabbitmq_measured.json), each as a scenario of its name (witness/): one
// queue, four consumers, Poisson arrivals for 35 s, of which the first 5 s are left out, as in all
// measured runs: what is counted are the messages that were published in the 30 s after that. (A
// consumer that is slow and has a long prefetch gets its share at the start, and less when it is
// full: with the start its share would be 0.157 instead of 0.144.)
//
// The real broker's own time was 0.2 ms from a publisher to a consumer who waits for it: half to
// publish and half to deliver here. All else follows: what prefetch does to consumers of unequal
// speed, what a time to live loses, what comes back when a consumer dies.
//
// Each figure is held to the interval of 24 runs with other draws, widened by 2 %.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
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

// What is compared, by name.
using Figures = std::map<std::string, double>;

// The scenario of a run, with settings of others.
sim::Recording played(const std::string& name, std::uint64_t seed,
                      const std::vector<std::string>& sets = {}) {
    const models::Loaded loaded = models::load(
        {fmt::format("{}/scenarios/witness/{}.json", SPATE_SOURCE_DIR, name), {}, sets, {}});
    REQUIRE_MESSAGE(loaded.scenario.has_value(), loaded.problems.render());
    return models::simulate(*loaded.scenario, {seed, 0});
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

Figures simulated(const std::string& name, std::uint64_t seed) {
    const auto run = played(name, seed);
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
        const std::string scenario = given.at("name");
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

// --- Parameters of which there is no run, against theory ---
//
// The same scenarios with a broker that takes no time: Poisson arrivals of rate a, four consumers
// of a mean of 10 ms each, for 100 s after a warm-up. Intervals of seeds, of means that lie within
// 3 standard errors of what is exact, or 1 % where these are smaller.
namespace {

constexpr double kMu = 100;  // messages that a consumer does in a second
constexpr int kConsumers = 4;

// The probability of n in an M/M/4 whose queue holds so many, as factors of that of none.
std::vector<double> erlang(double rate, int queue) {
    std::vector<double> p(1, 1);
    for (int n = 1; n <= kConsumers + queue; ++n) {
        p.push_back(p.back() * rate / (kMu * std::min(n, kConsumers)));
    }
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& each : p) each /= sum;
    return p;
}

// The mean time in an M/M/4 of that service rate each.
double stays_s(double rate, double mu) {
    double sum = 0;
    double term = 1;
    for (int n = 0; n < kConsumers; ++n) {
        sum += term;
        term *= rate / mu / (n + 1);
    }
    const double busy = term / (1 - rate / (kConsumers * mu));
    return busy / (sum + busy) / (kConsumers * mu - rate) + 1 / mu;
}

struct SeenMessages {
    std::vector<double> values;
    double mean() const {
        return std::accumulate(values.begin(), values.end(), 0.0) /
               static_cast<double>(values.size());
    }
    // Of the mean.
    double error() const {
        double squares = 0;
        for (const double each : values) squares += (each - mean()) * (each - mean());
        const auto count = static_cast<double>(values.size());
        return std::sqrt(squares / (count - 1) / count);
    }
};

// Of eight seeds, what `figure` makes of a run.
template <class Figure>
SeenMessages seen(double rate, const std::vector<std::string>& more, Figure figure) {
    std::vector<std::string> sets = {
        "run={\"warm_up\": \"20s\", \"measure\": \"100s\"}",
        fmt::format("nodes.publisher={{\"kind\": \"open_loop\", \"calls\": \"app.publish\", "
                    "\"rate\": \"{}/s\"}}",
                    rate),
        "nodes.rabbit.publish_time=0s",
        "nodes.rabbit.delivery_time=0s",
        "nodes.rabbit.acknowledge_time=0s",
        "nodes.worker3.instances={}"};
    sets.insert(sets.end(), more.begin(), more.end());
    SeenMessages all;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        all.values.push_back(figure(played("R13_mq_unequal_prefetch1", seed, sets)));
    }
    return all;
}

double of_rabbit(const sim::Recording& run, const std::string& name) {
    return support::measure(run, "rabbit", name);
}
double mean_age_s(const sim::Recording& run) {
    sim::Histogram ages;
    for (const sim::NodeRecord& each : run.nodes) {
        for (const sim::Measure& measure : each.measures) {
            if (measure.name == "age") ages.merge(*measure.spread);
        }
    }
    return ages.mean_seconds();
}
std::vector<std::string> of_all_consumers(const std::string& setting) {
    std::vector<std::string> sets;
    for (int i = 0; i < kConsumers; ++i) {
        sets.push_back(fmt::format("nodes.consumer{}.{}", i, setting));
    }
    return sets;
}

void check_near(const SeenMessages& seen, double exact) {
    CAPTURE(seen.mean());
    CAPTURE(exact);
    CHECK(std::abs(seen.mean() - exact) <= std::max(3 * seen.error(), 0.01 * exact));
}

}  // namespace

// A full queue that drops its head, or refuses, loses what comes while it is full: of Poisson
// arrivals the share of time in which it is (M/M/4/4+K).
TEST_CASE("RabbitMQ's max-length loses as a queue of so many places does") {
    for (const double rate : {320.0, 480.0}) {
        for (const int most : {1, 5, 20}) {
            CAPTURE(rate);
            CAPTURE(most);
            const double full = erlang(rate, most).back();
            const auto lost = [&](const std::string& overflow, const char* figure) {
                return seen(
                    rate,
                    {fmt::format(R"(nodes.rabbit.queues.q={{"max_length": {}, "overflow": "{}"}})",
                                 most, overflow)},
                    [&](const sim::Recording& run) {
                        return of_rabbit(run, figure) / of_rabbit(run, "published");
                    });
            };
            check_near(lost("drop-head", "dropped_maxlen"), full);
            check_near(lost("reject-publish", "refused"), full);
        }
    }
}

// What is requeued comes to its old place, and to the next consumer that is free. A message is so
// handled a geometric number of times, of exponential times: an exponential time that is longer.
TEST_CASE("RabbitMQ's requeue makes of failures longer work") {
    for (const double failed : {0.2, 0.5}) {
        CAPTURE(failed);
        const double rate = 0.7 * kConsumers * kMu * (1 - failed);
        std::vector<std::string> sets = of_all_consumers("on_failure=requeue");
        for (int i = 0; i < kConsumers; ++i) {
            sets.push_back(fmt::format(
                R"(nodes.worker{}.endpoints.work=[{{"work": {{"kind": "exponential", "mean": "10ms"}}}}, {{"fail": "{}%"}}])",
                i, 100 * failed));
        }
        check_near(seen(rate, sets, mean_age_s), stays_s(rate, kMu * (1 - failed)));
        const auto again = seen(rate, sets, [](const sim::Recording& run) {
            return of_rabbit(run, "redelivered") / of_rabbit(run, "published");
        });
        check_near(again, failed / (1 - failed));
    }
}

// With a prefetch of 1 whoever is free takes the next one (M/M/4). With a long one the broker gives
// each of them every fourth message, whatever they have before them (E4/M/1): the wait is that of a
// queue whose root is s = A(mu (1 - s)), where A is the transform of the time between four
// arrivals.
TEST_CASE("RabbitMQ's prefetch is one line for all, or a line for each") {
    constexpr double kRate = 0.8 * kConsumers * kMu;
    check_near(seen(kRate, {}, mean_age_s), stays_s(kRate, kMu));
    double root = 0.5;
    for (int i = 0; i < 1000; ++i) {
        root = std::pow(kRate / (kRate + kMu * (1 - root)), kConsumers);
    }
    check_near(seen(kRate, of_all_consumers("prefetch=1000"), mean_age_s), 1 / (kMu * (1 - root)));
}

// A message that waits for as long as its time to live is gone (M/M/4+D): the wait that an arrival
// would have has an exponential density, of the rate 400 - a below that time, and of 400 beyond it.
TEST_CASE("RabbitMQ's time to live loses as impatience does") {
    for (const double rate : {320.0, 440.0}) {
        for (const int ttl_ms : {10, 50}) {
            CAPTURE(rate);
            CAPTURE(ttl_ms);
            constexpr double kAll = kConsumers * kMu;
            const double time = ttl_ms * 1e-3;
            double term = 1;
            double free = 0;
            for (int n = 0; n < kConsumers; ++n) {
                free += term;
                if (n + 1 < kConsumers) term *= rate / kMu / (n + 1);
            }
            const double at_most = std::exp(-(kAll - rate) * time);
            const double below = rate * term * (1 - at_most) / (kAll - rate);
            const double beyond = rate * term * at_most / kAll;
            const auto lost = seen(
                rate, {fmt::format(R"(nodes.rabbit.queues.q={{"message_ttl": "{}ms"}})", ttl_ms)},
                [](const sim::Recording& run) {
                    return of_rabbit(run, "dropped_expired") / of_rabbit(run, "published");
                });
            check_near(lost, beyond / (free + below + beyond));
        }
    }
}
