// All links of a run: which one joins two places, and what failures do to those between some.
//
// There is one for each ordered pair of places at the level of its class, made when it is first
// used: a machine to itself, a machine to its zone (its network card's way out), a zone to another
// of its region, a region to another (or two zones, where a pair of them has values of its own),
// users to a zone and back. To find it takes two places and one cell of a table of zones, however
// many machines there are; a hash table of pairs of machines took 14, 45 and 685 ns for 10^2, 10^4
// and 10^6 pairs where this takes 5 to 18.
//
// A failure is a rule from some places to others, and leaves the links as they are: rules that are
// in force add up, and what ends one takes it away whole. Each place notes in two words which rules
// are about messages from it and to it, so a message that none is about costs one AND.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/network/network_link.h"
#include "models/network/network_spec.h"
#include "models/network/places.h"
#include "models/network/retransmission.h"
#include "sim/rng.h"
#include "sim/scheduler.h"

namespace sim {
class Meter;
class Recorder;
struct NodeRecord;
}  // namespace sim

namespace models {

// One way, from where to where. Without places on one side: all that are not on the other. Without
// any: all. A region or a zone stands for all in it, machines that come later included.
struct LinkFault {
    std::vector<PlaceId> from;
    std::vector<PlaceId> to;
    LinkEffect effect;
};
enum class FaultId : std::uint32_t {};

class Links {
public:
    Links(const NetworkSpec& spec, const sim::Scheduler& scheduler, sim::Seed seed);
    Links(const Links&) = delete;
    Links& operator=(const Links&) = delete;

    const Places& places() const { return places_; }
    PlaceId add_machine(PlaceId zone, std::string name);
    // Where users are, and the n-th zone of all.
    PlaceId users() const { return places_.zones().front(); }
    PlaceId zone(std::size_t number) const { return places_.zones()[users_ + number]; }
    std::size_t zones() const { return places_.zones().size() - users_; }

    // Whether they are in two zones, and users in neither.
    bool is_across_zones(PlaceId from, PlaceId to) const;
    // What nodes call the zone of a place: zones first, then where users are. And back.
    std::uint16_t number_of(PlaceId place) const;
    PlaceId numbered(std::size_t number) const;

    // The zones or machines of a node's instances, in turn; those that have a door each are carried
    // to by themselves, all others by whoever calls them.
    struct Stand {
        std::vector<PlaceId> zones;
        bool has_doors = false;
    };
    void stand(const std::string& node, Stand stand) { stands_[node] = std::move(stand); }
    const Stand& stand_of(std::string_view node) const;
    // Where an instance of it stands: on a machine that is said, or else on one of its own,
    // "web[3]", which comes when it is first asked for. Nowhere when its node does not say.
    PlaceId place_of(const std::string& node, std::size_t instance = 0);

    // Sends so many bytes. The key names this message among all of its link.
    struct Message {
        PlaceId from;
        PlaceId to;
        std::uint32_t bytes;
        std::uint64_t key;
        bool is_answer = false;  // goes to the port that the question came from
    };
    Passage carry(const Message& message) {
        const Standing& start = at(message.from);
        const Standing& end = at(message.to);
        Link& link = between({message.from, start}, {message.to, end});
        const std::uint64_t rules = start.rules_out & end.rules_in;
        if (rules != 0) [[unlikely]]
            return carry_under(link, rules, message);
        return link.pass(scheduler_.now(), message.bytes, message.key);
    }

    // From one of them to the other. Neither is a region.
    Link& between(PlaceId from, PlaceId to) { return between({from, at(from)}, {to, at(to)}); }
    // Of what is sent there and acknowledged from there.
    Retransmission retransmission(PlaceId from, PlaceId to);

