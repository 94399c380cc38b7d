// Which traces are kept: the slowest, the failed, and a fair share of the rest of each window.
#include "sim/kept_traces.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "sim/rng.h"

namespace {

using sim::KeptFor;
using sim::KeptTraces;
using std::chrono::milliseconds;

constexpr sim::Duration kRun = std::chrono::minutes(12);

struct Kept {
    std::map<std::uint32_t, KeptFor> traces;
    std::vector<sim::TraceWindow> windows;
};

// Requests that come evenly over the run, each then shaped by the test.
template <class Shape>
Kept keep(std::uint32_t most, std::uint32_t requests, Shape shape) {
    KeptTraces traces({most, sim::Time{}, kRun});
    std::set<std::uint32_t> here;
    std::size_t greatest = 0;
    for (std::uint32_t i = 0; i < requests; ++i) {
        KeptTraces::Ended ended{i, sim::Time(kRun / requests * i), milliseconds(10), sim::mix(i),
                                false};
        shape(ended);
        here.insert(i);
        if (const auto gone = traces.take(ended)) CHECK(here.erase(*gone) == 1);
        greatest = std::max(greatest, here.size());
    }
    CHECK(greatest <= most);
    Kept kept{{}, traces.windows()};
    for (const auto& [trace, why] : traces.kept()) {
        CHECK(here.contains(trace));
        kept.traces.emplace(trace, why);
    }
    CHECK(kept.traces.size() == here.size());
    return kept;
}

std::size_t count(const Kept& kept, KeptFor why) {
    return static_cast<std::size_t>(
        std::ranges::count_if(kept.traces, [&](const auto& each) { return each.second == why; }));
}

}  // namespace

TEST_CASE("while there is room for all, all are kept, as a sample") {
    const Kept kept = keep(1000, 1000, [](KeptTraces::Ended& each) { each.failed = true; });
    CHECK(kept.traces.size() == 1000);
    CHECK(count(kept, KeptFor::sample) == 1000);
}

TEST_CASE("each window has its share of the room, and a minute of twelve has its traces") {
    const Kept kept = keep(1000, 100'000, [](KeptTraces::Ended&) {});
    CHECK(kept.traces.size() == 1000);
    REQUIRE(kept.windows.size() == 50);
    for (const sim::TraceWindow& each : kept.windows) {
        CHECK(each.traces == 2000);
        CHECK(each.kept == 20);
    }
}

TEST_CASE("room that quiet windows leave goes to the busy ones") {
    // Nine of ten come in the first minute; in the others there are 100 in all.
    const Kept kept = keep(500, 1000, [](KeptTraces::Ended& each) {
        if (each.trace % 10 != 0) each.began = sim::Time(milliseconds(each.trace));
    });
    CHECK(kept.traces.size() == 500);
    for (std::size_t i = 1; i < kept.windows.size(); ++i) {
        CHECK(kept.windows[i].kept == kept.windows[i].traces);
    }
}

TEST_CASE("the slowest and the failed of each window are there") {
    // Of 2,000 in a window ten are slow and ten have failed, more than are reserved.
    const auto is_slow = [](std::uint32_t i) { return i % 200 == 7; };
    const auto has_failed = [](std::uint32_t i) { return i % 200 == 11; };
    const Kept kept = keep(1000, 100'000, [&](KeptTraces::Ended& each) {
        if (is_slow(each.trace)) each.took = milliseconds(1000 + each.trace % 2000);
        each.failed = has_failed(each.trace);
    });
    std::map<std::uint32_t, std::array<int, 2>> windows;
    for (const auto& [trace, why] : kept.traces) {
        windows[trace / 2000][0] += is_slow(trace);
        windows[trace / 2000][1] += has_failed(trace);
    }
    CHECK(windows.size() == 50);
    for (const auto& [window, found] : windows) {
        CHECK(found[0] >= 5);
        CHECK(found[1] >= 5);
        CHECK(kept.traces.contains(window * 2000 + 1807));  // the slowest of it
    }
}

TEST_CASE("the sample is fair to slow and fast, failed or not") {
    // A fifth of all is slow. Of 1,000 kept some 750 are the sample: a fifth of it give or take 4
    // standard deviations of 1.5 %.
    const Kept kept = keep(1000, 100'000, [](KeptTraces::Ended& each) {
        if (sim::mix(each.trace + 1) % 5 == 0) each.took = milliseconds(500);
    });
    std::size_t slow = 0;
    std::size_t sample = 0;
    for (const auto& [trace, why] : kept.traces) {
        if (why != KeptFor::sample) continue;
        ++sample;
        slow += sim::mix(trace + 1) % 5 == 0;
    }
    CHECK(sample > 700);
    const double share = static_cast<double>(slow) / static_cast<double>(sample);
    CHECK(share > 0.14);
    CHECK(share < 0.26);
}

TEST_CASE("with room for one it is the slowest, with room for none there is none") {
    const auto last_is_slow = [](KeptTraces::Ended& each) {
        if (each.trace == 50) each.took = milliseconds(99);
    };
    CHECK(keep(1, 100, last_is_slow).traces.contains(50));
    CHECK(keep(0, 100, last_is_slow).traces.empty());
}
