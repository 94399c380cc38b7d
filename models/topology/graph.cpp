#include "models/topology/graph.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "models/clients/client_spec.h"
#include "models/path_pattern.h"
#include "models/spec/declaration/spec.h"
#include "models/topology/audience_check.h"
#include "models/topology/document_problems.h"
#include "models/topology/graph_shape.h"
#include "models/topology/links.h"
#include "models/topology/mention_check.h"
#include "models/topology/outbox_graph.h"
#include "models/topology/publishing_check.h"
#include "models/topology/target_check.h"
#include "models/topology/topic_graph.h"

namespace models {

namespace {

constexpr auto sends = [](const NodeFacts& each) { return each.is(Role::sends); };

class Checker {
public:
    Checker(const Scenario& scenario, const spec::Json& document, spec::Problems& problems)
        : scenario_(scenario), problems_(document, problems) {
        for (const auto& [name, choice] : scenario.nodes) {
            index_.emplace(name, names_.size());
            names_.push_back(name);
            parts_.push_back(Nodes::facts_of(choice));
        }
        for (std::size_t node = 0; node < parts_.size(); ++node) {
            for (const std::string& each : parts_[node].endpoints) endpoints_.emplace(node, each);
        }
    }

    std::vector<std::string> run() {
        collect();
        if (!problems_.empty()) return {};
        GraphShape shape({names_, parts_, links_});
        find_cycles(shape);
        if (!problems_.empty()) return {};
        warn(shape.unreachable());
        find_absent();
        warn(shape.single_points());
        return std::move(warnings_);
    }

private:
    void collect() {
        for_each_reference(scenario_, [&](std::size_t from, const spec::Reference& reference) {
            add(from, reference);
        });
        spec::visit(
            scenario_.run, [&](const spec::Reference& reference) { (void)find(reference); },
            "/run");
        topics_.check(problems_);
        outboxes_.check(problems_);
        check_clients();
        check_audiences(names_, parts_, problems_);
        if (problems_.empty()) check_mentions(names_, parts_, problems_);
    }

    void add(std::size_t from, const spec::Reference& reference) {
        const auto to = find(reference);
        if (!to) return;
        if (parts_[from].is(Role::hosts)) return add_host(from, *to, reference);
        const bool is_looked_at =
            reference.edge == spec::Edge::kMention && !parts_[*to].is(Role::sends);
        const bool is_called = parts_[*to].is(Role::answers) || parts_[*to].is(Role::hosts);
        if (const auto unfit = unfit_for_changes(reference, names_[*to], parts_[*to])) {
            return problems_.add(reference.pointer, unfit->message, unfit->hint);
        }
        if (reference.edge == spec::Edge::kOutbox) return add_row(from, *to, reference);
        if (parts_[*to].is_registry && !is_looked_at) {
            problems_.add(
                reference.pointer,
                fmt::format("\"{}\" is a service registry: it answers no calls", names_[*to]),
                fmt::format("call a pool that has \"registry\": \"{}\"", names_[*to]));
            return;
        }
        if (!is_called && !is_looked_at) {
            problems_.add(
                reference.pointer,
                fmt::format("\"{}\" {}, it does not answer any", names_[*to],
                            parts_[*to].is(Role::sends) ? "sends requests" : "makes calls"));
            return;
        }
        if (!targets_.check_cluster(from, *to, reference)) return;
        const Passes passes = parts_[from].passes(reference.pointer);
        if (passes == Passes::subscriptions && !targets_.check_registry(*to, reference)) return;
        if (passes == Passes::to_instances && parts_[*to].instances == 0) {
            problems_.add(reference.pointer,
                          fmt::format("\"{}\" has no instances to balance over", names_[*to]));
        }
        if (passes == Passes::to_instances) check_views(from, *to, reference);
        add_transaction(*to, reference);
        targets_.check_worker(from, *to, reference);
        targets_.check_lock(*to, reference);
        if (!targets_.check_topics(*to, reference)) return;
        if (!targets_.check_reader(from, *to, reference)) return;
        if (passes == Passes::evictions) targets_.check_eviction(from, *to, reference);
        check_endpoint(from, *to, reference);
        check_protocol(from, *to, reference);
        if (reference.edge == spec::Edge::kPublish) {
            check_publishing(parts_[*to], reference, problems_);
            topics_.publishes(reference);
        }
        const bool is_handler = parts_[from].is(Role::reads) && passes == Passes::to_instances;
        if (is_handler) topics_.handles(names_[from], reference);
        if (reference.edge == spec::Edge::kConsume) {
            // Records go from the topic to its reader, and nobody waits for that.
            topics_.reads(names_[from], reference);
            return links_.push_back({*to, from, reference.edge, reference.pointer, true});
        }
        if (reference.edge == spec::Edge::kTake) {
            topics_.takes(reference);
            return links_.push_back({*to, from, reference.edge, reference.pointer, true});
        }
        const bool follows =
            reference.edge == spec::Edge::kFollow || reference.edge == spec::Edge::kTail;
        if (follows) return add_follower(from, *to, reference);
        // Who has subscribed to a registry goes by what it was told last.
        const bool is_survivable =
            passes == Passes::subscriptions || reference.around.is_survivable.value_or(false);
        links_.push_back({from, *to, reference.edge, reference.pointer, is_survivable});
    }

