#include "models/balancers/zone_aware.h"

#include <algorithm>

namespace models {

void ZoneAware::changed(const Roster& roster) {
    for (Zone& zone : zones_) zone.backends.clear();
    everywhere_.backends.clear();
    for (std::uint32_t index = 0; index < roster.servable.size(); ++index) {
        const std::size_t zone = roster.servable[index].zone;
        if (zone >= zones_.size()) zones_.resize(zone + 1);
        zones_[zone].backends.push_back(index);
        everywhere_.backends.push_back(index);
    }
    aware_ = roster.servable.size() >= spec_.min_cluster_size && spec_.zone < zones_.size() &&
             !zones_[spec_.zone].backends.empty();
    if (aware_) divide(static_cast<double>(roster.servable.size()));
}

void ZoneAware::divide(double backends) {
    const auto callers_in = [&](std::size_t zone) {
        if (spec_.callers.empty()) return zones_[zone].backends.empty() ? 0.0 : 1.0;
        return zone < spec_.callers.size() ? spec_.callers[zone] : 0.0;
    };
    double callers = 0;
    for (std::size_t zone = 0; zone < zones_.size(); ++zone) callers += callers_in(zone);
    if (callers == 0) callers = 1;
    room_ = 0;
    for (std::size_t at = 0; at < zones_.size(); ++at) {
        Zone& zone = zones_[at];
        const double share = static_cast<double>(zone.backends.size()) / backends;
        const double share_of_callers = callers_in(at) / callers;
        zone.room = std::max(0.0, share - share_of_callers);
        if (at != spec_.zone) {
            room_ += zone.room;
        } else {
            stays_ = share >= share_of_callers ? 1 : share / share_of_callers;
        }
    }
}

std::size_t ZoneAware::pick(std::span<const Candidate>, const Request&) {
    const bool looks = aware_ && draws_.chance(spec_.routing_enabled.value);
    if (!looks) return take_turn(everywhere_);
    return take_turn(draws_.chance(stays_) ? zones_[spec_.zone] : residual_zone());
}

ZoneAware::Zone& ZoneAware::residual_zone() {
    if (room_ == 0) return everywhere_;
    double left = draws_.uniform() * room_;
    Zone* with_room = nullptr;
    for (std::size_t at = 0; at < zones_.size(); ++at) {
        if (at == spec_.zone || zones_[at].room == 0) continue;
        with_room = &zones_[at];
        if (left < with_room->room) break;
        left -= with_room->room;
    }
    return *with_room;
}

std::size_t ZoneAware::take_turn(Zone& zone) {
    if (zone.next >= zone.backends.size()) zone.next = 0;
    return zone.backends[zone.next++];
}

}  // namespace models
