// What a CDN says at the end of a run.

#include <fmt/core.h>

#include <algorithm>

#include "models/cdn/cdn.h"
#include "models/used.h"

namespace models {

namespace {

double share(double part, double whole) {
    return whole > 0 ? part / whole : 0;
}

}  // namespace

void Cdn::begin_measuring() {
    for (const auto& each : locations_) {
        evictions_before_ += each->store().evictions();
        each->counts() = {};
    }
}

void Cdn::finish() {
    const CdnMeasures& counted = measures_;
    sim::NodeRecord& record = context_.meter.record();
    record.instances = static_cast<double>(locations_.size());
    use_instances(context_, spec_.price, record.instances);
    use_bytes();
    context_.meter.used("cdn_requests", counted.hits.value() + counted.misses.value());
    double objects = 0, bytes = 0, memory = 0, evictions = 0, most_bytes = 0;
    double least = 1, most = 0;
    for (const auto& each : locations_) {
        const CdnLocation::Counts& counts = each->counts();
        objects += static_cast<double>(each->store().size());
        bytes += static_cast<double>(each->store().bytes());
        memory += static_cast<double>(each->memory());
        evictions += static_cast<double>(each->store().evictions());
        most_bytes = std::max(most_bytes, static_cast<double>(counts.bytes_out));
        const auto hits = static_cast<double>(counts.hits);
        const double lookups = hits + static_cast<double>(counts.misses);
        if (lookups == 0) continue;
        least = std::min(least, hits / lookups);
        most = std::max(most, hits / lookups);
    }
    const double hits = counted.hits.value();
    const double out = counted.bytes_out.value();
    const double from_origin = counted.origin_bytes.value();
    const double measured = measured_hours(context_) * 3600;
    const auto say = [&](const char* name, const char* unit, double value) {
        record.measures.push_back({name, unit, value});
    };
    say("hit_ratio", "", share(hits, hits + counted.misses.value()));
    say("least_hit_ratio", "", least <= most ? least : 0);
    say("most_hit_ratio", "", most);
    say("byte_hit_ratio", "", out > 0 ? std::max(0.0, 1 - from_origin / out) : 0);
    say("stale_share", "", share(counted.stale_responses.value(), hits + counted.misses.value()));
    say("busiest_location", "", share(most_bytes, out));
    say("out_rate", "/s", share(out * 8, measured));
    say("origin_rate", "/s", share(from_origin * 8, measured));
    say("objects", "", objects);
    say("stored_bytes", "bytes", bytes);
    say("memory_per_object", "bytes", share(memory, objects));
    say("evictions", "", evictions - static_cast<double>(evictions_before_));
    say_of_locations();
}

// One by one, where there are so many that somebody could read it.
void Cdn::say_of_locations() {
    constexpr std::size_t kMostNamed = 64;
    if (locations_.size() > kMostNamed) return;
    sim::NodeRecord& record = context_.meter.record();
    for (const auto& each : locations_) {
        const CdnLocation::Counts& counts = each->counts();
        const auto hits = static_cast<double>(counts.hits);
        const auto say = [&](const char* name, const char* unit, double value) {
            record.measures.push_back({fmt::format("{}_{}", name, each->index()), unit, value});
        };
        say("hit_ratio", "", share(hits, hits + static_cast<double>(counts.misses)));
        say("bytes_out", "bytes", static_cast<double>(counts.bytes_out));
        say("origin_bytes", "bytes", static_cast<double>(counts.origin_bytes));
        say("origin_fetches", "", static_cast<double>(counts.origin_fetches));
    }
}

// By the region of the location that sent them, as providers price them.
void Cdn::use_bytes() {
    std::map<std::string, double> by_region;
    const Links* const network = context_.world.network;
    for (const auto& each : locations_) {
        const bool is_somewhere = network != nullptr && each->place() != kNowhere;
        const std::string region =
            is_somewhere ? network->places().name(network->places().region_of(each->place())) : "";
        by_region[region] += static_cast<double>(each->counts().bytes_out);
    }
    for (const auto& [region, bytes] : by_region) {
        if (bytes > 0) context_.meter.used("cdn_bytes", bytes, region);
    }
}

}  // namespace models
