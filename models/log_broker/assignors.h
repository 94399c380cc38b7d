// Which members of a consumer group read which partitions, as Kafka's assignors decide.
//
//     const auto parts = assign(Assignor::range, {{"orders", 3}}, {{"a", {0}}, {"b", {0}}});
//     parts[0] == {0, 1}, parts[1] == {2}
//
// Topics and claims are sorted by name. Partitions are numbered through all topics in that order:
// with topics of 3 and 2 partitions, 3 is the first of the second.
//
// org.apache.kafka.clients.consumer.{Range,RoundRobin,Sticky,CooperativeSticky}Assignor, 4.0,
// without racks.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/spec/declaration/spec.h"

namespace models {

enum class Assignor : std::uint8_t { range, roundrobin, sticky, cooperative_sticky };
constexpr auto names_of(Assignor) {
    return std::array{
        spec::Word{"range", Assignor::range,
                   "Of each topic, neighbouring partitions to each member. The first members get "
                   "one more of every topic that does not divide evenly."},
        spec::Word{"roundrobin", Assignor::roundrobin, "The partitions of all topics in turn."},
        spec::Word{"sticky", Assignor::sticky,
                   "As even as round robin, and a member keeps what it had where that can be. "
                   "Still, all of them let go of everything before a rebalance."},
        spec::Word{"cooperative-sticky", Assignor::cooperative_sticky,
                   "The same, and members let go only of what another will have; it gets that in "
                   "a second rebalance. All others go on reading meanwhile."}};
}

// Members go on reading during a rebalance, and let go only of what they lose by it.
constexpr bool is_cooperative(Assignor assignor) {
    return assignor == Assignor::cooperative_sticky;
}

struct GroupTopic {
    std::string name;
    std::uint32_t partitions;
};

// What one member says of itself when it joins.
struct Claim {
    std::string member;
    std::vector<std::size_t> topics;        // that it subscribes to, in their order
    std::vector<std::uint32_t> owned = {};  // partitions that it had
    std::int64_t generation = -1;           // of the group when it got them; -1: it had none
};

// For each claim, in order; a member's partitions are sorted.
using Shares = std::vector<std::vector<std::uint32_t>>;
Shares assign(Assignor assignor, const std::vector<GroupTopic>& topics,
              const std::vector<Claim>& claims);

}  // namespace models
