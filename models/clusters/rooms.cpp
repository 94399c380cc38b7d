#include "models/clusters/rooms.h"

#include <algorithm>
#include <cassert>
#include <limits>

namespace models {

namespace {

std::uint32_t& counted(std::vector<std::uint32_t>& counts, std::uint32_t kind) {
    if (kind >= counts.size()) counts.resize(kind + 1);
    return counts[kind];
}

}  // namespace

std::size_t Rooms::add(const RoomSize& size) {
    rooms_.push_back({size, size.cpu, size.memory, true, {}});
    if (size.zone >= zones_.size()) zones_.resize(size.zone + std::size_t{1});
    ++changes_;
    return rooms_.size() - 1;
}

void Rooms::remove_last() {
    const Room& last = rooms_.back();
    for (std::uint32_t kind = 0; kind < last.pods.size(); ++kind) {
        if (last.pods[kind] > 0) zones_[last.size.zone][kind] -= last.pods[kind];
    }
    rooms_.pop_back();
    ++changes_;
}

void Rooms::set_open(std::size_t room, bool open) {
    rooms_[room].is_open = open;
    ++changes_;
}

std::uint32_t Rooms::count_in(std::uint16_t zone, std::uint32_t kind) const {
    return kind < zones_[zone].size() ? zones_[zone][kind] : 0;
}

std::uint32_t Rooms::most_in_zone(const PodRequest& request) const {
    constexpr std::uint32_t kAny = std::numeric_limits<std::uint32_t>::max();
    if (!request.zone_skew) return kAny;
    std::uint32_t fewest = kAny;
    for (std::uint16_t zone = 0; zone < zones_.size(); ++zone) {
        fewest = std::min(fewest, count_in(zone, request.kind));
    }
    return fewest + *request.zone_skew - 1;
}

bool Rooms::has_place(const Room& room, const PodRequest& request) const {
    const bool has_one =
        request.placement == PodPlacement::one_per_machine && room.count_of(request.kind) > 0;
    return room.is_open && room.cpu >= request.cpu && room.memory >= request.memory.count &&
           !has_one;
}

bool Rooms::may_take(std::size_t room, const PodRequest& request) const {
    return has_place(rooms_[room], request) &&
           count_in(rooms_[room].size.zone, request.kind) <= most_in_zone(request);
}

bool Rooms::is_better(const Room& one, const Room& other, const PodRequest& request) const {
    if (request.placement == PodPlacement::pack) return one.free_share() < other.free_share();
    const std::uint32_t zone_one = count_in(one.size.zone, request.kind);
    const std::uint32_t zone_other = count_in(other.size.zone, request.kind);
    if (zone_one != zone_other) return zone_one < zone_other;
    const std::uint32_t count_one = one.count_of(request.kind);
    const std::uint32_t count_other = other.count_of(request.kind);
    if (count_one != count_other) return count_one < count_other;
    return one.free_share() > other.free_share();
}

std::optional<std::size_t> Rooms::choose(const PodRequest& request) const {
    const std::uint32_t most = most_in_zone(request);
    const Room* best = nullptr;
    for (const Room& room : rooms_) {
        if (!has_place(room, request) || count_in(room.size.zone, request.kind) > most) continue;
        if (best == nullptr || is_better(room, *best, request)) best = &room;
    }
    if (best == nullptr) return std::nullopt;
    return static_cast<std::size_t>(best - rooms_.data());
}

void Rooms::take(std::size_t room, const PodRequest& request) {
    Room& taken = rooms_[room];
    taken.cpu -= request.cpu;
    taken.memory -= request.memory.count;
    ++counted(taken.pods, request.kind);
    ++counted(zones_[taken.size.zone], request.kind);
    ++changes_;
}

void Rooms::give_back(std::size_t room, const PodRequest& request) {
    Room& given = rooms_[room];
    assert(given.count_of(request.kind) > 0);
    given.cpu += request.cpu;
    given.memory += request.memory.count;
    --given.pods[request.kind];
    --zones_[given.size.zone][request.kind];
    ++changes_;
}

}  // namespace models
