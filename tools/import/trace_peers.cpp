#include "tools/import/trace_peers.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/import/law_notation.h"
#include "tools/import/trace_steps.h"

namespace tools::imports {

namespace {

using models::spec::Json;

class PeerMaker {
public:
    PeerMaker(const TracedCalls& calls, Notes& notes, System& system)
        : calls_(calls), notes_(notes), system_(system) {}

    Json make(const TracedNode& node) {
        Json json = node.trade == NodeTrade::database ? database(node) : other(node);
        if (json.is_null()) return json;
        notes_.note(pointer(node.name),
                    fmt::format("\"{}\"{}, known by its callers alone.", node.service,
                                node.system.empty() ? "" : ", " + node.system));
        return json;
    }

private:
    static std::string pointer(const std::string& node, const std::string& more = "") {
        return "/nodes/" + node + more;
    }

    // What only callers tell of: by operation, the times that they waited.

    struct Waited {
        std::vector<double> seconds;
        std::size_t calls = 0;
        std::size_t failed = 0;
    };

    Waited waited_for(std::size_t target) const {
        Waited all;
        for (const EndpointProfile& each : calls_.profiles) {
            for (const CallKind& kind : each.kinds) {
                if (kind.target != target) continue;
                all.seconds.insert(all.seconds.end(), kind.seconds.begin(), kind.seconds.end());
                all.calls += kind.attempts;
                all.failed += kind.failed + (kind.attempts - kind.calls);
            }
        }
        return all;
    }

    // Said above its member.
    NotedLaw law_of(std::size_t target, const Waited& waited, const std::string& within) {
        NotedLaw law = noted_law(waited.seconds);
        notes_.note(within + calls_.names.endpoint(target),
                    fmt::format("\"{}\", {}.", calls_.executions.targets[target].name, law.said));
        return law;
    }

    Json database(const TracedNode& node) {
        Json queries = Json::Object{};
        double busy = 0;
        for (const std::size_t target : node.targets) {
            const Waited all = waited_for(target);
            if (all.seconds.empty()) continue;
            const NotedLaw law = law_of(target, all, pointer(node.name, "/queries/"));
            const std::string& name = calls_.names.endpoint(target);
            queries.put(name, law.json);
            busy += static_cast<double>(all.calls) / calls_.seconds * law.mean;
            if (all.failed > 0) {
                system_.leave_out(calls_.profiles.front().place, calls_.names.call(target),
                                  fmt::format("{} of {} calls failed, and a database has no word "
                                              "for that",
                                              all.failed, all.calls));
            }
        }
        if (queries.object()->empty()) return {};
        const double cores = std::clamp(std::ceil(2 * busy), 8.0, 4096.0);
        Json json = Json::Object{};
        json.put("kind", "database");
        notes_.gap(
            pointer(node.name, "/cores"), "cores",
            fmt::format("{:.0f} and the pool of connections are placeholders: {:.3g} queries are "
                        "under way at this rate.",
                        cores, busy));
        json.put("cores", static_cast<std::uint64_t>(cores));
        json.put("connections", static_cast<std::uint64_t>(std::max(100.0, 2 * cores)));
        notes_.gap(
            pointer(node.name, "/queries"), "service time",
            "what callers waited, the network and the wait for a connection in it, is taken as "
            "core time. Measure: the database's own statistics of statements.");
        json.put("queries", std::move(queries));
        return json;
    }

    Json other(const TracedNode& node) {
        Json endpoints = Json::Object{};
        for (const std::size_t target : node.targets) {
            const Waited all = waited_for(target);
            if (all.seconds.empty()) continue;
            const NotedLaw law = law_of(target, all, pointer(node.name, "/endpoints/"));
            const std::string& name = calls_.names.endpoint(target);
            Json::List steps = {Json(Json::Object{{"wait", law.json, {}}})};
            if (all.failed > 0) {
                const double share =
                    static_cast<double>(all.failed) / static_cast<double>(all.calls);
                steps.push_back(Json::Object{{"fail", share_text(share), {}}});
            }
            endpoints.put(name, std::move(steps));
        }
        if (endpoints.object()->empty()) return {};
        Json json = Json::Object{};
        json.put("kind", "server");
        json.put("threads", 100'000);
        notes_.gap(
            pointer(node.name, "/endpoints"), "what it is",
            "it takes the time that callers waited, whatever its load. Give it the kind of node "
            "that it is (spate describe nodes), with its own limits.");
        json.put("endpoints", std::move(endpoints));
        return json;
    }

    const TracedCalls& calls_;
    Notes& notes_;
    System& system_;
};

}  // namespace

Json peer_node(const TracedNode& node, const TracedCalls& calls, Notes& notes, System& system) {
    return PeerMaker(calls, notes, system).make(node);
}

}  // namespace tools::imports