    // What is committed goes to who follows it, and nobody waits for that.
    void add_follower(std::size_t from, std::size_t to, const spec::Reference& reference) {
        if (parts_[from].is(Role::relays)) {
            outboxes_.relays(names_[from], reference, parts_[from].only_items);
        }
        links_.push_back({to, from, reference.edge, reference.pointer, true});
    }
    void add_row(std::size_t from, std::size_t to, const spec::Reference& reference) {
        outboxes_.inserts(reference);
        links_.push_back({from, to, reference.edge, reference.pointer, true});
    }
    // A pooler of connections passes on to a database.
    void add_transaction(std::size_t to, const spec::Reference& reference) {
        if (reference.edge != spec::Edge::kTransaction) return;
        const std::vector<std::size_t> reached = with_those_behind(to);
        std::vector<std::string> reaches;
        for (const std::size_t node : reached) reaches.emplace_back(names_[node]);
        outboxes_.transaction(reference, std::move(reaches));
        targets_.check_transaction(reached, reference);
    }

    // Who runs on a machine depends on it: wholly, when all of its instances run there.
    void add_host(std::size_t host, std::size_t node, const spec::Reference& reference) {
        if (!reference.ref.endpoint.empty()) {
            return problems_.add(reference.pointer, "a node runs there with all of its endpoints",
                                 fmt::format("write \"{}\"", names_[node]));
        }
        const bool is_part =
            parts_[node].instances > 1 && reference.around.is_survivable.value_or(false);
        links_.push_back({node, host, reference.edge, reference.pointer, is_part});
    }

    // A node, and what it passes calls to as they came. Pools in a circle are found later.
    std::vector<std::size_t> with_those_behind(std::size_t node) const {
        std::vector<std::size_t> nodes{node};
        while (parts_[nodes.back()].behind != nullptr && nodes.size() <= names_.size()) {
            const auto found = index_.find(parts_[nodes.back()].behind->node);
            if (found == index_.end()) break;
            nodes.push_back(found->second);
        }
        return nodes;
    }

    // A pool answers for what stands behind it, and for the paths of its rules.
    std::vector<std::string> endpoints_of(std::size_t node) const {
        std::vector<std::string> known;
        for (const std::size_t each : with_those_behind(node)) {
            const std::vector<std::string>& more = parts_[each].endpoints;
            known.insert(known.end(), more.begin(), more.end());
        }
        return known;
    }

    // Every balancer of a pool keeps something for every target.
    void check_views(std::size_t from, std::size_t to, const spec::Reference& reference) {
        constexpr std::uint64_t kMost = 1'000'000;
        const std::uint64_t views = parts_[from].balancers * parts_[to].instances;
        if (views > kMost) {
            problems_.add(
                reference.pointer,
                fmt::format("{} balancers with {} targets each are more than a run can hold",
                            parts_[from].balancers, parts_[to].instances),
                "fewer replicas of the pool will do");
        }
    }

    void check_endpoint(std::size_t from, std::size_t to, const spec::Reference& reference) {
        const std::string& endpoint = reference.ref.endpoint;
        if (endpoint.empty()) return warn_of_first(from, to, reference);
        const bool is_known = std::ranges::any_of(with_those_behind(to), [&](std::size_t node) {
            return endpoints_.contains({node, endpoint}) || is_routed(node, endpoint);
        });
        if (is_known) return check_others_behind(to, reference);
        problems_.add(reference.pointer,
                      fmt::format("\"{}\" has no endpoint \"{}\"", names_[to], endpoint),
                      problems_.suggestion(endpoint, endpoints_of(to)));
    }

    // By a gateway: some path fits, and for others it has an answer, too.
    bool is_routed(std::size_t node, const std::string& path) {
        const std::vector<std::string>& patterns = parts_[node].endpoints;
        if (std::ranges::find(patterns, kUnroutedPath) == patterns.end()) return false;
        const auto first = std::ranges::find_if(
            patterns, [&](const std::string& each) { return paths::fits(each, path); });
        if (first == patterns.end()) return false;
        if (*first == kUnroutedPath) {
            warnings_.push_back(
                fmt::format("\"{}\" has no route for \"{}\": it answers 404", names_[node], path));
        }
        return true;
    }

