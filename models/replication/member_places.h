// Where the members of one node stand, and those who watch over them: each on a machine of its own
// in the scenario's network, in the zones of its placement in turn.
//
// Where the scenario says nothing of a network they have one to themselves, in which a message
// takes no time; so what cuts a member off is a rule on links in either case.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/context.h"
#include "models/failures/abilities.h"
#include "models/network/links.h"

namespace models {

class MemberPlaces {
public:
    explicit MemberPlaces(const Context& context);

    // The next one's machine.
    PlaceId add(const std::string& name);
    Links& links() const { return *links_; }
    // The zone that the n-th stands in.
    PlaceId zone_of(std::size_t member) const;

    // From a member to all the others: what is cut off there still is reached by callers.
    Partitionable::Ways ways_from(PlaceId member) const;

private:
    std::unique_ptr<Links> own_;
    Links* links_;
    std::vector<PlaceId> zones_;
    std::vector<PlaceId> members_;
};

}  // namespace models
