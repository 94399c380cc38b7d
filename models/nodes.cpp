#include "models/nodes.h"

#include "models/node_list.h"

namespace models {

const Nodes::List& Nodes::list() {
    static const List list = list_of(NodeList());
    return list;
}

PartInGraph Nodes::part_of(const NodeChoice& choice) {
    PartInGraph part;
    visit(NodeList(), choice, [&](const auto& spec) {
        if constexpr (requires { spec.instance_count(); }) {
            part.answers_calls = true;
            part.instances = spec.instance_count();
            part.suffers = spec.suffers();
            part.endpoints = spec.endpoint_names();
        }
        if constexpr (requires { spec.zone_names(); }) part.zones = spec.zone_names();
        if constexpr (requires { spec.roles(); }) part.roles = spec.roles();
        if constexpr (requires { spec.no_transactions(); }) {
            part.no_transactions = spec.no_transactions();
        }
        if constexpr (requires { spec.reads_content(); }) part.reads_content = spec.reads_content();
        if constexpr (requires { spec.protocol; })
            part.speaks_http = spec.protocol == Protocol::http;
        if constexpr (requires { spec.population; }) {
            for (const auto& [name, each] : spec.population.segments) part.segments.push_back(name);
            for (const auto& [name, each] : spec.population.locales) part.locales.push_back(name);
        }
        if constexpr (requires { spec.rules; }) part.rules = &spec.rules;
        if constexpr (requires { spec.audiences(); }) part.audiences = spec.audiences();
        part.first_answers = requires {
            spec.endpoints;
        };
        if constexpr (std::is_same_v<std::remove_cvref_t<decltype(spec)>, Cluster::Spec>) {
            part.machines = &spec.machines;
        }
        if constexpr (requires { spec.cluster; }) {
            if (spec.cluster) {
                part.cluster = &*spec.cluster;
                part.pods = spec.pods();
            }
        }
        if constexpr (requires { spec.talks_among_itself(); }) {
            part.talks_among_itself = spec.talks_among_itself();
        }
        if constexpr (requires { spec.members; }) part.members = &spec.members;
        if constexpr (requires { spec.also_evicts; }) {
            part.is_cache = true;
            part.evicts = &spec.also_evicts;
        }
        if constexpr (requires { spec.of; }) {
            part.answers_calls = true;
            part.of = &spec.of;
            if constexpr (requires { spec.replicas; }) part.balancers = spec.replicas;
        }
    });
    return part;
}

}  // namespace models
