// How stale reads of partial quorums are: Bailis et al., "Probabilistically bounded staleness"
// (2012), equations 1 and 2 (availability.json, pbs_k_staleness).
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <cmath>

#include "models/quorum/quorum.h"
#include "tests/support/pool_bench.h"
#include "tests/truth/tally.h"

using namespace truth;

namespace {

constexpr int kReads = 2000;

// As in the model: a write is on W machines only, and no one tells the others.
models::Quorum::Spec spec_of(const Json& row) {
    models::Quorum::Spec spec;
    spec.machines = spec.n = row.at("N").get<std::uint32_t>();
    spec.r = row.at("R").get<std::uint32_t>();
    spec.w = row.at("W").get<std::uint32_t>();
    spec.write_to = spec.read_from = models::AskedMachines::quorum;
    return spec;
}

models::Reply ask(models::Quorum& store, models::Request request, models::Response& into) {
    into = co_await store.call(request);
    co_return into;
}

// How many writes behind each of many reads is. Between two reads all is written anew, so that they
// do not know of each other.
std::vector<int> writes_behind(const models::Quorum::Spec& spec, int writes_between) {
    support::PoolBench bench(1);
    models::Quorum store(spec, bench.context);
    sim::TaskGroup tasks;
    std::vector<std::uint64_t> versions;
    std::vector<int> behind;
    std::uint64_t number = 0;
    const auto play = [&](bool is_write) {
        models::Request request;
        request.identity = sim::mix(++number);
        request.is_write = is_write;
        models::Response response;
        tasks.run(ask(store, request, response));
        bench.play_until(sim::Duration(std::chrono::seconds(number)));
        return response;
    };
    for (int read = 0; read < kReads; ++read) {
        for (int write = 0; write < writes_between; ++write) {
            versions.push_back(play(true).version);
        }
        const std::uint64_t seen = play(false).version;
        int late = 0;
        while (late < static_cast<int>(versions.size()) &&
               versions[versions.size() - 1 - static_cast<std::size_t>(late)] > seen) {
            ++late;
        }
        behind.push_back(late);
    }
    store.dismiss();
    return behind;
}

}  // namespace

TEST_CASE("k-staleness of partial quorums") {
    Tally tally("pbs_k_staleness");
    const Json cases =
        file("availability.json").at("availability").at("pbs_k_staleness").at("rows");
    for (const Json& row : cases) {
        tally.begin(fmt::format("N={} R={} W={}", row.at("N").dump(), row.at("R").dump(),
                                row.at("W").dump()));
        const std::vector<int> behind = writes_behind(spec_of(row), 10);
        const auto share = [&](int k) {
            const auto late = std::ranges::count_if(behind, [&](int each) { return each >= k; });
            return static_cast<double>(late) / kReads;
        };
        // Five standard errors of so many reads, and one read.
        const auto near = [&](const std::string& what, int k, double expected) {
            const double error = 5 * std::sqrt(expected * (1 - expected) / kReads) + 1.0 / kReads;
            tally.near(what, share(k), expected, row.at("strict").get<bool>() ? 0 : error);
        };
        near("stale", 1, row.at("p_stale_1").get<double>());
        for (const auto& [k, expected] : row.at("p_k_stale").items()) {
            near(fmt::format("{} writes behind", k), std::stoi(k), expected.get<double>());
        }
    }
}
