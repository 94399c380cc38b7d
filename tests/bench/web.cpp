// bench_web types|json N: the web path once, timed as the hand-written limit times itself.
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "models/topology/load.h"
#include "models/topology/simulate.h"
#include "tests/bench/web_types.h"

namespace {

double cpu_seconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

const char* const kScenario = R"({"run": {"measure": "1h"}, "nodes": {
    "clients": {"kind": "open_loop", "rate": "80000/s", "calls": "front"},
    "front": {"kind": "pool", "of": "web"},
    "web": {"kind": "server", "replicas": 100, "cores": 1, "scheduling": "fcfs",
            "threads": 100000, "memory_per_request": "0B",
            "endpoints": {"get": [{"work": {"kind": "exponential", "mean": "1ms"}},
                                  {"choose": [{"weight": 9}, {"weight": 1, "steps": [{"call": "db"}]}]}]}},
    "db": {"kind": "database", "connections": 100000, "cores": 16,
           "service_time": {"kind": "exponential", "mean": "1.4ms"}}}})";

void report(const char* what, double requests, double events, double seconds, double mean_s) {
    std::printf(
        "{\"peer\":\"spate %s\",\"wl\":\"W2\",\"n\":%.0f,\"events\":%.0f,\"wall_s\":%.6f,"
        "\"mean\":%.5f,\"ns_per_request\":%.1f,\"ns_per_event\":%.1f}\n",
        what, requests, events, seconds, mean_s * 1e3, seconds / requests * 1e9,
        seconds / events * 1e9);
}

int from_types(std::uint64_t requests) {
    const double start = cpu_seconds();
    bench::Web web;
    web.serve(requests);
    report("types", static_cast<double>(requests), static_cast<double>(web.scheduler.events()),
           cpu_seconds() - start, web.latency.mean_seconds());
    return 0;
}

int from_json(std::uint64_t requests) {
    models::Loaded loaded = models::load({"web.json", {}, {}, kScenario});
    if (!loaded.scenario) return 2;
    loaded.scenario->run.measure = sim::from_seconds(static_cast<double>(requests) / 80'000);
    const double start = cpu_seconds();
    const sim::Recording recording = models::simulate(*loaded.scenario, {42, 0});
    const double seconds = cpu_seconds() - start;
    const sim::NodeRecord& clients = recording.nodes.front();
    report("json", static_cast<double>(clients.totals.offered),
           static_cast<double>(recording.events), seconds, clients.latency.mean_seconds());
    return 0;
}

}  // namespace

int main(int count, char** words) {
    const std::uint64_t requests = count > 2 ? std::strtoull(words[2], nullptr, 10) : 3'000'000;
    if (count > 1 && std::strcmp(words[1], "types") == 0) return from_types(requests);
    if (count > 1 && std::strcmp(words[1], "json") == 0) return from_json(requests);
    std::fprintf(stderr, "usage: bench_web types|json [REQUESTS]\n");
    return 2;
}
