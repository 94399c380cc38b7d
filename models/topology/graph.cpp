#include "models/topology/graph.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/strong_components.hpp>
#include <map>
#include <set>

#include "models/clusters/cluster.h"
#include "models/pools/routes.h"
#include "models/spec/nearest.h"
#include "models/spec/spec.h"
#include "models/topology/links.h"
#include "models/topology/sources.h"

namespace models {

namespace {

using Digraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

struct NodeEdge {
    std::size_t from;
    std::size_t to;
    spec::Edge edge;
    std::string pointer;
};

class Checker {
public:
    Checker(const Scenario& scenario, const spec::Json& document, spec::Problems& problems)
        : scenario_(scenario), document_(document), problems_(problems) {
        for (const auto& [name, choice] : scenario.nodes) {
            index_.emplace(name, names_.size());
            names_.push_back(name);
            parts_.push_back(Nodes::part_of(choice));
        }
        for (std::size_t node = 0; node < parts_.size(); ++node) {
            for (const std::string& each : parts_[node].endpoints) endpoints_.emplace(node, each);
        }
    }

    std::vector<std::string> run() {
        collect();
        if (!problems_.empty()) return {};
        find_cycles();
        if (!problems_.empty()) return {};
        find_unreachable();
        find_absent();
        find_single_points();
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
        check_clients();
        check_rules();
    }

    void add(std::size_t from, const spec::Reference& reference) {
        const auto to = find(reference);
        if (!to) return;
        if (!parts_[*to].answers_calls) {
            problem(reference.pointer,
                    fmt::format("\"{}\" sends requests, it does not answer any", names_[*to]));
            return;
        }
        if (!check_cluster(from, *to, reference)) return;
        if (parts_[from].of == &reference.ref && parts_[*to].instances == 0) {
            problem(reference.pointer,
                    fmt::format("\"{}\" has no instances to balance over", names_[*to]));
        }
        check_views(from, *to, reference);
        check_transaction(*to, reference);
        check_eviction(from, *to, reference);
        check_endpoint(from, *to, reference);
        check_protocol(from, *to, reference);
        links_.push_back({from, *to, reference.edge, reference.pointer});
    }

    // A pooler of connections passes on to a database.
    void check_transaction(std::size_t to, const spec::Reference& reference) {
        if (reference.edge != spec::Edge::kTransaction) return;
        for (const std::size_t node : with_those_behind(to)) {
            const std::string_view why = parts_[node].no_transactions;
            if (why.empty()) continue;
            return problem(reference.pointer, fmt::format("\"{}\" {}", names_[node], why),
                           "begin it at a database, or a pgbouncer that pools by transaction");
        }
    }

    // Only a cache has anything to evict.
    void check_eviction(std::size_t from, std::size_t to, const spec::Reference& reference) {
        const std::vector<spec::MentionRef>* const evicts = parts_[from].evicts;
        if (evicts == nullptr || parts_[to].is_cache) return;
        const bool is_among = std::ranges::any_of(
            *evicts, [&](const spec::MentionRef& each) { return &reference.ref == &each; });
        if (!is_among) return;
        std::vector<std::string> caches;
        for (std::size_t node = 0; node < names_.size(); ++node) {
            if (parts_[node].is_cache && node != from) caches.push_back(names_[node]);
        }
        problem(reference.pointer,
                fmt::format("\"{}\" is no cache: there is nothing to evict", names_[to]),
                caches.empty() ? "there is no other cache" : suggestion(names_[to], caches));
    }

    // Instances are placed on the machines of a cluster, and nobody calls those.
    bool check_cluster(std::size_t from, std::size_t to, const spec::Reference& reference) {
        if (parts_[from].cluster != &reference.ref) {
            const bool calls = reference.edge != spec::Edge::kMention;
            if (!calls || parts_[to].machines == nullptr) return true;
            problem(reference.pointer,
                    fmt::format("\"{}\" is a cluster: its machines answer no requests", names_[to]),
                    "call a server whose instances are placed there");
            return false;
        }
        if (parts_[to].machines != nullptr) {
            check_room(from, to);
            return true;
        }
        std::vector<std::string> clusters;
        for (std::size_t node = 0; node < names_.size(); ++node) {
            if (parts_[node].machines != nullptr) clusters.push_back(names_[node]);
        }
        problem(reference.pointer,
                fmt::format("\"{}\" is no cluster that instances could be placed on", names_[to]),
                clusters.empty() ? "add a node {\"kind\": \"cluster\", \"machines\": [...]}"
                                 : suggestion(names_[to], clusters));
        return false;
    }

