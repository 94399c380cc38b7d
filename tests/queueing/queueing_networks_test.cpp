// Networks of stations against exact tables: queueing_networks.json, case by case.
//
// Left out, because nothing shows it: probabilities of a state (P_empty, P_wait, P_all_down,
// time_congestion; P0 is seen where there is one server, by its utilisation) and the shares of
// servers with at least k requests. Left out, because no model has it: preemptive_resume_W, and
// erlang_a, whose callers hang up after a random time.
// Not played yet: priority_mm1, power_of_d_mean_field and the rows of fork_join.
#include <algorithm>

#include "tests/queueing/replicated.h"

using namespace truth;

namespace {

const Json& networks() {
    return tables("queueing_networks.json");
}

// Mean services that a replication measures at the least, as in queueing_single_test.cpp.
constexpr double kLeast = 400;

std::string station(int servers, double mu) {
    return fmt::format(R"({{"kind": "database", "connections": 10000000, "cores": {},
                            "service_time": {}}})",
                       servers, exponential(1 / mu));
}

// A node that takes no time itself: it sends its requests through the network.
std::string router(const std::string& steps) {
    return R"({"kind": "server", "threads": 1000000, "memory_per_request": "0B",
               "endpoints": {"go": [)" +
           steps + "]}}";
}

std::string open_clients(double rate) {
    return fmt::format(R"({{"kind": "open_loop", "rate": "{:.12f}/s", "calls": "router"}})", rate);
}

std::string users(int count, double think, const std::string& calls) {
    // Not to think at all would let no time pass.
    return fmt::format(R"({{"kind": "users", "users": {}, "think_time": {}, "calls": "{}"}})",
                       count, think > 0 ? exponential(think) : "\"1ns\"", calls);
}

std::string scenario(const std::string& run, const std::vector<std::string>& nodes) {
    std::string text = "{" + run + R"(, "nodes": {)";
    for (const std::string& node : nodes) text += (&node == &nodes.front() ? "" : ", ") + node;
    return text + "}}";
}

std::string named(const std::string& name, const std::string& node) {
    return "\"" + name + "\": " + node;
}
std::string station_name(std::size_t index) {
    return "station_" + std::to_string(index);
}
std::string call(const std::string& node) {
    return R"({"call": ")" + node + "\"}";
}

// What a node saw of the requests that ended in the measured time.
auto latency_at(const std::string& name) {
    return [name](const sim::Recording& run) {
        return ended(run, name).latency_s / ended(run, name).count;
    };
}
auto number_at(const std::string& name) {
    return [name](const sim::Recording& run) {
        return ended(run, name).latency_s / sim::seconds(run.measured());
    };
}
auto utilisation_of(const std::string& name) {
    return [name](const sim::Recording& run) {
        return support::node(run, name).utilisation.value_or(-1);
    };
}

// A job's way through a network that leads to no node with a chance below this is not written out:
// where it may come back, the way would never end.
constexpr double kNegligible = 1e-5;

// One of the nodes by these chances, or out.
std::string choice(const Json& routing, const Json& chances, double reached) {
    std::string branches;
    double out = 1;
    for (std::size_t to = 0; to < chances.size(); ++to) {
        const double chance = chances.at(to);
        if (chance * reached < kNegligible) continue;
        out -= chance;
        branches +=
            fmt::format(R"({{"weight": {:.12f}, "steps": [{}, {}]}}, )", chance,
                        call(station_name(to)), choice(routing, routing.at(to), chance * reached));
    }
    return fmt::format(R"({{"choose": [{}{{"weight": {:.12f}}}]}})", branches, std::max(out, 0.0));
}

}  // namespace

