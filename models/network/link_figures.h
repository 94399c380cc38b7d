// What all links together measure, and what is waited for there (links_record.cpp).
#pragma once

#include <array>

#include "sim/figure.h"
#include "sim/resource.h"

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

inline constexpr auto kLinkResources = std::array{
    sim::resource("bandwidth of <link>", sim::ResourceKind::work, sim::Unit::count,
                  "Whatever goes over the link, one after the other.",
                  "It has gone when all its bytes have.", {.parameter = "links.bandwidth"})};

}  // namespace models
