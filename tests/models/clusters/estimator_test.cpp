// How many machines are ordered for pods that find no place, worked out by hand.
#include "models/clusters/estimator.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using models::Estimator;
using models::Expansion;
using models::MachineCapacity;
using models::PodRequest;
using models::SchedulableMachines;

namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30;

PodRequest pod(double cores, std::uint64_t gib = 1, std::uint32_t kind = 0) {
    PodRequest request;
    request.cpu = std::llround(cores * 1000);
    request.memory.count = gib * kGiB;
    request.kind = kind;
    return request;
}

MachineCapacity machine(double cores, std::uint16_t zone = 0, std::uint64_t gib = 16) {
    return {std::llround(cores * 1000), gib * kGiB, zone};
}

// Every machine that is there is full.
SchedulableMachines full(const std::vector<Estimator::Group>& groups) {
    SchedulableMachines rooms;
    for (const Estimator::Group& group : groups) {
        const std::size_t room = rooms.add(group.whole);
        PodRequest other = pod(0, 0, 99);
        other.cpu = group.whole.cpu;
        rooms.take(room, other);
    }
    return rooms;
}

std::optional<Expansion> plan(const std::vector<Estimator::Group>& groups,
                              const std::vector<PodRequest>& pods, std::size_t most = 1000) {
    return Estimator(full(groups), groups, most).plan(pods);
}

}  // namespace

TEST_CASE("pending pods are packed: 8 of a core, and 12 of half a core, on machines of 4") {
    const std::vector<Estimator::Group> groups{{machine(4), {}}};
    CHECK(plan(groups, std::vector(8, pod(1)))->machines == 2);
    CHECK(plan(groups, std::vector(12, pod(0.5)))->machines == 2);
    CHECK(plan(groups, std::vector(16, pod(0.5)))->machines == 2);
    CHECK(plan(groups, std::vector(17, pod(0.5)))->machines == 3);
    // Memory counts as cores do: 16 GiB have room for two of 6.
    CHECK(plan(groups, std::vector(8, pod(1, 6)))->machines == 4);
}

// First fit decreasing: 3 + 1, 2 + 2, 2 + 1 + 1; in the order they come it would take one more.
TEST_CASE("the largest pods are packed first") {
    const std::vector<Estimator::Group> groups{{machine(4), {}}};
    const std::vector<PodRequest> pods{pod(1), pod(1), pod(1), pod(2), pod(2), pod(2), pod(3)};
    const auto packed = plan(groups, pods);
    CHECK(packed->machines == 3);
    CHECK(packed->pods == pods.size());
}

TEST_CASE("what is on its way is counted: a second look orders nothing") {
    const std::vector<Estimator::Group> groups{{machine(4), {}}};
    Estimator again(full(groups), groups, 1000);
    again.is_coming(0);
    again.is_coming(0);
    CHECK_FALSE(again.plan(std::vector(8, pod(1))));
    Estimator more(full(groups), groups, 1000);
    more.is_coming(0);
    CHECK(more.plan(std::vector(8, pod(1)))->machines == 1);
}

TEST_CASE("a pod that no machine has room for orders none, and the others get theirs") {
    const std::vector<Estimator::Group> groups{{machine(4), {}}};
    CHECK_FALSE(plan(groups, {pod(5), pod(6)}));
    const auto rest = plan(groups, {pod(5), pod(1)});
    CHECK(rest->machines == 1);
    CHECK(rest->pods == 1);
    CHECK(plan(groups, std::vector(40, pod(1)), 3)->machines == 3);  // no more may come
}

TEST_CASE("of the groups the one that wastes least is taken") {
    const std::vector<Estimator::Group> groups{{machine(64, 0, 256), {}}, {machine(2, 0, 8), {}}};
    const auto small = plan(groups, {pod(1.5, 6)});
    CHECK(small->group == 1);
    CHECK(small->waste == doctest::Approx(0.25 + 0.25));
    CHECK(plan(groups, {pod(32, 128)})->group == 0);  // the only one that helps
}

TEST_CASE("daemons have their place on every new machine before the pods") {
    const PodRequest daemon = pod(0.5, 1, 7);
    const std::vector<Estimator::Group> groups{{machine(4), {daemon}}};
    CHECK(plan(groups, std::vector(8, pod(1)))->machines == 3);
    CHECK_FALSE(plan(groups, {pod(4)}));
}

// Two zones that may differ by one: each look orders where one more may stand, and so five pods
// need a machine a zone, not a machine each.
TEST_CASE("with a zone skew it orders in turn, and ends") {
    const std::vector<Estimator::Group> groups{{machine(4, 0), {}}, {machine(4, 1), {}}};
    PodRequest skewed = pod(1);
    skewed.zone_skew = 1;
    std::vector<std::size_t> coming;
    for (int look = 0; look < 10; ++look) {
        Estimator estimator(full(groups), groups, 1000);
        for (const std::size_t group : coming) estimator.is_coming(group);
        const auto order = estimator.plan(std::vector(5, skewed));
        if (!order) break;
        coming.insert(coming.end(), order->machines, order->group);
    }
    CHECK(coming == std::vector<std::size_t>{0, 1});
}

TEST_CASE("never two of a kind on one machine: a machine a pod") {
    const std::vector<Estimator::Group> groups{{machine(4), {}}};
    PodRequest alone = pod(1);
    alone.placement = models::PodPlacement::one_per_machine;
    CHECK(plan(groups, std::vector(5, alone))->machines == 5);
}
