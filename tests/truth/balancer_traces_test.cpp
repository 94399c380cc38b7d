// Requests that went through a real nginx 1.22.1 to eight backends, played again through ours: the
// same times of arrival and of service, the beginning of each recording (measured/*.csv).
//
// The backends were HTTP servers with one worker and one line, first come, first served; the way
// through nginx and back took a constant 0.18 ms (its median, measured with no work to do). nginx
// had one worker process. Where the choice depends on the request and on what came before alone
// every request must go to the same backend; where it depends on when others end, or on chance, a
// microsecond changes it, and the distributions are compared.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <queue>
#include <sstream>

#include "models/balancers/ip_hash.h"
#include "models/balancers/power_of_two.h"
#include "models/balancers/ring_hash.h"
#include "models/balancers/weighted_least_connections.h"
#include "models/balancers/weighted_round_robin.h"
#include "tests/support/chooser.h"
#include "tests/truth/tally.h"

using namespace truth;

namespace {

constexpr double kOverhead = 180;  // microseconds

struct Row {
    double time;
    double service;
    std::uint32_t backend;
    double latency;
    std::uint64_t attribute;  // the key or the client, if any
};

std::vector<Row> recorded(const std::string& name) {
    std::ifstream stream(std::string(SPATE_SOURCE_DIR) + "/tests/truth/measured/" + name + ".csv");
    REQUIRE(stream.good());
    std::vector<Row> rows;
    std::string line;
    std::getline(stream, line);
    while (std::getline(stream, line)) {
        std::replace(line.begin(), line.end(), ',', ' ');
        std::istringstream words(line);
        Row row{};
        words >> row.time >> row.service >> row.backend >> row.latency >> row.attribute;
        rows.push_back(row);
    }
    return rows;
}

struct Farm {
    models::BalancerChoice balancer;
    std::vector<double> weights = std::vector<double>(8, 1);
    std::vector<double> slowdowns = std::vector<double>(8, 1);
    int first_port = 21010;
};

struct Replayed {
    double same_backend = 0;
    std::vector<double> latencies;
};

Replayed replay(const Farm& farm, const std::vector<Row>& rows) {
    support::Chooser chooser(farm.balancer);
    for (std::size_t id = 0; id < farm.weights.size(); ++id) {
        const auto port = farm.first_port + static_cast<int>(id);
        chooser.add({.weight = farm.weights[id], .name = fmt::format("127.0.0.1:{}", port)});
    }
    std::vector<double> free_at(farm.weights.size());
    using End = std::pair<double, std::size_t>;
    std::priority_queue<End, std::vector<End>, std::greater<>> ends;
    Replayed replayed;
    for (const Row& row : rows) {
        for (; !ends.empty() && ends.top().first <= row.time; ends.pop()) {
            chooser.close(ends.top().second);
        }
        models::Request request;
        request.key = row.attribute;
        request.address = (127u << 24) + static_cast<std::uint32_t>(row.attribute);
        const std::size_t number = chooser.opened();
        const std::uint32_t id = chooser.open(request);
        const double end =
            std::max(row.time + kOverhead / 2, free_at[id]) + row.service * farm.slowdowns[id];
        free_at[id] = end;
        ends.push({end + kOverhead / 2, number});
        replayed.latencies.push_back(end + kOverhead / 2 - row.time);
        replayed.same_backend += id == row.backend ? 1.0 / static_cast<double>(rows.size()) : 0;
    }
    return replayed;
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

double percentile(std::vector<double> values, double percent) {
    const auto at = static_cast<std::size_t>(percent / 100 * static_cast<double>(values.size()));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at),
                     values.end());
    return values[at];
}

struct Slack {
    double mean;
    double p99;
};

void compare(Tally& tally, const std::vector<double>& got, const std::vector<Row>& rows,
             Slack slack) {
    std::vector<double> measured;
    for (const Row& row : rows) measured.push_back(row.latency);
    const auto near = [&](const std::string& what, double one, double other, double share) {
        tally.near(what, one, other, share * other);
    };
    near("mean", mean(got), mean(measured), slack.mean);
    near("p50", percentile(got, 50), percentile(measured, 50), slack.mean);
    near("p90", percentile(got, 90), percentile(measured, 90), slack.mean);
    near("p99", percentile(got, 99), percentile(measured, 99), slack.p99);
}

}  // namespace

TEST_CASE("nginx, measured: turns and hashes send every request where nginx sent it") {
    Tally tally("nginx replayed, exactly");
    const auto play = [&](const std::string& name, const Farm& farm) {
        const std::vector<Row> rows = recorded(name);
        const Replayed replayed = replay(farm, rows);
        tally.begin(name);
        tally.near("same backend", replayed.same_backend, 1, 1e-9);
        // What the recordings' own noise leaves to the exact algorithm: 0.7 %.
        compare(tally, replayed.latencies, rows, {0.007, 0.007});
    };
    play("nginx_exp_rr", {models::WeightedRoundRobin::Spec{}});
    play("nginx_het50_wrr",
         {models::WeightedRoundRobin::Spec{}, {2, 2, 2, 2, 2, 2, 1, 1}, {1, 1, 1, 1, 1, 1, 2, 2}});
    play("nginx_exp_ip_hash", {models::IpHash::Spec{}});
    play("nginx_exp_hash_consistent",
         {models::RingHash::Spec{.layout = models::RingLayout::nginx}});
}

// The exact algorithm reaches 2 % and 5 % (least_conn), 4 % and 6 % (two choices) on 25,000
// requests; on these 12,000 half as much again.
TEST_CASE("nginx, measured: least connections and two choices wait as long as nginx's") {
    Tally tally("nginx replayed, in distribution");
    const auto play = [&](const std::string& name, const Farm& farm, Slack slack) {
        const std::vector<Row> rows = recorded(name);
        tally.begin(name);
        compare(tally, replay(farm, rows).latencies, rows, slack);
    };
    play("nginx_exp_least_conn", {models::WeightedLeastConnections::Spec{}}, {0.03, 0.075});
    play("nginx_exp_random2lc", {models::PowerOfTwo::Spec{}}, {0.06, 0.09});
}
