// The room that is found in order is the room that a plain search finds.
#include "models/clusters/schedulable_machines.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <tuple>
#include <vector>

#include "sim/rng.h"

using models::PodPlacement;
using models::PodRequest;
using models::SchedulableMachines;

namespace {

constexpr std::size_t kRooms = 60;
constexpr std::uint32_t kKinds = 4;
constexpr std::uint64_t kOneGib = std::uint64_t{1} << 30U;

struct Pod {
    std::size_t room;
    PodRequest request;
};

PodRequest some_pod(sim::Draws& draws) {
    constexpr PodPlacement kPlacements[] = {PodPlacement::spread, PodPlacement::pack,
                                            PodPlacement::one_per_machine,
                                            PodPlacement::one_per_zone};
    PodRequest pod;
    pod.kind = static_cast<std::uint32_t>(draws.uniform() * kKinds);
    pod.cpu = 250 + 250 * static_cast<models::Milli>(draws.uniform() * 6);
    pod.memory.count = kOneGib * static_cast<std::uint64_t>(draws.uniform() * 4);
    pod.placement = kPlacements[static_cast<std::size_t>(draws.uniform() * 4)];
    if (draws.chance(0.2)) pod.zone_skew = 1 + static_cast<std::uint32_t>(draws.uniform() * 3);
    return pod;
}

std::uint32_t pods_of(const std::vector<Pod>& pods, std::uint32_t kind, auto is_there) {
    std::uint32_t count = 0;
    for (const Pod& each : pods) count += each.request.kind == kind && is_there(each.room);
    return count;
}

// Smaller is better: pods of its kind in the zone and on the machine, then what is free.
auto rank(const SchedulableMachines& rooms, const std::vector<Pod>& pods, std::size_t room,
          const PodRequest& pod) {
    const auto share = [](auto part, auto whole) {
        return static_cast<double>(part) / static_cast<double>(whole);
    };
    const double free =
        (share(rooms.cpu_free(room), rooms.cpu_free(room) + rooms.cpu_taken(room)) +
         share(rooms.memory_free(room), rooms.memory_free(room) + rooms.memory_taken(room))) /
        2;
    if (pod.placement == PodPlacement::pack) return std::tuple{0u, 0u, free, room};
    const auto in_zone = [&](std::size_t each) { return each % 3 == room % 3; };
    return std::tuple{pods_of(pods, pod.kind, in_zone),
                      pods_of(pods, pod.kind, [&](std::size_t each) { return each == room; }),
                      -free, room};
}

std::optional<std::size_t> plain_search(const SchedulableMachines& rooms,
                                        const std::vector<Pod>& pods, const PodRequest& pod) {
    std::optional<std::size_t> best;
    for (std::size_t room = 0; room < kRooms; ++room) {
        if (!rooms.may_take(room, pod)) continue;
        if (!best || rank(rooms, pods, room, pod) < rank(rooms, pods, *best, pod)) best = room;
    }
    return best;
}

}  // namespace

TEST_CASE("whatever comes and goes, the best room is the one that a plain search finds") {
    sim::Draws draws(7);
    SchedulableMachines rooms;
    for (std::uint16_t room = 0; room < kRooms; ++room) {
        rooms.add({4000 + 1000 * (room % 2), 16 * kOneGib, static_cast<std::uint16_t>(room % 3),
                   static_cast<std::uint16_t>(room % 2)});
    }
    rooms.allow(1, {true, false});
    std::vector<Pod> pods;
    std::size_t placed = 0;
    for (int step = 0; step < 3000; ++step) {
        const PodRequest pod = some_pod(draws);
        const auto found = rooms.choose(pod);
        REQUIRE(found == plain_search(rooms, pods, pod));
        if (found) {
            ++placed;
            rooms.take(*found, pod);
            pods.push_back({*found, pod});
        }
        const auto any = static_cast<std::size_t>(draws.uniform() * kRooms);
        if (draws.chance(0.05)) rooms.set_open(any, !rooms.is_open(any));
        if (draws.chance(0.05)) rooms.set_short_of_memory(any, draws.chance(0.3));
        if (pods.empty() || !draws.chance(0.45)) continue;
        const auto gone =
            static_cast<std::size_t>(draws.uniform() * static_cast<double>(pods.size()));
        rooms.give_back(pods[gone].room, pods[gone].request);
        pods.erase(pods.begin() + static_cast<std::ptrdiff_t>(gone));
    }
    CHECK(placed > 500);
}
