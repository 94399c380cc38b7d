// How a system came back from what struck it: how soon it was detected and taken up, how soon users
// were answered again, and who was hurt meanwhile.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/observers/detection.h"

namespace models {

// What who is on call did about an alert.
struct OnCallResponse {
    std::string who;
    sim::Time alerted{};
    std::optional<sim::Time> acknowledged;
    std::optional<sim::Time> diagnosed;
    std::optional<sim::Time> fixed;
    std::optional<sim::Time> verified;
};

// "recovery.incidents", and "blast_radius" of each client and each endpoint. Failures that overlap
// are one incident, which is about all that happens until the next begins. Users are hurt in slices
// in which some client is down (sim/up_time.h); an incident is recovered from after the last of
// these. Times are means over the incidents that have them: mttd from its beginning until the first
// alert fires, mtta from there to the acknowledgement, mttr from its beginning until users are
// answered again.
std::vector<sim::Watched> recovery_of(std::vector<OutageTime> outages,
                                      const std::vector<sim::Time>& alerts,
                                      const std::vector<OnCallResponse>& responses,
                                      const sim::Recording& recording);

}  // namespace models
