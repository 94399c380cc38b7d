// Who goes when a machine has no more memory, against kubelet's own rules.
#include "models/clusters/memory_pressure.h"

#include <doctest/doctest.h>

#include <vector>

using models::first_to_evict;
using models::first_to_kill;
using models::MemoryClaim;
using models::oom_score_adj;

namespace {

constexpr double kMachine = 1000;

}  // namespace

TEST_CASE("kubelet ranks: over the request, then priority, then how far over") {
    const MemoryClaim within{500, 600, 0};
    const MemoryClaim over{300, 200, 0};
    const MemoryClaim further_over{310, 200, 0};
    const MemoryClaim important{900, 100, 10};
    const MemoryClaim best_effort{50, 0, 0};
    using Pods = std::vector<MemoryClaim>;
    CHECK(first_to_evict(Pods{within, best_effort}) == 1);
    CHECK(first_to_evict(Pods{over, further_over}) == 1);
    CHECK(first_to_evict(Pods{important, over}) == 1);    // priority before usage
    CHECK(first_to_evict(Pods{within, important}) == 1);  // but being over comes first
    // Of those within their requests the one of the lowest priority, then the one closest to it.
    CHECK(first_to_evict(Pods{{100, 300, 0}, {100, 200, 0}}) == 1);
    CHECK(first_to_evict(Pods{{100, 200, 5}, {100, 300, 1}}) == 1);
}

TEST_CASE("who belongs to the machine or has nothing is not evicted") {
    MemoryClaim daemon{500, 0, 0};
    daemon.is_fixed = true;
    CHECK_FALSE(first_to_evict(std::vector<MemoryClaim>{daemon, {0, 0, 0}}).has_value());
}

TEST_CASE("oom_score_adj by the class of service: policy_test.go's machine") {
    MemoryClaim guaranteed{100, 100, 0};
    guaranteed.is_guaranteed = true;
    CHECK(oom_score_adj(guaranteed, kMachine) == -997);
    CHECK(oom_score_adj({100, 0, 0}, kMachine) == 1000);
    CHECK(oom_score_adj({100, 500, 0}, kMachine) == 500);
    CHECK(oom_score_adj({100, 0.1, 0}, kMachine) == 999);
    CHECK(oom_score_adj({100, 999, 0}, kMachine) == 3);
}

TEST_CASE("the kernel kills the most points; without kubelet that is the largest") {
    const std::vector<MemoryClaim> pods{{600, 600, 0}, {200, 100, 0}, {150, 0, 0}};
    CHECK(first_to_kill(pods, kMachine, true) == 2);  // 150 + 1000; 200 + 900; 600 + 400
    CHECK(first_to_kill(pods, kMachine, false) == 0);
}