TEST_CASE("Jackson networks: product form") {
    Book book("jackson");
    for (const Json& each : networks().at("jackson").at("cases")) {
        book.begin(each.at("id"));
        const Json& nodes = each.at("nodes");
        Json entry = each.at("external_arrivals");
        double rate = 0;
        for (const Json& arrivals : entry) rate += arrivals.get<double>();
        for (Json& arrivals : entry) arrivals = arrivals.get<double>() / rate;
        double rho = 0;
        for (const Json& node : nodes) rho = std::max(rho, node.at("rho").get<double>());
        std::vector<std::string> text = {
            named("clients", open_clients(rate)),
            named("router", router(choice(each.at("routing"), entry, 1)))};
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            text.push_back(
                named(station_name(i), station(nodes[i].at("servers"), nodes[i].at("mu"))));
        }
        const double jobs = std::min(jobs_for(rho, 1, 1), 500'000.0);
        const Replicated runs(scenario(run_text(jobs, rate, kLeast), text), book.seed());
        book.compare_mean("time in system", runs.of(response), each.at("mean_time_in_system"));
        book.compare("L", runs.of(in_system), each.at("L_total"));
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const std::string name = station_name(i);
            book.compare(name + " L", runs.of(number_at(name)), nodes[i].at("L"));
            book.compare(name + " W", runs.of(latency_at(name)), nodes[i].at("W_per_visit"));
            book.compare(name + " rho", runs.of(utilisation_of(name)), nodes[i].at("rho"));
        }
        book.end();
    }
}

TEST_CASE("closed networks: mean value analysis") {
    Book book("closed_mva");
    for (const Json& each : networks().at("closed_mva").at("cases")) {
        const Json& demands = each.at("demands");
        std::string steps;
        std::vector<std::string> stations;
        for (std::size_t i = 0; i < demands.size(); ++i) {
            steps += (i == 0 ? "" : ", ") + call(station_name(i));
            stations.push_back(named(station_name(i), station(1, 1 / demands[i].get<double>())));
        }
        for (const Json& row : each.at("rows")) {
            const int customers = row.at("N");
            book.begin(fmt::format("{} N {}", each.at("id").get<std::string>(), customers));
            std::vector<std::string> text = {
                named("clients", users(customers, each.at("think_Z"), "router")),
                named("router", router(steps))};
            text.insert(text.end(), stations.begin(), stations.end());
            const Replicated runs(scenario(run_text(200'000, row.at("throughput"), kLeast), text),
                                  book.seed());
            book.compare("throughput", runs.of(throughput), row.at("throughput"));
            book.compare_mean("response", runs.of(response), row.at("response"));
            for (std::size_t i = 0; i < demands.size(); ++i) {
                const std::string name = station_name(i);
                book.compare(name + " utilisation", runs.of(utilisation_of(name)),
                             row.at("utilisation").at(i));
                book.compare(name + " queue", runs.of(number_at(name)), row.at("queue").at(i));
            }
            book.end();
        }
    }
}

TEST_CASE("machine repair: a finite source that waits") {
    Book book("machine_repair");
    for (const Json& row : networks().at("machine_repair").at("rows")) {
        const int machines = row.at("N");
        const int servers = row.at("repairmen_or_servers");
        book.begin(fmt::format("N {} c {}", machines, servers));
        const Replicated runs(
            scenario(run_text(200'000, row.at("throughput"), kLeast),
                     {named("clients",
                            users(machines, 1 / row.at("lambda_each").get<double>(), "station")),
                      named("station", station(servers, row.at("mu")))}),
            book.seed());
        book.compare("L", runs.of(in_system), row.at("L_down_or_waiting"));
        book.compare("throughput", runs.of(throughput), row.at("throughput"));
        book.compare_mean("W", runs.of(response), row.at("W"));
        book.compare("fraction up", runs.of([&](const sim::Recording& run) {
            return 1 - in_system(run) / machines;
        }),
                     row.at("fraction_up"));
        if (servers == 1) {
            book.compare("P0", runs.of([](const sim::Recording& run) {
                return 1 - utilisation_of("station")(run);
            }),
                         row.at("P0"), 1e-6);  // what is less than that is 0 here
        }
        book.end();
    }
}

TEST_CASE("Engset: a finite source that is turned away and comes again") {
    Book book("engset");
    for (const Json& row : networks().at("engset").at("rows")) {
        const int servers = row.at("servers");
        const int sources = row.at("sources");
        const double think = 1 / row.at("alpha_lambda_over_mu").get<double>();
        book.begin(fmt::format("{} sources, {} servers", sources, servers));
        const std::string loss = fmt::format(
            R"({{"kind": "server", "cores": {}, "threads": {}, "accept_queue": 0,
                 "scheduling": "fcfs", "memory_per_request": "0B",
                 "endpoints": {{"go": [{{"work": {}}}]}}}})",
            servers, servers, exponential(1));
        const Replicated runs(
            scenario(run_text(400'000, sources / (think + 1), kLeast),
                     {named("clients", users(sources, think, "station")), named("station", loss)}),
            book.seed());
        book.compare("call congestion", runs.of(share_refused), row.at("call_congestion"));
        book.end();
    }
}

TEST_CASE("M/G/inf: the number in system, in the steady state and on the way there") {
    Book book("mm_inf");
    for (const Json& row : networks().at("mm_inf").at("rows")) {
        const double lambda = row.at("lambda");
        const double mu = row.at("mu");
        book.begin(fmt::format("lambda {} mu {}", lambda, mu));
        const auto text = [&](const std::string& run, const std::string& service) {
            return scenario(run, {named("clients", open_clients(lambda)),
                                  named("router", router(R"({"wait": )" + service + "}"))});
        };
        const std::string exponential_wait = exponential(1 / mu);
        for (const std::string& wait : {exponential_wait, time_text(1 / mu)}) {
            const Replicated runs(text(run_text(200'000, lambda, kLeast), wait), book.seed());
            book.compare("L", runs.of(in_system), row.at("L"));
        }
        const Replicated starts(text(R"("run": {"measure": "1s"})", exponential_wait), book.seed(),
                                4000);
        book.compare("L after 1 from empty", starts.of([](const sim::Recording& run) {
            return static_cast<double>(clients(run).totals.in_flight);
        }),
                     row.at("L_at_t1_from_empty"));
        book.end();
    }
}

namespace {

std::string balanced(double rate, int servers, const std::string& balancer, double jobs,
                     double at_least) {
    return scenario(
        run_text(jobs, rate, at_least),
        {named("clients", fmt::format(R"({{"kind": "open_loop", "rate": "{:.12f}/s",
                                           "calls": "station"}})",
                                      rate)),
         named("station", fmt::format(
                              R"({{"kind": "server", "replicas": {}, "scheduling": "fcfs",
                                   "threads": 1000000, "memory_per_request": "0B",
                                   "balancer": {}, "endpoints": {{"go": [{{"work": {}}}]}}}})",
                              servers, balancer, exponential(1)))});
}

}  // namespace