    // One that no group lets in would wait for ever, too.
    bool check_rules(std::size_t from, std::size_t to) {
        const PodRules& rules = parts_[from].pods.front().rules;
        const auto allows = [](const PodRules& some) {
            return [&some](const MachineGroup& group) { return some.allow(group); };
        };
        const std::vector<MachineGroup>& groups = *parts_[to].machines;
        if (std::ranges::any_of(groups, allows(rules))) return true;
        PodRules tolerant = rules;
        for (const MachineGroup& group : groups) {
            tolerant.tolerations.insert(tolerant.tolerations.end(), group.taints.begin(),
                                        group.taints.end());
        }
        const bool has_labels = std::ranges::any_of(groups, allows(tolerant));
        problem(spec::pointer_to("/nodes", std::string_view(names_[from])) +
                    (has_labels ? (rules.tolerations.empty() ? "/cluster" : "/tolerations")
                                : "/node_selector"),
                has_labels
                    ? fmt::format("each machine of \"{}\" that it may be placed on has a taint "
                                  "that it does not tolerate",
                                  names_[to])
                    : fmt::format("no machine of \"{}\" has all of these labels", names_[to]),
                has_labels ? "add the taint to its \"tolerations\""
                           : "add them to the \"labels\" of a group of machines; its zone is the "
                             "label \"zone=...\"");
        return false;
    }

    // A pod that is larger than every machine would wait for ever.
    void check_room(std::size_t from, std::size_t to) {
        if (!check_rules(from, to)) return;
        for (const PodInGraph& pod : parts_[from].pods) {
            const auto is_some = [&](auto fits) {
                return std::ranges::any_of(*parts_[to].machines, [&](const MachineGroup& group) {
                    return pod.rules.allow(group) && fits(group);
                });
            };
            const bool fits = is_some([&](const MachineGroup& group) {
                return group.cpu >= pod.cpu && group.memory >= pod.memory;
            });
            if (fits) continue;
            const bool has_cores =
                is_some([&](const MachineGroup& group) { return group.cpu >= pod.cpu; });
            const std::string where = std::ranges::all_of(*parts_[to].machines,
                                                          [&](const MachineGroup& group) {
                                                              return pod.rules.allow(group);
                                                          })
                                          ? ""
                                          : " that its node_selector and tolerations allow";
            problem(
                spec::pointer_to("/nodes", std::string_view(names_[from])) +
                    (has_cores ? pod.memory_pointer : pod.cpu_pointer),
                fmt::format("an instance asks for {} cores and {}, and no machine of \"{}\"{} has "
                            "both: it would never find a place",
                            spec::text_of(pod.cpu), spec::text_of(pod.memory), names_[to], where),
                fmt::format(
                    "ask for less with cpu_request and memory_request, or give \"{}\" larger "
                    "machines (cpu, memory)",
                    names_[to]));
            return;
        }
    }

