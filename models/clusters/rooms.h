// What is free on machines, how many pods of each kind stand there, and where the next one goes.
//
// Of the machines with room for what a pod requests it takes the one in the zone, then on the
// machine, with the fewest of its kind, then the one with most room: kube-scheduler's filters
// (NodeResourcesFit, PodTopologySpread, InterPodAffinity) and scores (PodTopologySpread,
// LeastAllocated). Real machines have such rooms, and so have those that an estimate imagines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/clusters/pod_request.h"

namespace models {

// What one machine has.
struct RoomSize {
    Milli cpu = 0;  // thousandths of a core
    std::uint64_t memory = 0;
    std::uint16_t zone = 0;
};

class Rooms {
public:
    std::size_t add(const RoomSize& size);
    // The one that was added last, and all pods in it.
    void remove_last();
    std::size_t size() const { return rooms_.size(); }

    // Whether pods may come: its machine is up, and nobody empties it.
    void set_open(std::size_t room, bool open);

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
    double free_share(std::size_t room) const { return rooms_[room].free_share(); }

    // Counts everything that can change where a pod finds a place.
    std::uint64_t changes() const { return changes_; }

private:
    struct Room {
        RoomSize size;
        Milli cpu = 0;  // free
        std::uint64_t memory = 0;
        bool is_open = true;
        std::vector<std::uint32_t> pods;  // by kind

        std::uint32_t count_of(std::uint32_t kind) const {
            return kind < pods.size() ? pods[kind] : 0;
        }
        double free_share() const {
            return size.cpu > 0 ? static_cast<double>(cpu) / static_cast<double>(size.cpu) : 0;
        }
    };

    std::uint32_t count_in(std::uint16_t zone, std::uint32_t kind) const;
    // The most that a zone may have so that one more of this kind can stand there.
    std::uint32_t most_in_zone(const PodRequest& request) const;
    bool has_place(const Room& room, const PodRequest& request) const;
    bool is_better(const Room& one, const Room& other, const PodRequest& request) const;

    std::vector<Room> rooms_;
    std::vector<std::vector<std::uint32_t>> zones_;  // pods of each kind
    std::uint64_t changes_ = 0;
};

}  // namespace models
