// What instances can be among each other: words that scenarios aim failures with.
#pragma once

#include <string_view>

namespace models {

inline constexpr std::string_view kPrimaryRole = "primary";
inline constexpr std::string_view kMasterRole = "master";
inline constexpr std::string_view kReplicaRole = "replica";
inline constexpr std::string_view kLeaderRole = "leader";
inline constexpr std::string_view kFollowerRole = "follower";

}  // namespace models
