// Single stations against exact tables: queueing_single.json, case by case.
//
// Left out, because no model has them: LCFS, SRPT and SJF (3 columns of mm1_disciplines) and
// hyperexponential gaps between arrivals (2 rows of gim1). The time a request waited is seen as a
// sum, not one by one: so waits are compared by their mean, and by percentiles only where the
// service is constant.
#include <algorithm>

#include "tests/queueing/replicated.h"

using namespace truth;

namespace {

// Mean services that a replication measures at the least. A histogram lacks what had not ended by
// then, about a mean response's share of all: a few thousandths.
constexpr double kLeastTime = 400;

// Ten losses among the fewest requests that a loss system is given: what is rarer is not seen.
constexpr double kRare = 10 / 150'000.0;

struct Station {
    double rate;
    int servers = 1;
    std::string service = exponential(1);
    std::string scheduling = "fcfs";
    std::string arrivals = "poisson";
};

std::string open_station(const Station& station, double jobs) {
    return fmt::format(R"({{{}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "{:.12f}/s", "arrivals": "{}",
                     "calls": "station"}},
        "station": {{"kind": "database", "connections": 10000000, "cores": {},
                     "scheduling": "{}", "service_time": {}}}}}}})",
                       run_text(jobs, station.rate, kLeastTime), station.rate, station.arrivals,
                       station.servers, station.scheduling, station.service);
}

// A server with `threads` places of work and `queue` more to wait in; who comes then is rejected.
std::string bounded_station(double rate, int threads, int queue, const std::string& service,
                            double jobs) {
    return fmt::format(R"({{{}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "{:.12f}/s", "calls": "station"}},
        "station": {{"kind": "server", "cores": {}, "scheduling": "fcfs", "threads": {},
                     "accept_queue": {}, "memory_per_request": "0B",
                     "endpoints": {{"go": [{{"work": {}}}]}}}}}}}})",
                       run_text(jobs, rate, kLeastTime), rate, threads, threads, queue, service);
}

// Each of `servers` has a line of its own; the balancer chooses.
std::string balanced_servers(double rate, int servers, const std::string& balancer, double jobs) {
    return fmt::format(R"({{{}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "{:.12f}/s", "calls": "station"}},
        "station": {{"kind": "server", "replicas": {}, "cores": 1, "scheduling": "fcfs",
                     "threads": 1000000, "memory_per_request": "0B", "balancer": {},
                     "endpoints": {{"go": [{{"work": {}}}]}}}}}}}})",
                       run_text(jobs, rate, kLeastTime), rate, servers, balancer, exponential(1));
}

struct Service {
    std::string text;
    double scv;
};

std::string lognormal(double scv) {
    const double sigma = std::sqrt(std::log(1 + scv));
    const double p99 = std::exp(-sigma * sigma / 2 + 2.3263478740408408 * sigma);
    return R"({"kind": "lognormal", "mean": "1s", "p99": )" + time_text(p99) + "}";
}

// Two exponentials with balanced means: each kind is half of all the work.
std::string hyperexponential(double scv) {
    const double p = (1 + std::sqrt((scv - 1) / (scv + 1))) / 2;
    return fmt::format(R"({{"kind": "mixture", "parts": [{{"weight": {:.15f}, "of": {}}},
                                                         {{"weight": {:.15f}, "of": {}}}]}})",
                       p, exponential(1 / (2 * p)), 1 - p, exponential(1 / (2 * (1 - p))));
}

std::string service_text(const std::string& name, double scv) {
    if (name == "deterministic") return R"("1s")";
    if (name == "exponential") return exponential(1);
    if (name.starts_with("uniform")) return R"({"kind": "uniform", "min": "0s", "max": "2s"})";
    if (name == "erlang-2") return R"({"kind": "gamma", "mean": "1s", "shape": 2})";
    if (name == "erlang-4") return R"({"kind": "gamma", "mean": "1s", "shape": 4})";
    if (name.starts_with("hyperexp")) return hyperexponential(scv);
    if (name.starts_with("lognormal")) return lognormal(scv);
    if (name.starts_with("pareto")) {
        return R"({"kind": "pareto", "mean": "1s", "alpha": 3.5})";
    }
    FAIL("no service ", name);
    return {};
}

}  // namespace

