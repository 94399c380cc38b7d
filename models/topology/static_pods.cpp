#include "models/topology/static_pods.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "models/network/places.h"
#include "models/spec/json/nearest.h"

namespace models {

StaticPods::StaticPods(const Scenario& scenario) {
    for (const auto& [cluster, choice] : scenario.nodes) {
        const NodeKind& kind = Nodes::kind_of(choice);
        if (kind.machines == nullptr) continue;
        std::uint32_t first = 0;  // of the group's machines
        const std::string at = spec::pointer_to("/nodes", std::string_view(cluster)) + "/machines";
        const std::vector<MachineGroup>& groups = kind.machines(choice.any().spec());
        for (std::size_t number = 0; number < groups.size(); ++number) {
            const MachineGroup& group = groups[number];
            for (std::size_t i = 0; i < group.runs.size(); ++i) {
                const StaticPodSpec& pod = group.runs[i];
                const NodeChoice* const node = scenario.nodes.find(pod.node.node);
                if (node == nullptr) continue;
                const std::uint32_t count =
                    std::max<std::uint32_t>(1, Nodes::facts_of(*node).instances);
                const std::uint32_t begin = pod.instance.value_or(0);
                const std::uint32_t end = pod.instance ? begin + 1 : count;
                for (std::uint32_t each = begin; each < end; ++each) {
                    by_instance_.emplace(std::pair(pod.node.node, each), all_.size());
                    all_.push_back({pod.node.node, each, cluster,
                                    first + (each - begin) % group.count, &group, &pod,
                                    fmt::format("{}/{}/runs/{}", at, number, i)});
                }
            }
            first += group.count;
        }
    }
}

const StaticPodAt* StaticPods::find(const std::string& node, std::uint32_t instance) const {
    const auto found = by_instance_.find({node, instance});
    return found == by_instance_.end() ? nullptr : &all_[found->second];
}

std::size_t StaticPods::find_any(const std::string& node) const {
    const auto found = by_instance_.lower_bound({node, 0});
    return found == by_instance_.end() || found->first.first != node ? all_.size() : found->second;
}

namespace {

class StaticPodChecker {
public:
    StaticPodChecker(const Scenario& scenario, const spec::Json& document, spec::Problems& problems)
        : scenario_(scenario), document_(document), problems_(problems), pods_(scenario) {}

    void run() {
        std::set<const StaticPodSpec*> looked_at;
        for (const StaticPodAt& pod : pods_.all()) {
            if (looked_at.insert(pod.spec).second && !check_node(pod)) continue;
            if (pods_.find(pod.node, pod.instance) != &pod) {
                problem(pod.pointer + "/node",
                        fmt::format("{} runs on {} already", instance_name(pod.node, pod.instance),
                                    machine_of(*pods_.find(pod.node, pod.instance))),
                        "name each instance once: \"instance\" says which");
            }
        }
        if (problems_.empty()) check_memory();
    }

private:
    static std::string machine_of(const StaticPodAt& pod) {
        return instance_name(pod.cluster, pod.machine);
    }

    static bool can_be_hosted(const NodeFacts& facts) {
        return facts.suffers.has(Abilities::hosting()) && !facts.stand_in_callers;
    }

    bool check_node(const StaticPodAt& pod) {
        is_sound_ = true;
        const NodeChoice& choice = *scenario_.nodes.find(pod.node);
        const NodeFacts facts = Nodes::facts_of(choice);
        if (facts.is(Role::sends)) {
            check_client(pod);
        } else if (!can_be_hosted(facts)) {
            problem(pod.pointer + "/node",
                    fmt::format("\"{}\" ({}) cannot run on a machine of a cluster{}", pod.node,
                                choice.kind(),
                                facts.stand_in_callers ? ": it is part of its callers" : ""),
                    "these can: " + Nodes::kinds_that([](const NodeFacts& each) {
                        return each.is(Role::sends) || can_be_hosted(each);
                    }));
        } else {
            check_hosted(pod, facts);
        }
        if (scenario_.network && scenario_.network->placement.find(pod.node) != nullptr) {
            problem(pod.pointer + "/node",
                    fmt::format("\"{}\" is placed by the network already", pod.node),
                    "leave it out of its \"placement\": it stands where its machine does");
        }
        check_instance(pod, facts);
        return is_sound_;
    }