TEST_CASE("two servers: the shortest queue, and two choices with and without replacement") {
    Book book("jsq_small_exact");
    for (const Json& row : networks().at("jsq_small_exact").at("rows")) {
        const double rho = row.at("rho");
        const int servers = row.at("N");
        book.begin(fmt::format("N {} rho {}", servers, rho));
        const auto mean_with = [&](const std::string& balancer) {
            const Replicated runs(
                balanced(rho * servers, servers, "\"" + balancer + "\"", 1e6, kLeast), book.seed());
            return runs.of(response);
        };
        book.compare_mean("JSQ", mean_with("join_shortest_queue"), row.at("JSQ_W"));
        book.compare_mean("two of two", mean_with("power_of_two"), row.at("JSQ_W"));
        book.compare_mean("two choices", mean_with("least_request"),
                          row.at("pow2_with_replacement_W"));
        book.end();
    }
}

namespace {

// All at once, and on when the last has answered.
std::string parallel(int branches, const std::function<std::string(int)>& branch) {
    std::string text;
    for (int i = 0; i < branches; ++i) text += (i == 0 ? "[" : ", [") + branch(i) + "]";
    return R"({"parallel": [)" + text + "]}";
}

}  // namespace

TEST_CASE("split and merge: the slowest of K, and how many of them a second") {
    Book book("split_merge");
    for (const Json& row : networks().at("fork_join").at("split_merge")) {
        const int branches = row.at("K");
        book.begin(fmt::format("K {}", branches));
        const std::string steps =
            parallel(branches, [](int) { return R"({"wait": )" + exponential(1) + "}"; });
        // One job at a time, and always another one that waits.
        const std::string one_at_a_time =
            R"({"kind": "server", "threads": 1, "accept_queue": 10, "memory_per_request": "0B",
                "endpoints": {"go": [)" +
            steps + "]}}";
        const Replicated runs(
            scenario(run_text(100'000, 1, kLeast),
                     {named("clients", users(2, 0, "station")), named("station", one_at_a_time)}),
            book.seed());
        book.compare("rate", runs.of(throughput), row.at("max_stable_rate_split_merge"));
        // The other of the two users waits for one job and then does its own.
        book.compare("mean of the slowest",
                     runs.of([](const sim::Recording& run) { return response(run) / 2; }),
                     row.at("mean_of_max_exp1"));
        book.end();
    }
}

namespace {

// The share of requests that are slow when each of `leaves` is with a probability.
Estimate slow_requests(int leaves, double probability, std::uint64_t seed) {
    const std::string leaf = fmt::format(
        R"({{"choose": [{{"weight": {:.15f}, "steps": [{{"wait": "10s"}}]}},
                        {{"weight": {:.15f}, "steps": [{{"wait": "1s"}}]}}]}})",
        probability, 1 - probability);
    const std::string impatient =
        R"({"kind": "open_loop", "rate": "10/s", "calls": "router",
            "policies": [{"kind": "timeout", "limit": "5s"}]})";
    const double requests = std::clamp(2e6 / leaves, 3200.0, 200'000.0);
    const Replicated runs(
        scenario(run_text(requests, 10),
                 {named("clients", impatient),
                  named("router", router(parallel(leaves, [&](int) { return leaf; })))}),
        seed);
    return runs.of(share_refused);
}

}  // namespace

