#include "models/replication/member_places.h"

#include <utility>

namespace models {

namespace {

NetworkSpec one_zone(const std::string& name) {
    NetworkSpec spec;
    spec.regions.entries.push_back({name, RegionSpec{{name + " zone"}}});
    return spec;
}

}  // namespace

MemberPlaces::MemberPlaces(const Context& context) : links_(context.world.network) {
    if (links_ == nullptr) {
        own_ = std::make_unique<Links>(one_zone(context.name), context.scheduler(),
                                       context.world.seed);
        links_ = own_.get();
    } else {
        zones_ = links_->stand_of(context.name).zones;
    }
    if (zones_.empty()) zones_.push_back(links_->zone(0));
}

PlaceId MemberPlaces::zone_of(std::size_t member) const {
    return zones_[member % zones_.size()];
}

PlaceId MemberPlaces::add(const std::string& name) {
    const PlaceId place = zone_of(members_.size());
    const bool is_machine = links_->places().level(place) == PlaceLevel::machine;
    members_.push_back(is_machine ? place : links_->add_machine(place, name));
    return members_.back();
}

Partitionable::Ways MemberPlaces::ways_from(PlaceId member) const {
    std::vector<PlaceId> others = members_;
    std::erase(others, member);
    return {*links_, member, std::move(others)};
}

}  // namespace models
