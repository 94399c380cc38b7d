// What several kinds of nodes use alike, and is paid for.
#pragma once

#include <array>

#include "sim/usage.h"

namespace models {

using sim::usage;
using sim::UsageUnit;

inline constexpr sim::UsageRow kInstanceHours =
    usage("instance_hours", UsageUnit::hours,
          "Hours of its instances, by size: they are paid for from start to end, idle or busy.");
inline constexpr sim::UsageRow kReservedHours =
    usage("reserved_hours", UsageUnit::hours, "Of these, hours that reserved instances cover.");
inline constexpr sim::UsageRow kUnusedReservedHours =
    usage("unused_reserved_hours", UsageUnit::hours,
          "Hours of reserved instances that no instance of their size was there for.");
inline constexpr sim::UsageRow kStorage =
    usage("storage", UsageUnit::byte_hours, "Bytes that it keeps, for as long as it keeps them.");
inline constexpr sim::UsageRow kZoneBytes =
    usage("zone_bytes", UsageUnit::bytes, "Bytes sent from one zone to another of its region.");

// What is paid for and no node has declared: of the network, and of everybody. The network's are
// of the region that the bytes left.
inline constexpr std::array kNetworkUsages = {
    kZoneBytes, usage("region_bytes", UsageUnit::bytes, "Bytes sent from one region to another."),
    usage("out_bytes", UsageUnit::bytes, "Bytes sent to users, out of a region."),
    usage("in_bytes", UsageUnit::bytes, "Bytes sent by users, into a region.")};
inline constexpr sim::UsageRow kPeopleHours =
    usage("people_hours", UsageUnit::hours, "Hours of the people who keep a node running.");

}  // namespace models
