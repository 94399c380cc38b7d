#include "tools/import/trace_scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "reports/statistics/fits.h"
#include "reports/words/numbers.h"
#include "tools/import/arrival_law.h"
#include "tools/import/commented.h"
#include "tools/import/executions.h"
#include "tools/import/law_notation.h"
#include "tools/import/notes.h"
#include "tools/import/profiles.h"
#include "tools/import/promises.h"
#include "tools/import/trace_names.h"
#include "tools/import/trace_peers.h"
#include "tools/import/trace_steps.h"

namespace tools::imports {

namespace {

namespace spec = models::spec;
using spec::Json;

constexpr double kMostCores = 1024;
constexpr double kLeastCores = 4;
constexpr double kLeastThreads = 200;

// Who calls whom, without the calls that would close a circle of nodes: the rarest are given up.
class Calling {
public:
    Calling(const std::vector<EndpointProfile>& profiles, const TraceNames& names) {
        std::map<std::pair<std::size_t, std::size_t>, std::size_t> calls;
        for (const EndpointProfile& each : profiles) {
            for (const CallKind& kind : each.kinds) {
                calls[{names.number_of_node(each.target), names.number_of_node(kind.target)}] +=
                    kind.calls;
            }
        }
        std::vector<std::pair<std::size_t, std::pair<std::size_t, std::size_t>>> sorted;
        for (const auto& [edge, count] : calls) sorted.push_back({count, edge});
        std::ranges::stable_sort(sorted, std::greater<>(),
                                 [](const auto& each) { return each.first; });
        for (const auto& [count, edge] : sorted) {
            if (leads(edge.second, edge.first)) {
                refused_.insert(edge);
            } else {
                next_[edge.first].push_back(edge.second);
            }
        }
    }

    const RefusedCalls& refused() const { return refused_; }

private:
    bool leads(std::size_t from, std::size_t to) const {
        std::set<std::size_t> seen = {from};
        std::vector<std::size_t> left = {from};
        while (!left.empty()) {
            const std::size_t at = left.back();
            left.pop_back();
            if (at == to) return true;
            const auto found = next_.find(at);
            if (found == next_.end()) continue;
            for (const std::size_t each : found->second) {
                if (seen.insert(each).second) left.push_back(each);
            }
        }
        return false;
    }

    std::map<std::size_t, std::vector<std::size_t>> next_;
    RefusedCalls refused_;
};

// A request from outside.
struct Entry {
    std::size_t target = 0;
    double seconds = 0;  // when it came, since the first
    double latency = 0;
    bool failed = false;
};

class TraceScenarioMaker {
public:
    TraceScenarioMaker(const Executions& executions, System& system)
        : executions_(executions), system_(system), names_(executions) {
        find_profiles();
        find_entries();
    }

    bool has_entries() const { return !entries_.empty(); }

    MadeScenario make(const std::string& name, const std::string& schema) {
        const Calling calling(profiles_, names_);
        refused_ = calling.refused();
        tell_refused();
        add_clients();
        for (const TracedNode& each : names_.nodes()) add_node(each);
        Json scenario = Json::Object{};
        if (!schema.empty()) scenario.put("$schema", schema);
        scenario.put("name", name);
        scenario.put("about", system_.about());
        Json run = Json::Object{};
        run.put("warm_up", "30s");
        run.put("measure", "5min");
        scenario.put("run", std::move(run));
        const std::size_t count = nodes_.object()->size();
        scenario.put("nodes", std::move(nodes_));
        scenario.put("expect", expectations());
        notes_.comments[""] = heading();
        return {commented_text(scenario, notes_.comments), count, notes_.gaps};
    }

private:
    // What is known.

