#include "models/nodes.h"

#include <algorithm>

#include "models/node_list.h"

namespace models {

namespace {

// The first segment of a JSON pointer.
std::string_view parameter_of(std::string_view pointer) {
    const std::size_t begin = pointer.find('/') + 1;
    return pointer.substr(begin, pointer.find('/', begin) - begin);
}

}  // namespace

const Nodes::List& Nodes::list() {
    static const List list = [] {
        List made;
        for (const NodeKind* kind : node_list()) {
            made.kinds.push_back(&kind->spec);
            made.makes.push_back(kind->make);
        }
        return made;
    }();
    return list;
}

const NodeKind& Nodes::kind_of(const NodeChoice& choice) {
    const char* const token = choice.any().kind().token;
    return **std::ranges::find_if(node_list(),
                                  [&](const NodeKind* kind) { return kind->spec.token == token; });
}

NodeFacts Nodes::facts_of(const NodeChoice& choice) {
    const NodeKind& kind = kind_of(choice);
    const void* const spec = choice.any().spec();
    NodeFacts facts{{}, {}, {}, {}, &kind, nullptr, {}, nullptr, nullptr, {}, nullptr};
    if (kind.instances != nullptr) static_cast<Instances&>(facts) = kind.instances(spec);
    if (kind.answers != nullptr) static_cast<Answers&>(facts) = kind.answers(spec);
    if (kind.passes_on != nullptr) static_cast<PassesOn&>(facts) = kind.passes_on(spec);
    if (kind.relays != nullptr) static_cast<Relays&>(facts) = kind.relays(spec);
    if (kind.numbered != nullptr) facts.numbered = kind.numbered(spec);
    if (kind.sends != nullptr) facts.client = kind.sends(spec, {}).client;
    if (kind.machines != nullptr) {
        facts.machines = &kind.machines(spec);
        const spec::Parameters& parameters = kind.spec.parameters();
        facts.machines_parameter =
            std::ranges::find(parameters, static_cast<const void*>(facts.machines),
                              [&](const spec::Parameter& each) { return each.in(spec); })
                ->name;
    }
    spec::visit(choice, [&](const spec::Reference& reference) {
        const Passes passes = kind.passes(parameter_of(reference.pointer));
        const bool is_whole = passes == Passes::through || passes == Passes::to_instances;
        if (is_whole && facts.behind != nullptr) facts.others_behind.push_back(reference.ref);
        if (is_whole && facts.behind == nullptr) facts.behind = &reference.ref;
        if (passes == Passes::instances) facts.cluster = &reference.ref;
    });
    return facts;
}

std::string Nodes::kinds_that(const std::function<bool(const NodeFacts&)>& are_such) {
    std::string kinds;
    for (const NodeChoice& each : Nodes::each()) {
        if (!are_such(facts_of(each))) continue;
        kinds += (kinds.empty() ? "" : ", ") + std::string(each.kind());
    }
    return kinds;
}

bool NodeKind::balances() const {
    return std::ranges::count(edges, Passes::to_instances, &EdgeRow::passes) > 0;
}

Passes NodeFacts::passes(std::string_view pointer) const {
    for (int level = 0; level < 2; ++level) pointer.remove_prefix(pointer.find('/', 1));
    return kind->passes(parameter_of(pointer));
}

Cost passed_on(const spec::NodeRef& to, const std::string& endpoint, double times,
               Costing& costing) {
    spec::NodeRef whole = to;
    if (whole.endpoint.empty()) whole.endpoint = endpoint;
    Cost cost = costing.of_call(whole);
    cost.stays_s *= times;
    for (auto& [target, each] : cost.calls) each *= times;
    return cost;
}

sim::Meter::Declared Nodes::declared_of(const NodeChoice& choice) {
    sim::Meter::Declared rows;
    const auto add = [&](const spec::Kind& kind) {
        for (const sim::Figure& each : kind.figures) rows.figures.push_back(&each);
        for (const sim::Resource& each : kind.resources) rows.resources.push_back(&each);
        for (const sim::UsageRow& each : kind.usages) rows.usages.push_back(&each);
    };
    add(kind_of(choice).spec);
    spec::visit(choice, spec::Visitor([](const spec::Reference&) {}, add));
    return rows;
}

Passes NodeKind::passes(std::string_view parameter) const {
    const auto found = std::ranges::find(edges, parameter, &EdgeRow::parameter);
    return found == edges.end() ? Passes::nothing : found->passes;
}

}  // namespace models
