// The network as a scenario writes it: where one can stand, and what the links between are like.
//
//     "network": {
//         "regions": {"eu": {"zones": ["eu-a", "eu-b"]}, "us": {"zones": ["us-a"]}},
//         "same_zone": {"latency": "80us", "bandwidth": "10Gbit/s"},
//         "across_zones": {"latency": "500us"},
//         "across_regions": {"latency": "40ms"},
//         "to_users": {"latency": "20ms", "loss": "0.5%"},
//         "pairs": {"eu": {"us": {"latency": "38ms"}}},
//         "placement": {"web": ["eu-a", "eu-b"], "db": ["eu-a"]}}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/network/bitrate.h"
#include "models/network/places.h"
#include "models/spec/declaration/spec.h"

namespace models {

// What is not given is the link's class's own, and there it is nothing: no time, no limit, no loss.
struct LinkSpec {
    static constexpr std::string_view name = "link";
    static constexpr std::string_view doc = "A network link between two places.";
    std::optional<spec::Distribution<sim::Duration>> latency;
    std::optional<Bitrate> bandwidth;
    std::optional<sim::Bytes> queue;
    std::optional<sim::Fraction> loss;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("latency", &LinkSpec::latency, "Propagation delay, one way, without queueing."),
            param("bandwidth", &LinkSpec::bandwidth,
                  "Bandwidth, each way; messages queue for it. With 0bit/s it is unlimited."),
            param("queue", &LinkSpec::queue,
                  "Buffer of the link, in bytes: messages that find it full are dropped. Without "
                  "it the queue is unlimited."),
            param("loss", &LinkSpec::loss, below(1.0),
                  "Packet loss: share of messages that get lost. Calls are retransmitted after "
                  "TCP's timeout.")};
    }
    void check(spec::Check& check) const {
        const bool has_queue = bandwidth && bandwidth->bits_per_second > 0;
        check.that(!queue || has_queue, "queue", "nothing queues for a link without a limit",
                   "give it a \"bandwidth\"");
    }
};

struct RegionSpec {
    static constexpr std::string_view name = "region";
    static constexpr std::string_view doc = "Zones that are near one another.";
    std::vector<std::string> zones;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("zones", &RegionSpec::zones, not_empty(),
                                   "Names of its zones, which fail independently of each other.")};
    }
};

struct NetworkSpec {
    static constexpr std::string_view name = "network";
    static constexpr std::string_view doc = "Places, and the links that join them.";
    spec::Named<RegionSpec> regions;
    std::vector<std::string> users = {"users"};
    LinkSpec same_machine;
    LinkSpec same_zone;
    LinkSpec across_zones;
    LinkSpec across_regions;
    LinkSpec to_users;
    spec::Named<spec::Named<LinkSpec>> pairs;
    spec::Named<std::vector<std::string>> placement;
    spec::Named<std::uint16_t> ports;
    static constexpr std::uint16_t kUsualPort = 80;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("regions", &NetworkSpec::regions, not_empty(), "Regions, by name."),
            param("users", &NetworkSpec::users, not_empty(),
                  "Places of users, outside of every region. Clients are in the first."),
            param("same_machine", &NetworkSpec::same_machine, "Links within a machine."),
            param("same_zone", &NetworkSpec::same_zone,
                  "Links from a machine to the others of its zone: its network card."),
            param("across_zones", &NetworkSpec::across_zones,
                  "Links from a zone to another of its region."),
            param("across_regions", &NetworkSpec::across_regions,
                  "Links from a region to another."),
            param("to_users", &NetworkSpec::to_users, "Links between users and zones, each way."),
            param("pairs", &NetworkSpec::pairs,
                  "Links between two places, by both names, where they differ from the rest. The "
                  "way back is alike unless it is given as well."),
            param("placement", &NetworkSpec::placement,
                  "Where the instances of nodes stand, in turn, by the node's name; the others "
                  "stand where their own \"zones\" and clusters say: zone 0 is the first."),
            param("ports", &NetworkSpec::ports,
                  "The port on which a node is called, by its name, for firewalls and flow logs: "
                  "{\"db\": 5432}. All others have 80.")};
    }
    void check(spec::Check& check) const {
        for (const auto& [node, port] : ports) {
            check.that(port > 0, "ports", "0 is no port", "write one from 1 to 65535");
        }
    }

    // In the order they are written; the names are sound.
    Places build_places() const;
    // Whether any link has a bandwidth.
    bool has_bandwidth() const;
    // Whether a link may have one that joins these: zones, or places of users.
    bool has_bandwidth(const std::string& from, const std::string& to) const;
    // What is said of the way from one place to another, or else of the way back.
    const LinkSpec* pair(const std::string& from, const std::string& to) const;
    // The region of a zone; places of users are their own.
    const std::string& region_of(const std::string& zone) const;
};

// Where the instances of a node stand in turn: zones and users. A region stands for its zones.
std::vector<PlaceId> placement_of(const NetworkSpec& spec, const Places& places,
                                  const std::string& node);

}  // namespace models
