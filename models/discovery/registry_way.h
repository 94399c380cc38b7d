// What a registry, its instances and its clients send each other: over the network where both
// stand somewhere in it, else it is there at once.
#pragma once

#include <string_view>

#include "models/context.h"
#include "models/network/crossing.h"
#include "models/network/node_place.h"
#include "sim/within.h"

namespace models {

class RegistryWay {
public:
    // A connection that nothing gets through is given up after the limit.
    RegistryWay(const Context& context, sim::Duration limit)
        : world_(context.world), stream_(context.stream("ways")), limit_(limit) {}

    sim::Task<bool> travels(PlaceId from, PlaceId to) {
        if (world_.network == nullptr || from == kNowhere || to == kNowhere) co_return true;
        const std::uint64_t key = sim::request_key(stream_, sent_++);
        const auto arrives = co_await sim::within(world_.scheduler, limit_,
                                                  cross(world_, {from, to, kBytes, key}), nullptr);
        co_return arrives&&* arrives;
    }

private:
    static constexpr std::uint32_t kBytes = 64;

    World& world_;
    std::uint64_t stream_;
    sim::Duration limit_;
    std::uint64_t sent_ = 0;
};

}  // namespace models