TEST_CASE("M/M/1: means, variance and percentiles") {
    Book book("mm1");
    for (const Json& row : tables("queueing_single.json").at("mm1").at("rows")) {
        const double rho = row.at("rho");
        book.begin(fmt::format("rho {}", rho));
        const Replicated runs(open_station({rho}, jobs_for(rho, row.at("Wq"), row.at("W"))),
                              book.seed());
        book.compare_mean("W", runs.of(response), row.at("W"));
        book.compare("Wq", runs.of(wait), row.at("Wq"));
        book.compare("L", runs.of(in_system), row.at("L"));
        book.compare("variance", runs.of_all(variance), row.at("var_sojourn"));
        for (const auto& [name, percent] :
             std::vector<std::pair<std::string, double>>{{"sojourn_p50", 50},
                                                         {"sojourn_p90", 90},
                                                         {"sojourn_p95", 95},
                                                         {"sojourn_p99", 99},
                                                         {"sojourn_p999", 99.9}}) {
            book.compare(name, runs.of_all(percentile(percent)), row.at(name));
        }
        book.end();
    }
}

TEST_CASE("M/M/c: means and percentiles") {
    Book book("mmc");
    for (const Json& row : tables("queueing_single.json").at("mmc").at("rows")) {
        const double rho = row.at("rho");
        const int servers = row.at("c");
        book.begin(fmt::format("c {} rho {}", servers, rho));
        const Replicated runs(
            open_station({rho * servers, servers}, jobs_for(rho, row.at("Wq"), row.at("W"))),
            book.seed());
        book.compare_mean("W", runs.of(response), row.at("W"));
        // Below a thousandth of a service nobody waited in what a test can afford to play.
        book.compare("Wq", runs.of(wait), row.at("Wq"), 1e-3);
        book.compare("L", runs.of(in_system), row.at("L"));
        book.compare("p50", runs.of_all(percentile(50)), row.at("sojourn_p50"));
        book.compare("p95", runs.of_all(percentile(95)), row.at("sojourn_p95"));
        book.compare("p99", runs.of_all(percentile(99)), row.at("sojourn_p99"));
        book.end();
    }
}

