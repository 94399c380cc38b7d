#include "models/cdn/cdn.h"
#include "models/nodes.h"

namespace models {

namespace {

struct CdnKind {
    using Node = Cdn;
    static constexpr Role role = Role::answers | Role::passes_on | Role::keeps;
    static constexpr auto edges =
        std::array{edge("calls", Passes::on, "Fetches of objects that are not there, and writes."),
                   edge("policies", Passes::own, "The fallback's call, made when a fetch fails.")};
    static constexpr auto figures = std::array{
        figure("hits", Unit::count, Merge::sum, "Requests answered by what a location had."),
        figure("misses", Unit::count, Merge::sum,
               "Requests for which a location had nothing it could answer with at once."),
        figure("hit_ratio", Unit::share, Merge::mean, "Share of lookups that were hits."),
        figure("least_hit_ratio", Unit::share, Merge::mean,
               "Hit ratio of the location with the lowest."),
        figure("most_hit_ratio", Unit::share, Merge::mean,
               "Hit ratio of the location with the highest."),
        figure("byte_hit_ratio", Unit::share, Merge::mean,
               "Share of the bytes sent to users that were not fetched from the origin."),
        figure("collapsed", Unit::count, Merge::sum,
               "Misses that waited for a fetch already under way (request collapsing)."),
        figure("served_while_revalidating", Unit::count, Merge::sum,
               "Hits past the TTL, while the object was fetched anew (stale-while-revalidate)."),
        figure("served_if_error", Unit::count, Merge::sum,
               "Answers past the TTL, because the fetch failed (stale-if-error)."),
        figure("stale_responses", Unit::count, Merge::sum,
               "Stale responses: answers that lacked a write already acknowledged."),
        figure("stale_share", Unit::share, Merge::mean, "Share of answers that were stale."),
        figure("forbidden", Unit::count, Merge::sum,
               "Requests refused because their URL was not signed, or had expired (403)."),
        figure("passed", Unit::count, Merge::sum, "Writes passed on to the origin."),
        figure("bytes_out", Unit::bytes, Merge::sum, "Bytes sent to users (egress)."),
        figure("out_rate", Unit::per_second, Merge::mean, "Bits sent to users a second."),
        figure("busiest_location", Unit::share, Merge::mean,
               "Share of the bytes that the location sent which sent most."),
        figure("origin_fetches", Unit::count, Merge::sum, "Objects asked for at the origin."),
        figure("failed_fetches", Unit::count, Merge::sum,
               "Fetches that the origin answered with an error, or not at all."),
        figure("origin_bytes", Unit::bytes, Merge::sum, "Bytes of objects that the origin sent."),
        figure("origin_rate", Unit::per_second, Merge::mean,
               "Bits of objects that the origin sent a second."),
        figure("revalidated", Unit::count, Merge::sum,
               "Fetches that were answered without a body, as the object had not changed (304)."),
        figure("bytes_not_sent", Unit::bytes, Merge::sum,
               "Bytes of these objects, as they are kept, that did not have to be sent."),
        figure("compressed_bytes_in", Unit::bytes, Merge::sum,
               "Bytes of fetched objects before they were compressed."),
        figure("compressed_bytes_out", Unit::bytes, Merge::sum,
               "Bytes of the same objects when they were."),
        figure("purge_calls", Unit::count, Merge::sum, "Calls of the purge API."),
        figure("purged_objects", Unit::count, Merge::sum, "Objects that purges removed."),
        figure("purge_time", Unit::seconds, Merge::distribution,
               "Time from a purge's call until a location had applied it, of each location."),
        figure("hit_latency", Unit::seconds, Merge::distribution,
               "Time at a location of requests answered by what it had."),
        figure("miss_latency", Unit::seconds, Merge::distribution,
               "Time at a location of requests that had to wait for a fetch."),
        figure("taken_out", Unit::count, Merge::sum,
               "Times that a location was taken out because its heartbeats were missing."),
        figure("objects", Unit::count, Merge::last, "Objects stored at the end, all locations."),
        figure("stored_bytes", Unit::bytes, Merge::last,
               "Bytes of the objects stored at the end, all locations."),
        figure("memory_per_object", Unit::bytes, Merge::last,
               "Memory that the simulation itself takes for a stored object."),
        figure("evictions", Unit::count, Merge::sum, "Objects dropped to make room."),
        figure("hit_ratio_<location>", Unit::share, Merge::mean,
               "Hit ratio of a location, by its number: of 64 and fewer."),
        figure("bytes_out_<location>", Unit::bytes, Merge::sum,
               "Bytes that a location sent to users, likewise."),
        figure("origin_bytes_<location>", Unit::bytes, Merge::sum,
               "Bytes that a location got from the origin, likewise."),
        figure("origin_fetches_<location>", Unit::count, Merge::sum,
               "Objects that a location asked the origin for, likewise."),
        figure("lost_objects", Unit::count, Merge::sum, "Objects that crashes lost.")};
    static constexpr auto resources = std::array{
        resource("cores", ResourceKind::work, Unit::count,
                 "Each request is at work on one of a location's, first come, first served.",
                 "The end of its work.", {.parameter = "cores"})};
    static constexpr auto usages = std::array{
        kInstanceHours,
        usage("cdn_bytes", UsageUnit::bytes,
              "Bytes sent to users by locations, by their region; the network's own `out_bytes` "
              "of these regions are the same bytes."),
        usage("cdn_requests", UsageUnit::requests, "Requests at locations.")};
    static Instances instances(const Cdn::Spec& spec) {
        return {.instances = spec.instance_count(),
                .suffers = spec.suffers(),
                .zones = {},
                .roles = {},
                .has_doors = true,
                .talks_among_itself = spec.locations > 1,
                .pods = {}};
    }
    static Answers answers(const Cdn::Spec& spec) {
        return {.endpoints = spec.endpoint_names(),
                .first_answers = true,
                .reads_content = true,
                .takes_evictions = false,
                .has_versions = true,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase};
    }
    static PassesOn passes_on(const Cdn::Spec&) { return {.balancers = 0, .members = nullptr}; }
    static Capacity capacity(const Cdn::Spec& spec) {
        return {.instances = spec.instance_count(),
                .cores = spec.cores,
                .slots_name = {},
                .slots = 0,
                .paid = {{"price", spec.price, static_cast<double>(spec.locations)}},
                .notes = {}};
    }
    // Core time for a signature and for compression; the first behaviour's when none is named.
    static double seconds_of_work(const Cdn::Spec& spec, const std::string& endpoint) {
        for (const auto& [name, behavior] : spec.behaviors.entries) {
            if (!endpoint.empty() && name != endpoint) continue;
            const auto& urls = behavior.signed_urls;
            const double check_s = urls ? sim::seconds(urls->check_time) : 0;
            if (!behavior.compression) return check_s;
            const double bytes = behavior.size ? behavior.size->build().mean()
                                               : static_cast<double>(spec.object_size.count);
            const CdnCompressionSpec& how = *behavior.compression;
            if (bytes < static_cast<double>(how.min_length.count)) return check_s;
            return check_s + bytes / static_cast<double>(how.bytes_per_second.count);
        }
        return 0;
    }
    // What it keeps cannot be known before; at worst it has nothing.
    static Cost cost(const Cdn::Spec& spec, const std::string& endpoint, Costing& costing) {
        Cost cost;
        if (endpoint == Cdn::Spec::kPurge || endpoint == Cdn::Spec::kPurgeAll) return cost;
        costing.note(
            "what its locations keep off the origin cannot be known before a run: it is "
            "reckoned as if they never had anything.");
        cost = passed_on(spec.calls, endpoint, 1, costing);
        const double work_s = sim::seconds(spec.request_time) + seconds_of_work(spec, endpoint);
        cost.stays_s += work_s;
        if (work_s > 0) {
            cost.resources["cores"] = {work_s, static_cast<double>(spec.cores) * spec.locations,
                                       true};
        }
        return cost;
    }
};

}  // namespace

const NodeKind& cdn_kind() {
    static const NodeKind kind = node_kind<CdnKind>();
    return kind;
}

}  // namespace models