TEST_CASE("fan-out: one slow leaf makes a slow request") {
    Book book("fanout_tail");
    const Json& table = networks().at("fanout_tail");
    for (const Json& row : table.at("rows")) {
        const int leaves = row.at("fanout");
        const double probability = row.at("leaf_slow_probability");
        book.begin(fmt::format("{} leaves, {}", leaves, probability));
        book.compare("slow requests", slow_requests(leaves, probability, book.seed()),
                     row.at("request_slow_probability"));
        book.end();
    }
    for (const Json& row : table.at("leaf_percentile_needed_for_p99")) {
        const int leaves = row.at("fanout");
        book.begin(fmt::format("p99 of {} leaves", leaves));
        book.compare("slow requests",
                     slow_requests(leaves, 1 - row.at("leaf_quantile").get<double>(), book.seed()),
                     0.01);
        book.end();
    }
}

TEST_CASE("hedged requests: the first of n copies") {
    Book book("hedge_exp1");
    for (const Json& row : networks().at("fanout_tail").at("hedge_exp1")) {
        const int copies = row.at("copies");
        book.begin(fmt::format("{} copies", copies));
        const std::string hedge =
            copies == 1 ? ""
                        : fmt::format(R"({{"kind": "hedge", "delay": "0s", "max_hedges": {}}})",
                                      copies - 1);
        const Replicated runs(
            scenario(run_text(200'000, 100, kLeast),
                     {named("clients", R"({"kind": "open_loop", "rate": "100/s", "calls": "router",
                                           "policies": [)" +
                                           hedge + "]}"),
                      named("router", router(R"({"wait": )" + exponential(1) + "}"))}),
            book.seed());
        book.compare_mean("mean", runs.of(response), row.at("mean_of_min"));
        book.compare("p99", runs.of_all(percentile(99)), row.at("p99_of_min"));
        book.end();
    }
}