    // A node, and what stands behind it when it is a pool. Pools in a circle are found later.
    std::vector<std::size_t> with_those_behind(std::size_t node) const {
        std::vector<std::size_t> nodes{node};
        while (parts_[nodes.back()].of != nullptr && nodes.size() <= names_.size()) {
            const auto found = index_.find(parts_[nodes.back()].of->node);
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
        if (parts_[from].of != &reference.ref) return;
        const std::uint64_t views = parts_[from].balancers * parts_[to].instances;
        if (views > kMost) {
            problem(reference.pointer,
                    fmt::format("{} balancers with {} targets each are more than a run can hold",
                                parts_[from].balancers, parts_[to].instances),
                    "fewer replicas of the pool will do");
        }
    }

    void check_endpoint(std::size_t from, std::size_t to, const spec::Reference& reference) {
        const std::string& endpoint = reference.ref.endpoint;
        if (endpoint.empty()) return warn_of_first(from, to, reference);
        const bool is_known = std::ranges::any_of(with_those_behind(to), [&](std::size_t node) {
            return endpoints_.contains({node, endpoint});
        });
        if (is_known) return;
        problem(reference.pointer,
                fmt::format("\"{}\" has no endpoint \"{}\"", names_[to], endpoint),
                suggestion(endpoint, endpoints_of(to)));
    }

    // Whoever passes calls on passes on what was asked for; anybody else asks for the first.
    void warn_of_first(std::size_t from, std::size_t to, const spec::Reference& reference) {
        const bool asks = reference.edge != spec::Edge::kMention &&
                          (parts_[from].first_answers || !parts_[from].answers_calls);
        const std::size_t node = with_those_behind(to).back();
        const PartInGraph& part = parts_[node];
        if (!asks || !part.first_answers || part.endpoints.size() < 2) return;
        warnings_.push_back(
            fmt::format("\"{}\" has {} endpoints, and \"{}\" names none: it gets \"{}\", the first",
                        names_[node], part.endpoints.size(), names_[from], part.endpoints.front()));
    }

    void check_protocol(std::size_t from, std::size_t to, const spec::Reference& reference) {
        if (parts_[from].speaks_http || !parts_[to].reads_content) return;
        problem(reference.pointer,
                fmt::format("\"{}\" does not speak http, and \"{}\" balances by what it reads",
                            names_[from], names_[to]),
                fmt::format("balance at layer 4: \"layer\": \"l4\" for \"{}\"", names_[to]));
    }

    void check_clients() {
        const bool sends = std::ranges::any_of(
            parts_, [](const PartInGraph& part) { return !part.answers_calls; });
        if (!sends) {
            problem("/nodes", "nobody sends requests",
                    "add a client, such as {\"kind\": \"open_loop\", \"rate\": \"100/s\", "
                    "\"calls\": ...}");
        }
    }

    // Rules and branches tell users apart by names that some client gives its users.
    void check_rules() {
        const Words segments = words_of("segment", &PartInGraph::segments);
        const Words locales = words_of("locale", &PartInGraph::locales);
        for (std::size_t node = 0; node < parts_.size(); ++node) {
            for (const Audience& audience : parts_[node].audiences) {
                check_words(
                    spec::pointer_to("/nodes", std::string_view(names_[node])) + audience.pointer,
                    *audience.segments, segments);
            }
            if (parts_[node].rules == nullptr) continue;
            for (std::size_t rule = 0; rule < parts_[node].rules->size(); ++rule) {
                const RuleSpec& spec = (*parts_[node].rules)[rule];
                const std::string at =
                    fmt::format("{}/rules/{}",
                                spec::pointer_to("/nodes", std::string_view(names_[node])), rule);
                check_words(at + "/segments", spec.segments, segments);
                check_words(at + "/locales", spec.locales, locales);
            }
        }
    }

    struct Words {
        std::string_view what;
        std::vector<std::string> all;
        std::set<std::string_view> known;
    };

    Words words_of(std::string_view what, std::vector<std::string> PartInGraph::*of_clients) const {
        Words words{what, {}, {}};
        for (const PartInGraph& part : parts_) {
            const std::vector<std::string>& more = part.*of_clients;
            words.all.insert(words.all.end(), more.begin(), more.end());
            words.known.insert(more.begin(), more.end());
        }
        return words;
    }

    void check_words(const std::string& pointer, const std::vector<std::string>& words,
                     const Words& of_clients) {
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (of_clients.known.contains(words[i])) continue;
            problem(fmt::format("{}/{}", pointer, i),
                    fmt::format("no client has a {} \"{}\"", of_clients.what, words[i]),
                    of_clients.all.empty()
                        ? fmt::format("give a client's population {}s", of_clients.what)
                        : suggestion(words[i], of_clients.all));
        }
    }

    std::optional<std::size_t> find(const spec::Reference& reference) {
        const auto found = index_.find(reference.ref.node);
        if (found != index_.end()) return found->second;
        problem(reference.pointer, fmt::format("there is no node \"{}\"", reference.ref.node),
                suggestion(reference.ref.node, names_));
        return std::nullopt;
    }

    // The nearest of many is only looked for where somebody will read it.
    std::string suggestion(const std::string& wrong, const std::vector<std::string>& known) const {
        if (!problems_.has_room()) return {};
        const std::vector<std::string_view> views(known.begin(), known.end());
        return spec::did_you_mean(wrong, views, "there are:");
    }

    void problem(const std::string& pointer, std::string message, std::string hint = {}) {
        spec::Place place;
        if (problems_.has_room()) place = spec::nearest_place(document_, pointer);
        problems_.add({place, pointer, std::move(message), std::move(hint)});
    }

