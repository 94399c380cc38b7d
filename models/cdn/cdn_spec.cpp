#include "models/cdn/cdn_spec.h"

#include <fmt/core.h>

#include "models/cdn/cdn_location.h"

namespace models {

std::vector<CdnBehaviorSpec> CdnSpec::rules() const {
    std::vector<CdnBehaviorSpec> all;
    for (const auto& [name, behavior] : behaviors) all.push_back(behavior);
    if (all.empty()) all.emplace_back();
    return all;
}

std::vector<std::string> CdnSpec::endpoint_names() const {
    std::vector<std::string> names;
    for (const auto& [name, behavior] : behaviors) names.push_back(name);
    names.emplace_back(kPurge);
    names.emplace_back(kPurgeAll);
    return names;
}

// What needs no core time cannot be slowed.
Abilities CdnSpec::suffers() const {
    const Abilities all = abilities_of<CdnLocation>();
    bool works = request_time > sim::Duration::zero();
    for (const auto& [name, each] : behaviors) {
        works = works || each.compression.has_value();
        works = works || (each.signed_urls && each.signed_urls->check_time > sim::Duration::zero());
    }
    return works ? all : all.without(Abilities::slowness());
}

void CdnSpec::check(spec::Check& check) const {
    for (const auto& [name, each] : behaviors) {
        check.that(name != kPurge && name != kPurgeAll, "behaviors",
                   fmt::format("\"{}\" is an endpoint of the purge API", name),
                   "give the behavior another name");
    }
    check.that(preload == 0 || rules().front().keeps(), "preload",
               "with a ttl of 0s nothing is kept", "give the first behavior a \"ttl\"");
    check.that(preload == 0 || rules().front().vary.empty(), "preload",
               "nobody knows which variants have been asked for",
               "leave the first behavior's \"vary\" out");
}

}  // namespace models