    // From now on, all that is sent. It changes nothing.
    void log_flows(sim::Recorder& recorder);
    // IPv4, in host order: of a machine 10.ZONE.x.y, of users 203.0.113.x (RFC 5737). The port is
    // that on which whoever stands there is called.
    std::uint32_t address_of(PlaceId place) const {
        return standings_[static_cast<std::size_t>(place)].address;
    }
    void set_address(PlaceId place, std::uint32_t address) { at(place).address = address; }
    std::uint16_t port_of(PlaceId place) const {
        return standings_[static_cast<std::size_t>(place)].port;
    }

    FaultId strike(const LinkFault& fault);
    void heal(FaultId id);

    // Those that there are so far, in the order in which they were made.
    const std::deque<Link>& made() const { return links_; }
    void begin_measuring();
    // How full those with a bandwidth are, over time and in all, and what became of messages.
    void draw(sim::Meter& meter);
    void report(sim::Meter& meter) const;

private:
    static constexpr std::size_t kShared = 63;
    static constexpr std::uint32_t kNoZone = ~std::uint32_t{0};

    // How the links from and to a place are found.
    struct Standing {
        std::uint32_t zone = kNoZone;  // in the order of Places::zones
        Link* to_itself = nullptr;
        Link* to_its_zone = nullptr;
        std::uint64_t rules_out = 0;  // by their slot; those from kShared on have one bit together
        std::uint64_t rules_in = 0;
        std::uint32_t address = 0;
        std::uint16_t port = 0;
    };
    struct Rule {
        LinkEffect effect;
        bool is_in_force = false;
        bool is_from_others = false;  // than those it is about on the other side
        bool is_to_others = false;
        std::vector<bool> from;  // by place
        std::vector<bool> to;
    };
    struct End {
        PlaceId place;
        const Standing& standing;
    };
    Link& between(const End& from, const End& to) {
        const Standing& start = from.standing;
        const std::uint32_t zone = to.standing.zone;
        assert(start.zone != kNoZone && zone != kNoZone);
        Link* const link = start.zone != zone       ? across_[start.zone * zone_count_ + zone]
                           : from.place == to.place ? start.to_itself
                                                    : start.to_its_zone;
        if (link == nullptr) [[unlikely]]
            return find_or_make(from.place, to.place);
        return *link;
    }
    Link& find_or_make(PlaceId from, PlaceId to);
    Standing& at(PlaceId place) { return standings_[static_cast<std::size_t>(place)]; }
    Passage carry_under(Link& link, std::uint64_t rules, const Message& message);
    void log_flow(const Message& message, bool accepted);
    void address(PlaceId place);
    Link& make(PlaceId from, PlaceId to);
    Link& make_between_zones(PlaceId from, PlaceId to);
    // What is the same of all that goes between two places.
    struct Between {
        LinkClass of{};
        std::string_view usage{};  // what bytes are paid for as; empty: they are free
        std::string region{};      // that they leave, or that users send to
    };
    Link& add(const Between& ends, const std::string& name,
              const std::vector<const LinkSpec*>& specs);
    LinkEffect effect_of(std::uint64_t rules, const Message& message) const;
    bool is_among(const std::vector<bool>& some, PlaceId place) const;
    bool is_from(const Rule& rule, PlaceId place) const;
    bool is_to(const Rule& rule, PlaceId place) const;
    void note(std::size_t slot, PlaceId place);

    NetworkSpec spec_;
    const sim::Scheduler& scheduler_;
    sim::Seed seed_;
    Places places_;
    std::size_t users_;
    std::size_t zone_count_;           // with where users are
    std::vector<Standing> standings_;  // by place
    std::vector<Link*> across_;        // from zone * zones + to zone
    std::deque<Link> links_;
    std::map<std::pair<PlaceId, PlaceId>, Link*> across_regions_;
    std::vector<Rule> rules_;
    std::vector<std::uint32_t> hosts_;        // machines so far, by zone
    sim::Recorder* flow_recorder_ = nullptr;  // none: nobody keeps a flow log
    std::map<std::string, Stand, std::less<>> stands_;
    sim::Time measured_from_{};
};

}  // namespace models
