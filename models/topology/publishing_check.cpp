#include "models/topology/publishing_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "models/topics.h"

namespace models {

namespace {

bool takes(const NodeFacts& broker, std::string_view setting) {
    return std::any_of(
        broker.publishing.begin(), broker.publishing.end(), [&](const spec::Parameters* group) {
            return std::any_of(group->begin(), group->end(),
                               [&](const spec::Parameter& each) { return each.name == setting; });
        });
}

// What is written as it is by default changes nothing, whoever gets it: a resolved scenario says
// everything.
bool says_something(const spec::Json& step, const spec::Parameter& setting) {
    const spec::Json* const written = step.find(setting.name);
    if (written == nullptr) return false;
    ProducerSpec said;
    spec::Problems said_before;  // by whoever read the step
    setting.actions->parse(spec::Cursor(*written, said_before), setting.in(&said), setting.limits);
    return setting.actions->echo(setting.in(&said)) !=
           setting.actions->echo(setting.in(&spec::initial<ProducerSpec>()));
}

}  // namespace

void check_publishing(const NodeFacts& broker, const spec::Reference& reference,
                      DocumentProblems& problems) {
    if (!reference.around.has_producer_settings.value_or(false)) return;
    const std::string step = reference.pointer.substr(0, reference.pointer.rfind('/'));
    const spec::Json* const written = problems.find(step);
    if (written == nullptr) return;
    for (const spec::Parameter& each : spec::parameters_of<ProducerSpec>()) {
        if (takes(broker, each.name) || !says_something(*written, each)) continue;
        const std::string others =
            Nodes::kinds_that([&](const NodeFacts& facts) { return takes(facts, each.name); });
        if (others.empty()) continue;  // all brokers take it
        problems.add(spec::pointer_to(step, each.name),
                     fmt::format("\"{}\" is of the kind {}, which takes no \"{}\"",
                                 reference.ref.node, broker.kind->spec.name, each.name),
                     fmt::format("leave it out: it is for {}", others));
    }
    const bool is_to_queue = std::find(broker.queues.begin(), broker.queues.end(),
                                       reference.ref.endpoint) != broker.queues.end();
    const spec::Json* const key = written->find("routing_key");
    if (!is_to_queue || key == nullptr || *key == spec::Json("")) return;
    problems.add(spec::pointer_to(step, std::string_view("routing_key")),
                 fmt::format("\"{}\" is a queue: what is published to it by name is not routed",
                             spec::text_of(reference.ref)),
                 "leave it out, or publish to an exchange that the queue is bound to");
}

}  // namespace models