    void find_profiles() {
        std::map<std::size_t, std::vector<const Execution*>> runs;
        for (const Execution& each : executions_.all) runs[each.target].push_back(&each);
        for (const auto& [target, all] : runs) {
            profile_by_target_[target] = profiles_.size();
            outside_.push_back(all.front()->is_outside);
            profiles_.push_back(profile_of(all, executions_));
        }
        std::int64_t first = std::numeric_limits<std::int64_t>::max();
        std::int64_t last = 0;
        for (const Execution& each : executions_.all) {
            first = std::min(first, each.begin_ns);
            last = std::max(last, each.begin_ns);
        }
        begin_ns_ = first;
        seconds_ = std::max(static_cast<double>(last - first) * 1e-9, 1e-3);
        for (const EndpointProfile& each : profiles_) tell_of(each);
    }

    void tell_of(const EndpointProfile& profile) {
        const std::string at = names_.call(profile.target);
        for (const std::string& each : profile.not_drawn_together) {
            system_.leave_out(profile.place, at + ": " + each,
                              "they come together, or not, more often than by chance, which is "
                              "not drawn: there are too many combinations");
        }
        if (profile.failed_unsaid > 0) {
            system_.leave_out(
                profile.place,
                fmt::format("{}: failures without a status ({})", at, profile.failed_unsaid),
                "nothing says what they failed of: they are faults (500)");
        }
    }

    void find_entries() {
        for (const Execution& run : executions_.all) {
            const double at = static_cast<double>(run.begin_ns - begin_ns_) * 1e-9;
            if (run.is_entry) {
                entries_.push_back({run.target, at, seconds_of(run.duration_ns()), run.failed});
            } else if (run.is_outside) {
                for (const RecordedCall& each : run.calls) {
                    entries_.push_back({each.target, at + seconds_of(each.begin_ns),
                                        seconds_of(each.duration_ns()), each.failed});
                }
            }
        }
    }

    static double seconds_of(std::int64_t ns) { return static_cast<double>(ns) * 1e-9; }

    const EndpointProfile* profile(std::size_t target) const {
        const auto found = profile_by_target_.find(target);
        return found == profile_by_target_.end() ? nullptr : &profiles_[found->second];
    }

    bool is_outside(const TracedNode& node) const {
        return std::ranges::all_of(node.targets, [&](std::size_t target) {
            const auto found = profile_by_target_.find(target);
            return found != profile_by_target_.end() && outside_[found->second];
        });
    }

    // Comments.

    static std::string pointer(const std::string& node, const std::string& more = "") {
        return "/nodes/" + node + more;
    }

    std::vector<std::string> heading() const {
        return {fmt::format("Written by spate import of {} traces with {} requests from outside in "
                            "{:.4g} s. Shares, own times and calls are as recorded; {} things that "
                            "traces do not say are marked GAP: each has a placeholder, so that it "
                            "plays as it is, and says what would measure it.",
                            executions_.traces, entries_.size(), seconds_, notes_.gaps),
                "Own times were measured under load, with the waiting for cores in them: so many "
                "cores are given that hardly any is added."};
    }

    void tell_refused() {
        for (const EndpointProfile& each : profiles_) {
            for (const CallKind& kind : each.kinds) {
                const std::pair edge(names_.number_of_node(each.target),
                                     names_.number_of_node(kind.target));
                if (!refused_.contains(edge)) continue;
                system_.leave_out(each.place,
                                  fmt::format("calls of {} to {}", names_.call(each.target),
                                              names_.call(kind.target)),
                                  kind.is_async
                                      ? "calls would go round in a circle"
                                      : "calls would go round in a circle: their time is waited "
                                        "for, and they put no load on what they call");
            }
        }
    }

    // Clients.

    void add_clients() {
        std::vector<double> times;
        std::map<std::size_t, std::size_t> counts;
        for (const Entry& each : entries_) {
            times.push_back(each.seconds);
            ++counts[each.target];
        }
        const ArrivalLaw law = arrival_law(times);
        Json node = Json::Object{};
        node.put("kind", "open_loop");
        if (law.per_second > 0) {
            notes_.note(pointer("clients", "/rate"), law.said + ".");
            notes_.gap(pointer("clients", "/rate"), "sampling",
                       "this is the rate of traced requests. If only a share of all is traced (the "
                       "sampling of the tracer or the collector), divide by that share.");
        } else {
            notes_.gap(
                pointer("clients", "/rate"), "rate",
                "1/s is a placeholder, since one request has none. Measure: the lines a second of "
                "an access log.");
        }
        node.put("rate", law.per_second > 0 ? rate_text(law.per_second) : "1/s");
        if (!law.arrivals.is_null()) node.put("arrivals", law.arrivals);
        node.put("calls", client_calls(counts));
        add_client_policies(node);
        nodes_.put("clients", std::move(node));
    }

