#include "models/shedding/shedders.h"

#include <algorithm>

#include "models/shedding/adaptive_lifo.h"
#include "models/shedding/codel.h"
#include "models/shedding/controlled_delay.h"
#include "models/shedding/priority.h"
#include "models/shedding/queue_deadline.h"
#include "sim/rng.h"

namespace models {

const Shedders::List& Shedders::list() {
    static const List list =
        list_of(All<QueueDeadline, Codel, ControlledDelay, AdaptiveLifo, PriorityShedder>());
    return list;
}

LineRules::LineRules(const std::vector<ShedderChoice>& choices, std::uint64_t stream) {
    for (const ShedderChoice& choice : choices) {
        rules_.push_back(Shedders::build(choice, sim::request_key(stream, rules_.size())));
    }
}

sim::Duration LineRules::patience(sim::Time now, std::size_t waiting) {
    sim::Duration shortest = sim::Duration::max();
    for (const auto& rule : rules_) shortest = std::min(shortest, rule->patience(now, waiting));
    return shortest;
}

// Every rule hears of it, whatever the others say.
bool LineRules::drops(sim::Time now, sim::Duration waited, std::size_t waiting) {
    bool any = false;
    for (const auto& rule : rules_) any = rule->drops(now, waited, waiting) || any;
    return any;
}

bool LineRules::newest_first(std::size_t waiting) const {
    return std::ranges::any_of(rules_,
                               [&](const auto& rule) { return rule->newest_first(waiting); });
}

bool LineRules::by_priority() const {
    return std::ranges::any_of(rules_, [](const auto& rule) { return rule->by_priority(); });
}

}  // namespace models