    // All that a name stands for have the endpoint, but those for which it names one of its own.
    void check_others_behind(std::size_t to, const spec::Reference& reference) {
        const std::string& endpoint = reference.ref.endpoint;
        for (const spec::NodeRef& other : parts_[to].others_behind) {
            const auto found = index_.find(other.node);
            if (found == index_.end() || !other.endpoint.empty()) continue;
            const std::vector<std::string> known = endpoints_of(found->second);
            if (std::ranges::find(known, endpoint) != known.end()) continue;
            problems_.add(reference.pointer,
                          fmt::format("\"{}\" stands for \"{}\", too, which has no endpoint "
                                      "\"{}\"",
                                      names_[to], other.node, endpoint),
                          problems_.suggestion(endpoint, known));
        }
    }

    // Whoever passes calls on passes on what was asked for; anybody else asks for the first.
    void warn_of_first(std::size_t from, std::size_t to, const spec::Reference& reference) {
        const bool asks = reference.edge != spec::Edge::kMention &&
                          parts_[from].passes(reference.pointer) == Passes::own;
        const std::size_t node = with_those_behind(to).back();
        const NodeFacts& part = parts_[node];
        if (!asks || !part.first_answers || part.endpoints.size() < 2) return;
        warnings_.push_back(
            fmt::format("\"{}\" has {} endpoints, and \"{}\" names none: it gets \"{}\", the first",
                        names_[node], part.endpoints.size(), names_[from], part.endpoints.front()));
    }

    void check_protocol(std::size_t from, std::size_t to, const spec::Reference& reference) {
        const ClientSpec* const client = parts_[from].client;
        const bool speaks_http = client == nullptr || client->protocol == Protocol::http;
        if (speaks_http || !parts_[to].reads_content) return;
        problems_.add(
            reference.pointer,
            fmt::format("\"{}\" does not speak http, and \"{}\" balances by what it reads",
                        names_[from], names_[to]),
            fmt::format("balance at layer 4: \"layer\": \"l4\" for \"{}\"", names_[to]));
    }

    void check_clients() {
        if (std::ranges::any_of(parts_, sends)) return;
        problems_.add("/nodes", "nobody sends requests",
                      "add a client: " + Nodes::kinds_that(sends));
    }

    std::optional<std::size_t> find(const spec::Reference& reference) {
        const auto found = index_.find(reference.ref.node);
        if (found != index_.end()) return found->second;
        problems_.add(reference.pointer, fmt::format("there is no node \"{}\"", reference.ref.node),
                      problems_.suggestion(reference.ref.node, names_));
        return std::nullopt;
    }

    void find_cycles(const GraphShape& shape) {
        for (const GraphShape::Cycle& cycle : shape.cycles()) {
            problems_.add(cycle.first->pointer,
                          fmt::format("calls go round in a circle and wait for each other: {}",
                                      cycle.members),
                          "remove one of the calls");
        }
    }

    void warn(std::vector<std::string> warnings) {
        for (std::string& each : warnings) warnings_.push_back(std::move(each));
    }

    // Targets that a pool lists or has a weight for, and nobody starts.
    void find_absent() {
        for (std::size_t node = 0; node < names_.size(); ++node) {
            if (parts_[node].members == nullptr) continue;
            const std::vector<std::string>& members = *parts_[node].members;
            const std::string& behind = parts_[node].behind->node;
            const std::size_t there = parts_[index_.find(behind)->second].instances;
            const std::size_t targets = std::max(members.size(), there);
            if (parts_[node].weights > targets) {
                warnings_.push_back(
                    fmt::format("\"{}\" has {} weights for {} targets: \"{}\" has "
                                "no more instances",
                                names_[node], parts_[node].weights, targets, behind));
            }
            for (std::size_t i = there; i < members.size(); ++i) {
                warnings_.push_back(
                    fmt::format("\"{}\" has no instances, but \"{}\" sends it requests", members[i],
                                names_[node]));
            }
        }
    }

    const Scenario& scenario_;
    DocumentProblems problems_;
    std::vector<std::string> names_;
    std::map<std::string, std::size_t, std::less<>> index_;
    std::vector<NodeFacts> parts_;
    TargetCheck targets_{names_, parts_, problems_};
    std::set<std::pair<std::size_t, std::string_view>> endpoints_;  // of each node
    std::vector<NodeEdge> links_;
    TopicGraph topics_;
    OutboxGraph outboxes_;
    std::vector<std::string> warnings_;
};

}  // namespace

std::vector<std::string> check_graph(const Scenario& scenario, const spec::Json& document,
                                     spec::Problems& problems) {
    return Checker(scenario, document, problems).run();
}

}  // namespace models
