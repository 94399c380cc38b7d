#include "models/clusters/schedulable_machines.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <limits>
#include <numeric>
#include <utility>

namespace models {

namespace {

std::uint32_t& counted(std::vector<std::uint32_t>& counts, std::uint32_t kind) {
    if (kind >= counts.size()) counts.resize(kind + 1);
    return counts[kind];
}

}  // namespace

std::size_t SchedulableMachines::add(const MachineCapacity& size) {
    rooms_.push_back({size, size.cpu, size.memory, true, false, {}});
    if (size.zone >= zones_.size()) zones_.resize(size.zone + std::size_t{1});
    largest_cpu_ = std::max(largest_cpu_, size.cpu);
    largest_memory_ = std::max(largest_memory_, size.memory);
    list(rooms_.size() - 1);
    ++changes_;
    return rooms_.size() - 1;
}

void SchedulableMachines::remove_last() {
    const MachineState& last = rooms_.back();
    if (last.is_open) unlist(rooms_.size() - 1);
    for (std::uint32_t kind = 0; kind < last.pods.size(); ++kind) {
        if (last.pods[kind] > 0) zones_[last.size.zone].pods[kind] -= last.pods[kind];
    }
    rooms_.pop_back();
    ++changes_;
}

void SchedulableMachines::set_open(std::size_t room, bool open) {
    if (rooms_[room].is_open && !open) unlist(room);
    if (!rooms_[room].is_open && open) list(room);
    rooms_[room].is_open = open;
    ++changes_;
}

void SchedulableMachines::set_short_of_memory(std::size_t room, bool is_short) {
    rooms_[room].is_short = is_short;
    ++changes_;
}

void SchedulableMachines::allow(std::uint32_t kind, std::vector<bool> groups) {
    if (kind >= allowed_.size()) allowed_.resize(kind + std::size_t{1});
    allowed_[kind] = std::move(groups);
}

void SchedulableMachines::avoid(std::uint32_t kind, std::vector<bool> groups) {
    if (kind >= avoided_.size()) avoided_.resize(kind + std::size_t{1});
    avoided_[kind] = std::move(groups);
}

void SchedulableMachines::set_group(std::size_t room, std::uint16_t group) {
    rooms_[room].size.group = group;
    ++changes_;
}

bool SchedulableMachines::is_avoided(const MachineState& room, const PodRequest& request) const {
    if (request.kind >= avoided_.size() || avoided_[request.kind].empty()) return false;
    return avoided_[request.kind][room.size.group];
}

bool SchedulableMachines::is_allowed(std::size_t room, const PodRequest& request) const {
    if (request.kind >= allowed_.size() || allowed_[request.kind].empty()) return true;
    return allowed_[request.kind][rooms_[room].size.group];
}

double SchedulableMachines::requested_share(std::size_t room) const {
    const MachineState& of = rooms_[room];
    return std::max(share(of.size.cpu - of.cpu, of.size.cpu),
                    share(of.size.memory - of.memory, of.size.memory));
}

std::uint32_t SchedulableMachines::count_in(std::uint16_t zone, std::uint32_t kind) const {
    return kind < zones_[zone].pods.size() ? zones_[zone].pods[kind] : 0;
}

void SchedulableMachines::list(std::size_t room) {
    const MachineState& listed = rooms_[room];
    Zone& zone = zones_[listed.size.zone];
    const Entry entry{-listed.free_share(), room};
    zone.order.insert(std::ranges::lower_bound(zone.order, entry), entry);
    for (std::uint32_t kind = 0; kind < listed.pods.size(); ++kind) {
        count_rooms(listed, kind, true);
    }
}

void SchedulableMachines::unlist(std::size_t room) {
    const MachineState& listed = rooms_[room];
    Zone& zone = zones_[listed.size.zone];
    const Entry entry{-listed.free_share(), room};
    const auto found = std::ranges::lower_bound(zone.order, entry);
    assert(found != zone.order.end() && *found == entry);
    zone.order.erase(found);
    for (std::uint32_t kind = 0; kind < listed.pods.size(); ++kind) {
        count_rooms(listed, kind, false);
    }
}

void SchedulableMachines::count_rooms(const MachineState& room, std::uint32_t kind, bool more) {
    const std::uint32_t pods = room.count_of(kind);
    if (pods == 0) return;
    auto& all = zones_[room.size.zone].rooms_with;
    if (kind >= all.size()) all.resize(kind + std::size_t{1});
    if (pods >= all[kind].size()) all[kind].resize(pods + std::size_t{1});
    all[kind][pods] += more ? 1 : -1;
}

std::uint32_t SchedulableMachines::fewest_on_one(const Zone& zone, std::uint32_t kind) const {
    if (kind >= zone.rooms_with.size()) return 0;
    const std::vector<std::uint32_t>& with = zone.rooms_with[kind];
    const std::size_t some = std::accumulate(with.begin(), with.end(), std::size_t{0});
    if (some < zone.order.size()) return 0;
    const auto first = std::ranges::find_if(with, [](std::uint32_t rooms) { return rooms > 0; });
    return static_cast<std::uint32_t>(first - with.begin());
}

double SchedulableMachines::least_share(const PodRequest& request) const {
    constexpr double kRounding = 1e-9;
    return (share(request.cpu, largest_cpu_) + share(request.memory.count, largest_memory_)) / 2 -
           kRounding;
}

std::uint32_t SchedulableMachines::most_in_zone(const PodRequest& request) const {
    constexpr std::uint32_t kAny = std::numeric_limits<std::uint32_t>::max();
    if (request.placement == PodPlacement::one_per_zone) return 0;
    if (!request.zone_skew) return kAny;
    std::uint32_t fewest = kAny;
    for (std::uint16_t zone = 0; zone < zones_.size(); ++zone) {
        fewest = std::min(fewest, count_in(zone, request.kind));
    }
    return fewest + *request.zone_skew - 1;
}

bool SchedulableMachines::has_place(const MachineState& room, const PodRequest& request) const {
    const bool has_one =
        request.placement == PodPlacement::one_per_machine && room.count_of(request.kind) > 0;
    if (room.is_short && request.memory.count == 0) return false;
    if (!is_allowed(static_cast<std::size_t>(&room - rooms_.data()), request)) return false;
    return room.is_open && room.cpu >= request.cpu && room.memory >= request.memory.count &&
           !has_one;
}

bool SchedulableMachines::may_take(std::size_t room, const PodRequest& request) const {
    return has_place(rooms_[room], request) &&
           count_in(rooms_[room].size.zone, request.kind) <= most_in_zone(request);
}

bool SchedulableMachines::is_better(const MachineState& one, const MachineState& other,
                                    const PodRequest& request) const {
    if (request.placement == PodPlacement::pack) return one.free_share() < other.free_share();
    const std::uint32_t zone_one = count_in(one.size.zone, request.kind);
    const std::uint32_t zone_other = count_in(other.size.zone, request.kind);
    if (zone_one != zone_other) return zone_one < zone_other;
    const std::uint32_t count_one = one.count_of(request.kind);
    const std::uint32_t count_other = other.count_of(request.kind);
    if (count_one != count_other) return count_one < count_other;
    return one.free_share() > other.free_share();
}

// Makes a change of pods of one kind, and keeps the order.
template <class Change>
void SchedulableMachines::move(std::size_t room, Change change, std::uint32_t kind) {
    ++changes_;
    const MachineState& moved = rooms_[room];
    if (!moved.is_open) {
        change();
        return;
    }
    std::vector<Entry>& order = zones_[moved.size.zone].order;
    const auto before = std::ranges::lower_bound(order, Entry{-moved.free_share(), room});
    assert(before != order.end() && before->room == room);
    count_rooms(moved, kind, false);
    change();
    count_rooms(moved, kind, true);
    const Entry entry{-moved.free_share(), room};
    const auto after = std::ranges::lower_bound(order, entry);
    // Those in between make room, by one place.
    if (after > before) {
        std::rotate(before, std::next(before), after);
        *std::prev(after) = entry;
    } else {
        std::rotate(after, before, std::next(before));
        *after = entry;
    }
}

// Of those with the fewest of its kind the one with most room: the first in order that has as few
// as any, or the best of all.
const SchedulableMachines::MachineState* SchedulableMachines::best_in(const Zone& zone,
                                                                      const Search& search) const {
    const PodRequest& request = search.request;
    const std::uint32_t fewest = fewest_on_one(zone, request.kind);
    const double least = least_share(request);
    const MachineState* best = nullptr;
    for (const auto& [taken, index] : zone.order) {
        if (-taken < least) break;
        const MachineState& room = rooms_[index];
        if (!is_found(room, search)) continue;
        if (best == nullptr || room.count_of(request.kind) < best->count_of(request.kind)) {
            best = &room;
        }
        if (best->count_of(request.kind) == fewest) break;
    }
    return best;
}

// The first with the least room that is enough.
const SchedulableMachines::MachineState* SchedulableMachines::fullest_in(
    const Zone& zone, const Search& search) const {
    const double least = least_share(search.request);
    auto end = std::ranges::upper_bound(zone.order, -least, {}, &Entry::taken);
    while (end != zone.order.begin()) {
        const auto begin =
            std::ranges::lower_bound(zone.order, std::prev(end)->taken, {}, &Entry::taken);
        const auto found = std::find_if(
            begin, end, [&](const Entry& entry) { return is_found(rooms_[entry.room], search); });
        if (found != end) return &rooms_[found->room];
        end = begin;
    }
    return nullptr;
}

const SchedulableMachines::MachineState* SchedulableMachines::better(
    const MachineState* one, const MachineState* other, const PodRequest& request) const {
    if (one == nullptr || other == nullptr) return one == nullptr ? other : one;
    if (is_better(*one, *other, request)) return one;
    if (is_better(*other, *one, request)) return other;
    return std::min(one, other);
}

std::optional<std::size_t> SchedulableMachines::choose(const PodRequest& request) const {
    const auto room = choose_among({request, false});
    const bool may_avoid = request.kind < avoided_.size() && !avoided_[request.kind].empty();
    return room || !may_avoid ? room : choose_among({request, true});
}

std::optional<std::size_t> SchedulableMachines::choose_among(const Search& search) const {
    const PodRequest& request = search.request;
    const std::uint32_t most = most_in_zone(request);
    const bool packs = request.placement == PodPlacement::pack;
    const MachineState* best = nullptr;
    for (std::uint16_t zone = 0; zone < zones_.size(); ++zone) {
        const std::uint32_t count = count_in(zone, request.kind);
        if (count > most) continue;
        if (!packs && best != nullptr && count > count_in(best->size.zone, request.kind)) continue;
        const MachineState* const here =
            packs ? fullest_in(zones_[zone], search) : best_in(zones_[zone], search);
        best = better(best, here, request);
    }
    if (best == nullptr) return std::nullopt;
    return static_cast<std::size_t>(best - rooms_.data());
}

void SchedulableMachines::take(std::size_t room, const PodRequest& request) {
    MachineState& taken = rooms_[room];
    move(
        room,
        [&] {
            taken.cpu -= request.cpu;
            taken.memory -= request.memory.count;
            ++counted(taken.pods, request.kind);
            ++counted(zones_[taken.size.zone].pods, request.kind);
        },
        request.kind);
}

void SchedulableMachines::give_back(std::size_t room, const PodRequest& request) {
    MachineState& given = rooms_[room];
    assert(given.count_of(request.kind) > 0);
    move(
        room,
        [&] {
            given.cpu += request.cpu;
            given.memory += request.memory.count;
            --given.pods[request.kind];
            --zones_[given.size.zone].pods[request.kind];
        },
        request.kind);
}

}  // namespace models