    Json client_calls(const std::map<std::size_t, std::size_t>& counts) {
        if (counts.size() == 1) return names_.call(counts.begin()->first);
        Json::List calls;
        std::set<std::string> taken;
        for (const auto& [target, count] : counts) {
            Json call = Json::Object{};
            call.put("to", names_.call(target));
            // Results have the endpoint's name; where two have one, the node's as well.
            if (!taken.insert(names_.endpoint(target)).second) {
                call.put("name",
                         short_name(names_.node_of(target).name + "_" + names_.endpoint(target)));
            }
            call.put("weight", count);
            calls.push_back(std::move(call));
        }
        return calls;
    }

    // What is seen of those outside: that they try again, and how far away they are.
    void add_client_policies(Json& node) {
        const CallKind* retrying = nullptr;
        double beyond = 0;
        double calls = 0;
        for (std::size_t i = 0; i < profiles_.size(); ++i) {
            if (!outside_[i]) continue;
            for (const CallKind& each : profiles_[i].kinds) {
                if (each.most_attempts > 1) retrying = &each;
                beyond += each.beyond_ns.value_or(0) * static_cast<double>(each.calls);
                calls += static_cast<double>(each.calls);
            }
        }
        if (calls > 0 && beyond / calls > 2000) {
            notes_.note(pointer("clients", "/latency"),
                        "Half of what clients waited longer than they were served.");
            node.put("latency", short_duration(beyond / calls / 2 * 1e-9));
        }
        if (retrying != nullptr) node.put("policies", policies_of(*retrying));
    }

    // Nodes.

    void add_node(const TracedNode& node) {
        if (is_outside(node)) return;
        if (node.trade == NodeTrade::service) return add_service(node);
        Json peer = peer_node(node, {executions_, profiles_, names_, seconds_}, notes_, system_);
        if (!peer.is_null()) nodes_.put(node.name, std::move(peer));
    }

    void add_service(const TracedNode& node) {
        notes_.note(pointer(node.name), fmt::format("Service \"{}\".", node.service));
        Json endpoints = Json::Object{};
        double busy = 0;
        double in_flight = 0;
        for (const std::size_t target : node.targets) {
            const EndpointProfile* const known = profile(target);
            if (known == nullptr) continue;
            const double per_second = static_cast<double>(known->requests) / seconds_;
            busy += per_second * mean(known->own_seconds);
            in_flight += per_second * mean(known->seconds);
            endpoints.put(names_.endpoint(target), endpoint(node, *known));
        }
        const double replicas = add_replicas(node, busy);
        Json json = Json::Object{};
        json.put("kind", "server");
        json.put("replicas", static_cast<std::uint64_t>(replicas));
        const double cores = std::clamp(std::ceil(2 * busy / replicas), kLeastCores, kMostCores);
        notes_.gap(
            pointer(node.name, "/cores"), "cores",
            fmt::format("{:.0f} is a placeholder: {:.3g} are busy at this rate if all own time is "
                        "core time. Look at the container's limit, or nproc.",
                        cores, busy));
        json.put("cores", static_cast<std::uint64_t>(cores));
        const double threads = std::ceil(4 * in_flight / replicas);
        if (threads > kLeastThreads) {
            json.put("threads", static_cast<std::uint64_t>(std::min(threads, 1e6)));
        }
        notes_.gap(
            pointer(node.name, "/endpoints"), "own time",
            "all of it is taken as core time (work). What of it is waiting - for locks, disks, "
            "calls without spans - belongs into a wait step. Measure: a profiler, or the "
            "process' CPU seconds over its requests.");
        json.put("endpoints", std::move(endpoints));
        nodes_.put(node.name, std::move(json));
    }