TEST_CASE("M/G/c/c: Erlang's loss formula, and it does not see the service distribution") {
    Book book("erlang_b");
    for (const Json& row : tables("queueing_single.json").at("erlang_b").at("rows")) {
        const int servers = row.at("c");
        const double load = row.at("a");
        book.begin(fmt::format("c {} a {}", servers, load));
        for (const std::string& service : {exponential(1), std::string(R"("1s")")}) {
            const Replicated runs(bounded_station(load, servers, 0, service, 150'000), book.seed());
            book.compare("blocking", runs.of(share_refused), row.at("blocking"), kRare);
            book.compare("carried", runs.of(throughput), row.at("carried"));
        }
        book.end();
    }
}

TEST_CASE("M/M/c/K: losses, throughput and the response of those admitted") {
    Book book("mmck");
    for (const Json& row : tables("queueing_single.json").at("mmck").at("rows")) {
        const int servers = row.at("c");
        const int places = row.at("K_total");
        const double load = row.at("load");
        book.begin(fmt::format("c {} K {} load {}", servers, places, load));
        const Replicated runs(
            bounded_station(load * servers, servers, places - servers, exponential(1), 200'000),
            book.seed());
        book.compare("p_block", runs.of(share_refused), row.at("p_block"), kRare);
        book.compare("throughput", runs.of(throughput), row.at("throughput"));
        book.compare("L", runs.of(in_system), row.at("L"));
        book.compare_mean("W_accepted", runs.of(accepted_response), row.at("W_accepted"));
        book.compare("utilisation", runs.of([](const sim::Recording& run) {
            return *support::node(run, "station").utilisation;
        }),
                     row.at("utilisation_per_server"));
        book.end();
    }
}

TEST_CASE("M/G/1: the Pollaczek-Khinchine mean, and Takacs' variance of the wait") {
    Book book("mg1");
    for (const Json& row : tables("queueing_single.json").at("mg1").at("rows")) {
        const std::string service = row.at("service");
        const double rho = row.at("rho");
        const double scv = row.at("E_S2").get<double>() - 1;
        book.begin(fmt::format("{} rho {}", service.substr(0, service.find(',')), rho));
        const Replicated runs(open_station({rho, 1, service_text(service, scv)},
                                           jobs_for(rho, row.at("Wq"), row.at("W"), scv)),
                              book.seed());
        book.compare_mean("W", runs.of(response), row.at("W"));
        book.compare("Wq", runs.of(wait), row.at("Wq"));
        book.compare("L", runs.of(in_system), row.at("L"));
        // A request's wait does not depend on its own service: the variances add up.
        const double std_wait = row.at("std_wait");
        book.compare("variance", runs.of_all(variance), std_wait * std_wait + scv);
        book.end();
    }
}

TEST_CASE("M/D/1: the exact distribution of the wait") {
    Book book("md1");
    for (const Json& row : tables("queueing_single.json").at("md1").at("rows")) {
        const double rho = row.at("rho");
        book.begin(fmt::format("rho {}", rho));
        const Replicated runs(open_station({rho, 1, R"("1s")"}, jobs_for(rho, row.at("Wq"), 1, 0)),
                              book.seed());
        book.compare_mean("Wq", runs.of(wait), row.at("Wq"));
        for (const auto& [name, percent] :
             std::vector<std::pair<std::string, double>>{{"wait_p50", 50},
                                                         {"wait_p90", 90},
                                                         {"wait_p95", 95},
                                                         {"wait_p99", 99},
                                                         {"wait_p999", 99.9}}) {
            book.compare(name, runs.of_all(percentile(percent)), 1 + row.at(name).get<double>());
        }
        for (const Json& point : row.at("cdf_wait")) {
            const sim::Duration limit = sim::from_seconds(1 + point.at(0).get<double>());
            book.compare(fmt::format("P(wait <= {})", point.at(0).get<double>()),
                         runs.of_all([&](const sim::Histogram& latency) {
                             return static_cast<double>(latency.count_up_to(limit)) /
                                    static_cast<double>(latency.count());
                         }),
                         point.at(1));
        }
        book.end();
    }
}

TEST_CASE("M/M/1 under processor sharing: the same mean, another variance") {
    Book book("mm1_disciplines");
    for (const Json& row : tables("queueing_single.json").at("mm1_disciplines").at("rows")) {
        const double rho = row.at("rho");
        book.begin(fmt::format("rho {}", rho));
        const double jobs = jobs_for(rho, rho, 1);
        const Replicated shared(open_station({rho, 1, exponential(1), "processor_sharing"}, jobs),
                                book.seed());
        book.compare_mean("PS W", shared.of(response), row.at("PS_W"));
        book.compare("PS variance", shared.of_all(variance), row.at("PS_var_sojourn"));
        const Replicated in_line(open_station({rho}, jobs), book.seed());
        book.compare_mean("FCFS W", in_line.of(response), row.at("FCFS_W"));
        book.compare("FCFS variance", in_line.of_all(variance), row.at("FCFS_var_sojourn"));
        book.end();
    }
}

// Every second of Poisson arrivals is an Erlang-2 stream: two servers in turn are two E2/M/1.
TEST_CASE("GI/M/1: even and Erlang gaps between arrivals") {
    Book book("gim1");
    int left_out = 0;
    for (const Json& row : tables("queueing_single.json").at("gim1").at("rows")) {
        const std::string queue = row.at("queue");
        const double rho = row.at("rho");
        if (queue.starts_with("H2")) {
            ++left_out;
            continue;
        }
        book.begin(fmt::format("{} rho {}", queue, rho));
        const double jobs = jobs_for(rho, row.at("Wq"), row.at("W"));
        const std::string text =
            queue == "E2/M/1"  ? balanced_servers(2 * rho, 2, R"({"kind": "round_robin"})", jobs)
            : queue == "D/M/1" ? open_station({rho, 1, exponential(1), "fcfs", "constant"}, jobs)
                               : open_station({rho}, jobs);
        const Replicated runs(text, book.seed());
        book.compare_mean("W", runs.of(response), row.at("W"));
        book.compare("Wq", runs.of(wait), row.at("Wq"));
        // The time in system is exponential with this mean.
        book.compare("p99", runs.of_all(percentile(99)), row.at("W").get<double>() * std::log(100));
        book.end();
    }
    CHECK(left_out == 2);
}

TEST_CASE("a line for each server, chosen at random or in turn, and one line for all") {
    Book book("lb_random_vs_rr_vs_central");
    for (const Json& row :
         tables("queueing_single.json").at("lb_random_vs_rr_vs_central").at("rows")) {
        const int servers = row.at("servers");
        const double rho = row.at("rho");
        const double rate = rho * servers;
        book.begin(fmt::format("{} servers, rho {}", servers, rho));
        const double jobs = jobs_for(rho, rho, 1);
        const Replicated random(balanced_servers(rate, servers, R"({"kind": "random"})", jobs),
                                book.seed());
        book.compare_mean("random W", random.of(response), row.at("random_W"));
        const Replicated turns(balanced_servers(rate, servers, R"({"kind": "round_robin"})", jobs),
                               book.seed());
        book.compare_mean("round robin W", turns.of(response), row.at("round_robin_W"));
        const Replicated central(open_station({rate, servers}, jobs / 2), book.seed());
        book.compare_mean("central W", central.of(response), row.at("central_queue_MMc_W"));
        book.end();
    }
}
