#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "models/calls/policy.h"
#include "models/nodes.h"
#include "models/spec/declaration/spec.h"

namespace {

std::string_view first_of(std::string_view pointer) {
    pointer.remove_prefix(1);
    return pointer.substr(0, pointer.find('/'));
}

bool is_parameter(const models::NodeKind& kind, std::string_view name) {
    return std::ranges::count(kind.spec.parameters(), name, &models::spec::Parameter::name) == 1;
}

}  // namespace

TEST_CASE("whatever a node refers to is an edge that its kind declares") {
    std::uint64_t bits = 7;  // splitmix64
    const auto next = [&] {
        std::uint64_t z = bits += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    };
    models::spec::Random random(next, [](models::spec::Edge) {
        return models::spec::NodeRef{"some", ""};
    });
    for (int i = 0; i < 600; ++i) {
        const auto choice = models::spec::random_value<models::NodeChoice>(random);
        const models::NodeKind& kind = models::Nodes::kind_of(choice);
        models::spec::visit(choice, [&](const models::spec::Reference& reference) {
            const std::string_view parameter = first_of(reference.pointer);
            CHECK_MESSAGE(
                std::ranges::count(kind.edges, parameter, &models::EdgeRow::parameter) == 1,
                kind.spec.name, ".", parameter);
        });
    }
}

TEST_CASE("edges are parameters of their kind") {
    for (const auto& choice : models::Nodes::each()) {
        const models::NodeKind& kind = models::Nodes::kind_of(choice);
        CAPTURE(kind.spec.name);
        for (const models::EdgeRow& edge : kind.edges) CHECK(is_parameter(kind, edge.parameter));
    }
}

TEST_CASE("a kind has a part: it sends, answers, hosts, reads or watches") {
    for (const auto& choice : models::Nodes::each()) {
        const models::NodeFacts facts = models::Nodes::facts_of(choice);
        CAPTURE(choice.kind());
        using models::Role;
        CHECK((facts.is(Role::sends) || facts.is(Role::answers) || facts.is(Role::hosts) ||
               facts.is(Role::reads) || facts.is(Role::watches)));
        CHECK((facts.client != nullptr) == facts.is(Role::sends));
        CHECK((facts.machines != nullptr) == facts.is(Role::hosts));
    }
}

TEST_CASE("two figures of a kind have two names") {
    for (const auto& choice : models::Nodes::each()) {
        std::set<std::string_view> names;
        for (const sim::Figure& figure : models::Nodes::kind_of(choice).spec.figures) {
            CHECK_MESSAGE(names.insert(figure.name).second, choice.kind(), ".", figure.name);
        }
    }
}

TEST_CASE("a resource grows by a parameter of its kind, or of the policy that has it") {
    const auto check = [](const models::spec::Kind& kind) {
        for (const sim::Resource& each : kind.resources) {
            if (each.parameter.empty()) continue;
            std::string_view name = each.parameter;
            const std::string policy = "policies." + std::string(kind.name) + ".";
            if (name.starts_with(policy)) name.remove_prefix(policy.size());
            name = name.substr(0, name.find('.'));
            const auto& parameters = kind.parameters();
            CHECK_MESSAGE(std::ranges::count(parameters, name, &models::spec::Parameter::name) == 1,
                          kind.name, ": ", each.name, " grows by ", each.parameter);
        }
    };
    for (const models::spec::Kind* kind : models::Nodes::kinds()) check(*kind);
    for (const models::spec::Kind* kind : models::Policies::kinds()) check(*kind);
}

TEST_CASE("what theory knows a kind's capacity by is one of its resources") {
    for (const auto& choice : models::Nodes::each()) {
        const models::NodeKind& kind = models::Nodes::kind_of(choice);
        const models::Capacity capacity = kind.capacity(choice.any().spec());
        CAPTURE(choice.kind());
        const auto has = [&](std::string_view name) {
            return std::ranges::count(kind.spec.resources, name, &sim::Resource::name) == 1;
        };
        CHECK((capacity.slots_name.empty() || has(capacity.slots_name)));
        const auto works = [](const sim::Resource& each) {
            return each.kind == sim::ResourceKind::work;
        };
        CHECK((capacity.cores == 0 || std::ranges::any_of(kind.spec.resources, works)));
    }
}