    void check_client(const StaticPodAt& pod) {
        if (!scenario_.network) {
            problem(pod.pointer + "/node",
                    fmt::format("\"{}\" sends requests, and there is no network: where it is "
                                "changes nothing",
                                pod.node),
                    "add a \"network\", or leave it out");
        } else if (pod.spec->memory || pod.spec->instance) {
            problem(pod.pointer + (pod.spec->memory ? "/memory" : "/instance"),
                    fmt::format("\"{}\" sends requests: it has a place here, and nothing else",
                                pod.node));
        }
    }

    void check_hosted(const StaticPodAt& pod, const NodeFacts& facts) {
        if (facts.cluster != nullptr) {
            problem(pod.pointer + "/node",
                    fmt::format("the pods of \"{}\" are scheduled on \"{}\" already", pod.node,
                                facts.cluster->node),
                    "leave its \"cluster\" out");
        } else if (facts.come_and_go) {
            problem(pod.pointer + "/node", fmt::format("instances of \"{}\" come and go", pod.node),
                    "have them scheduled: give it a \"cluster\"");
        } else if (facts.account_for_memory && pod.spec->memory) {
            problem(pod.pointer + "/memory",
                    fmt::format("\"{}\" has an account of its memory", pod.node),
                    "its \"base_memory\" and \"memory_per_request\" say what it uses");
        }
    }

    void check_instance(const StaticPodAt& pod, const NodeFacts& facts) {
        const std::string there = fmt::format("\"{}\" has {}", pod.node, facts.instances);
        if (facts.instances > 0 && pod.spec->instance && *pod.spec->instance >= facts.instances) {
            problem(pod.pointer + "/instance", fmt::format("there is no instance {}", pod.instance),
                    there + ", from 0");
        }
        if (facts.differences == nullptr) return;
        const InstanceDifference* const own = difference_of(*facts.differences, pod.instance);
        if (own == nullptr || !own->zone) return;
        problem(spec::pointer_to("/nodes", std::string_view(pod.node)) + "/instances",
                fmt::format("{} stands where its machine {} does",
                            instance_name(pod.node, pod.instance), machine_of(pod)),
                "leave its \"zone\" out");
    }

    // What is known before a run: a server's memory follows from its requests.
    void check_memory() {
        std::map<std::pair<std::string, std::uint32_t>, std::uint64_t> used;
        for (const StaticPodAt& pod : pods_.all()) {
            if (!pod.spec->memory) continue;
            std::uint64_t& sum = used[{pod.cluster, pod.machine}];
            sum += pod.spec->memory->count;
            if (sum <= pod.group->memory.count) continue;
            problem(
                pod.pointer + "/memory",
                fmt::format("{} does not fit: it takes {}, and {} of {} are taken on {}",
                            instance_name(pod.node, pod.instance), spec::text_of(*pod.spec->memory),
                            spec::text_of(sim::Bytes{sum - pod.spec->memory->count}),
                            spec::text_of(pod.group->memory), machine_of(pod)),
                "give the machine more \"memory\", or run it elsewhere");
            return;
        }
    }

    void problem(const std::string& pointer, std::string message, std::string hint = {}) {
        is_sound_ = false;
        problems_.add({spec::nearest_place(document_, pointer), pointer, std::move(message),
                       std::move(hint)});
    }

    const Scenario& scenario_;
    const spec::Json& document_;
    spec::Problems& problems_;
    StaticPods pods_;
    bool is_sound_ = true;  // whatever was looked at last
};

}  // namespace

void check_static_pods(const Scenario& scenario, const spec::Json& document,
                       spec::Problems& problems) {
    StaticPodChecker(scenario, document, problems).run();
}

}  // namespace models
