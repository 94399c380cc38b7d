// What all links together measure (links_record.cpp).
#pragma once

#include <array>

#include "sim/figure.h"

namespace models {

inline constexpr auto kLinkFigures = std::array{
    sim::figure("denied", sim::Unit::count, sim::Merge::sum,
                "Calls that a firewall did not let through."),
    sim::figure("use_of_fullest_machine", sim::Unit::share, sim::Merge::peak,
                "Utilisation of the busiest machine's own link."),
    sim::figure("use_of_<link>", sim::Unit::share, sim::Merge::mean,
                "Utilisation of a link, mean over time."),
    sim::figure("messages", sim::Unit::count, sim::Merge::sum, "Messages and calls carried."),
    sim::figure("bytes", sim::Unit::bytes, sim::Merge::sum, "Bytes carried by a link."),
    sim::figure("lost", sim::Unit::count, sim::Merge::sum,
                "Messages and calls lost on the way, before they were sent again."),
    sim::figure("dropped", sim::Unit::count, sim::Merge::sum,
                "Messages and calls dropped for want of room."),
    sim::figure("cut", sim::Unit::count, sim::Merge::sum,
                "Messages and calls that a cut link swallowed."),
    sim::figure("retransmissions", sim::Unit::count, sim::Merge::sum,
                "Messages and calls sent again because nothing came back.")};

}  // namespace models