    // Calls that wait for each other in a circle would wait for ever.
    void find_cycles() {
        Digraph graph(names_.size());
        for (const NodeEdge& link : links_) {
            if (link.edge == spec::Edge::kCall) boost::add_edge(link.from, link.to, graph);
        }
        std::vector<std::size_t> component(names_.size());
        const auto count = boost::strong_components(graph, component.data());
        std::vector<const NodeEdge*> inside(static_cast<std::size_t>(count), nullptr);
        for (const NodeEdge& link : links_) {
            const bool is_inside = component[link.from] == component[link.to];
            const NodeEdge*& first = inside[component[link.from]];
            if (is_inside && link.edge == spec::Edge::kCall && first == nullptr) first = &link;
        }
        std::vector<std::string> members(inside.size());
        for (std::size_t node = 0; node < names_.size(); ++node) {
            if (inside[component[node]] == nullptr) continue;
            std::string& text = members[component[node]];
            text += text.empty() ? names_[node] : ", " + names_[node];
        }
        for (std::size_t each = 0; each < inside.size(); ++each) {
            if (inside[each] != nullptr) report_cycle(*inside[each], members[each]);
        }
    }

    void report_cycle(const NodeEdge& first, const std::string& members) {
        problem(first.pointer,
                fmt::format("calls go round in a circle and wait for each other: {}", members),
                "remove one of the calls");
    }

    void find_unreachable() {
        Digraph graph(names_.size() + 1);
        const std::size_t users = names_.size();
        for (const NodeEdge& link : links_) boost::add_edge(link.from, link.to, graph);
        for (std::size_t node = 0; node < names_.size(); ++node) {
            if (!parts_[node].answers_calls) boost::add_edge(users, node, graph);
        }
        std::vector<boost::default_color_type> colors(names_.size() + 1);
        boost::breadth_first_search(graph, users,
                                    boost::color_map(boost::make_iterator_property_map(
                                        colors.begin(), boost::get(boost::vertex_index, graph))));
        for (std::size_t node = 0; node < names_.size(); ++node) {
            reached_.push_back(colors[node] != boost::white_color);
            if (!reached_.back()) {
                warnings_.push_back(fmt::format("no request ever reaches \"{}\"", names_[node]));
            }
        }
    }

    // Targets that a pool lists and nobody starts.
    void find_absent() {
        for (std::size_t node = 0; node < names_.size(); ++node) {
            if (parts_[node].members == nullptr) continue;
            const std::vector<std::string>& members = *parts_[node].members;
            const std::size_t there = parts_[index_.find(parts_[node].of->node)->second].instances;
            for (std::size_t i = there; i < members.size(); ++i) {
                warnings_.push_back(
                    fmt::format("\"{}\" has no instances, but \"{}\" sends it requests", members[i],
                                names_[node]));
            }
        }
    }

    // One instance that everything behind some client has to pass, or a node with one instance.
    void find_single_points() {
        constexpr std::size_t kNamed = 10;
        SourcedGraph graph;
        for (const NodeEdge& link : links_) graph.links.emplace_back(link.from, link.to);
        for (const PartInGraph& part : parts_) graph.is_source.push_back(!part.answers_calls);
        const std::vector<Sources> clients = sources_of(graph, kNamed);
        for (std::size_t node = 0; node < names_.size(); ++node) {
            if (!reached_[node] || parts_[node].instances != 1) continue;
            warnings_.push_back(
                fmt::format("\"{}\" is a single point of failure: one instance, and {} on it",
                            names_[node], depend(clients[node])));
        }
    }

    std::string depend(const Sources& clients) const {
        std::string text;
        for (const std::size_t node : clients.first) {
            text += text.empty() ? names_[node] : ", " + names_[node];
        }
        if (clients.has_others) text += " and others";
        return text + (clients.first.size() == 1 && !clients.has_others ? " depends" : " depend");
    }

    const Scenario& scenario_;
    const spec::Json& document_;
    spec::Problems& problems_;
    std::vector<std::string> names_;
    std::map<std::string, std::size_t, std::less<>> index_;
    std::vector<PartInGraph> parts_;
    std::set<std::pair<std::size_t, std::string_view>> endpoints_;  // of each node
    std::vector<NodeEdge> links_;
    std::vector<bool> reached_;
    std::vector<std::string> warnings_;
};

}  // namespace

std::vector<std::string> check_graph(const Scenario& scenario, const spec::Json& document,
                                     spec::Problems& problems) {
    return Checker(scenario, document, problems).run();
}

}  // namespace models
