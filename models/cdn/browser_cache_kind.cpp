#include "models/cdn/browser_cache.h"
#include "models/nodes.h"

namespace models {

namespace {

struct BrowserCacheKind {
    using Node = BrowserCache;
    static constexpr Role role = Role::answers | Role::passes_on;
    static constexpr auto edges = std::array{
        edge("calls", Passes::through, "Requests for what a browser does not have, as they came.")};
    static constexpr auto figures = std::array{
        figure("hits", Unit::count, Merge::sum, "Requests that did not leave the browser."),
        figure("misses", Unit::count, Merge::sum, "Requests that did."),
        figure("hit_ratio", Unit::share, Merge::mean, "Share of requests that were hits."),
        figure("stale_responses", Unit::count, Merge::sum,
               "Stale responses: answers that lacked a write already acknowledged."),
        figure("objects", Unit::count, Merge::last, "Objects stored at the end, all browsers.")};
    static constexpr None resources{"A browser is its user's own, and answers at once."};
    static constexpr None usages{"Users pay for themselves."};
    static constexpr None instances{"It is a part of its users, who are no machines."};
    static Answers answers(const BrowserCache::Spec&) {
        return {.endpoints = {},
                .first_answers = false,
                .reads_content = true,
                .takes_evictions = false,
                .has_versions = true,
                .readings = {},
                .audiences = {},
                .no_transactions = kNoDatabase};
    }
    static PassesOn passes_on(const BrowserCache::Spec&) {
        return {.balancers = 0, .members = nullptr, .is_part_of_callers = true};
    }
    static Capacity capacity(const BrowserCache::Spec&) {
        return {.instances = 1, .cores = 0, .slots_name = {}, .slots = 0, .paid = {}, .notes = {}};
    }
    // What it keeps cannot be known before; at worst it has nothing.
    static Cost cost(const BrowserCache::Spec& spec, const std::string& endpoint,
                     Costing& costing) {
        costing.note(
            "what browsers have cannot be known before a run: it is reckoned as if they "
            "never had anything.");
        return passed_on(spec.calls, endpoint, 1, costing);
    }
};

}  // namespace

const NodeKind& browser_cache_kind() {
    static const NodeKind kind = node_kind<BrowserCacheKind>();
    return kind;
}

}  // namespace models
