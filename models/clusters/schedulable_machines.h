// What is free on machines, how many pods of each kind stand there, and where the next one goes.
//
// Of the machines with room for what a pod requests it takes the one in the zone, then on the
// machine, with the fewest of its kind, then the one with most room, the mean of cores and memory:
// kube-scheduler's filters (NodeResourcesFit, NodeAffinity, TaintToleration, PodTopologySpread,
// InterPodAffinity) and scores (PodTopologySpread, LeastAllocated). In each zone the machines are
// kept in order of what is free, and it is known how few of a kind a machine has at least, so that
// hardly ever more than a few are looked at. There are some for real machines, and some for those
// that an estimate imagines.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/clusters/pod_request.h"

namespace models {

// What one machine has.
struct MachineCapacity {
    Milli cpu = 0;  // thousandths of a core
    std::uint64_t memory = 0;
    std::uint16_t zone = 0;
    std::uint16_t group = 0;  // of machines that are alike
};

class SchedulableMachines {
public:
    std::size_t add(const MachineCapacity& size);
    // The one that was added last, and all pods in it.
    void remove_last();
    std::size_t size() const { return rooms_.size(); }

    // Whether pods may come: its machine is up, and nobody empties it.
    void set_open(std::size_t room, bool open);
    // While its machine is short of memory only pods that request some may come.
    void set_short_of_memory(std::size_t room, bool is_short);
    // Pods of this kind may only be placed on machines of these groups; without this, on all.
    void allow(std::uint32_t kind, std::vector<bool> groups);
    // They come to those of these groups only when there is no room elsewhere.
    void avoid(std::uint32_t kind, std::vector<bool> groups);
    // It is like machines of another group now.
    void set_group(std::size_t room, std::uint16_t group);
    bool is_allowed(std::size_t room, const PodRequest& request) const;

    // The best of those that may take it.
    std::optional<std::size_t> choose(const PodRequest& request) const;
    bool may_take(std::size_t room, const PodRequest& request) const;

    void take(std::size_t room, const PodRequest& request);
    void give_back(std::size_t room, const PodRequest& request);

    bool is_open(std::size_t room) const { return rooms_[room].is_open; }
    Milli cpu_free(std::size_t room) const { return rooms_[room].cpu; }
    Milli cpu_taken(std::size_t room) const { return rooms_[room].size.cpu - rooms_[room].cpu; }
    std::uint64_t memory_free(std::size_t room) const { return rooms_[room].memory; }
    std::uint64_t memory_taken(std::size_t room) const {
        return rooms_[room].size.memory - rooms_[room].memory;
    }
    // The larger of the shares of cores and of memory that are requested.
    double requested_share(std::size_t room) const;

    // Counts everything that can change where a pod finds a place.
    std::uint64_t changes() const { return changes_; }

private:
    template <class Amount>
    static double share(Amount part, Amount whole) {
        return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
    }

    struct MachineState {
        MachineCapacity size;
        Milli cpu = 0;  // free
        std::uint64_t memory = 0;
        bool is_open = true;
        bool is_short = false;            // of memory
        std::vector<std::uint32_t> pods;  // by kind

        std::uint32_t count_of(std::uint32_t kind) const {
            return kind < pods.size() ? pods[kind] : 0;
        }
        double free_share() const {
            return (share(cpu, size.cpu) + share(memory, size.memory)) / 2;
        }
    };

    // What is free as a share, negative so that the most comes first; of equals the first.
    struct Entry {
        double taken;
        std::size_t room;
        auto operator<=>(const Entry&) const = default;
    };
    struct Zone {
        std::vector<std::uint32_t> pods;  // by kind
        std::vector<Entry> order;         // of its open rooms
        // Open rooms with so many of a kind, from 1; those with none are not counted.
        std::vector<std::vector<std::uint32_t>> rooms_with;  // by kind
    };
    template <class Change>
    void move(std::size_t room, Change change, std::uint32_t kind);
    void list(std::size_t room);
    void unlist(std::size_t room);
    void count_rooms(const MachineState& room, std::uint32_t kind, bool more);
    std::uint32_t fewest_on_one(const Zone& zone, std::uint32_t kind) const;
    // Less than this is free where there is no room for it.
    double least_share(const PodRequest& request) const;
    // Of those that are avoided, or of the others.
    struct Search {
        const PodRequest& request;
        bool among_avoided;
    };
    std::optional<std::size_t> choose_among(const Search& search) const;
    const MachineState* best_in(const Zone& zone, const Search& search) const;
    const MachineState* fullest_in(const Zone& zone, const Search& search) const;
    bool is_avoided(const MachineState& room, const PodRequest& request) const;
    bool is_found(const MachineState& room, const Search& search) const {
        return has_place(room, search.request) &&
               is_avoided(room, search.request) == search.among_avoided;
    }
    const MachineState* better(const MachineState* one, const MachineState* other,
                               const PodRequest& request) const;
    std::uint32_t count_in(std::uint16_t zone, std::uint32_t kind) const;
    // The most that a zone may have so that one more of this kind can stand there.
    std::uint32_t most_in_zone(const PodRequest& request) const;
    bool has_place(const MachineState& room, const PodRequest& request) const;
    bool is_better(const MachineState& one, const MachineState& other,
                   const PodRequest& request) const;

    std::vector<MachineState> rooms_;
    std::vector<Zone> zones_;
    Milli largest_cpu_ = 0;
    std::uint64_t largest_memory_ = 0;
    std::vector<std::vector<bool>> allowed_;  // groups, of each kind; none: all
    std::vector<std::vector<bool>> avoided_;  // likewise; none: no group
    std::uint64_t changes_ = 0;
};

}  // namespace models