    double add_replicas(const TracedNode& node, double busy) {
        const auto seen = executions_.instances.find(node.service);
        if (seen != executions_.instances.end() && !seen->second.empty()) {
            const std::size_t count = std::min<std::size_t>(seen->second.size(), 100'000);
            notes_.note(pointer(node.name, "/replicas"),
                        "As many instances as are named in the traces.");
            return static_cast<double>(count);
        }
        const double least = std::ceil(std::max(1.0, 2 * busy / kMostCores));
        notes_.gap(pointer(node.name, "/replicas"), "replicas",
                   "nothing names instances (service.instance.id): look at the deployment.");
        return std::min(least, 1e5);
    }

    Json endpoint(const TracedNode& node, const EndpointProfile& known) {
        const std::string at = pointer(node.name, "/endpoints/" + names_.endpoint(known.target));
        std::vector<double> sorted = known.seconds;
        std::ranges::sort(sorted);
        notes_.note(at, fmt::format("\"{}\": {} request{}; mean {}, p50 {}, p99 {} as recorded.",
                                    executions_.targets[known.target].name, known.requests,
                                    known.requests == 1 ? "" : "s", reports::brief(mean(sorted)),
                                    reports::brief(reports::sample_quantile(sorted, 0.5)),
                                    reports::brief(reports::sample_quantile(sorted, 0.99))));
        Json::List steps;
        for (NotedStep& each : steps_of(known, names_, refused_)) {
            const std::string own = fmt::format("{}/{}", at, steps.size());
            for (std::string& comment : each.comments) notes_.note(own, std::move(comment));
            steps.push_back(std::move(each.step));
        }
        return steps;
    }

    static double mean(const std::vector<double>& values) {
        double sum = 0;
        for (const double each : values) sum += each;
        return values.empty() ? 0 : sum / static_cast<double>(values.size());
    }

    Json expectations() {
        std::vector<double> sorted;
        double failed = 0;
        for (const Entry& each : entries_) {
            sorted.push_back(each.latency);
            failed += each.failed ? 1 : 0;
        }
        std::ranges::sort(sorted);
        const double good = 1 - failed / static_cast<double>(entries_.size());
        notes_.comments["/expect"] = {fmt::format(
            "What must hold; change it to what you promise. Of the requests from outside {:.4g}% "
            "succeeded, at a p50 of {} and a p99 of {}.",
            100 * good, reports::brief(reports::sample_quantile(sorted, 0.5)),
            reports::brief(reports::sample_quantile(sorted, 0.99)))};
        return Json::List{availability_kept(entries_.size(), static_cast<std::size_t>(failed))};
    }

    const Executions& executions_;
    System& system_;
    TraceNames names_;
    std::vector<EndpointProfile> profiles_;
    std::vector<bool> outside_;  // by profile
    std::map<std::size_t, std::size_t> profile_by_target_;
    std::vector<Entry> entries_;
    std::int64_t begin_ns_ = 0;
    double seconds_ = 0;
    RefusedCalls refused_;
    Json nodes_ = Json::Object{};
    Notes notes_;
};

}  // namespace

MadeScenario make_trace_scenario(RecordedSpans& spans, System& system, const std::string& name,
                                 const std::string& schema) {
    const Executions executions = executions_of(spans);
    TraceScenarioMaker maker(executions, system);
    MadeScenario made;
    if (maker.has_entries()) {
        made = maker.make(name, schema);
    } else {
        system.problems.add({{},
                             {},
                             "no request from outside is in it",
                             "a span without a parent is one; spate import --help says what is "
                             "read"});
    }
    for (const auto& [what, count] : spans.left_out) {
        const auto& [said, why] = what;
        system.leave_out(count.first, fmt::format("{} ({})", said, count.count), why);
    }
    return made;
}

}  // namespace tools::imports
