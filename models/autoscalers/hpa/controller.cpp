#include "models/autoscalers/hpa/controller.h"

#include <algorithm>

namespace models::hpa {

Replicas Recommendations::stabilize_legacy(Replicas desired, sim::Duration window, sim::Time now) {
    const sim::Time cutoff = now - window;
    Replicas highest = desired;
    for (const Recommendation& past : recommendations_) {
        if (past.at >= cutoff) highest = std::max(highest, past.replicas);
    }
    record(desired, cutoff, now);
    return highest;
}

Replicas Recommendations::stabilize(Replicas current, Replicas desired, const Behavior& behavior,
                                    sim::Time now) {
    const sim::Time up_cutoff = now - behavior.scale_up.stabilization_window;
    const sim::Time down_cutoff = now - behavior.scale_down.stabilization_window;
    Replicas lowest = desired;
    Replicas highest = desired;
    for (const Recommendation& past : recommendations_) {
        if (past.at > up_cutoff) lowest = std::min(lowest, past.replicas);
        if (past.at > down_cutoff) highest = std::max(highest, past.replicas);
    }
    record(desired, std::min(up_cutoff, down_cutoff), now);
    return std::min(std::max(current, lowest), highest);
}

// Upstream overwrites the last of those that are too old.
void Recommendations::record(Replicas desired, sim::Time outdated_before, sim::Time now) {
    const auto old =
        std::find_if(recommendations_.rbegin(), recommendations_.rend(),
                     [&](const Recommendation& past) { return past.at < outdated_before; });
    if (old != recommendations_.rend()) {
        *old = {desired, now};
    } else {
        recommendations_.push_back({desired, now});
    }
}

// A deployment of no replicas is switched off; one outside its bounds is brought back to them,
// whatever the metrics say.
Controller::Decision Controller::reconcile(Replicas current, const Proposal& proposal,
                                           sim::Time now) {
    if (!begun_) recommendations_.add(current, now);
    begun_ = true;
    Decision decision;
    decision.desired = proposal.replicas;
    if (current == 0) {
        decision.reason = Reason::scaling_disabled;
        return decision;
    }
    if (current > plan_.bounds.max) {
        decision.replicas = plan_.bounds.max;
        decision.reason = Reason::current_above_max;
    } else if (current < plan_.bounds.min) {
        decision.replicas = plan_.bounds.min;
        decision.reason = Reason::current_below_min;
    } else if (!proposal.valid()) {
        decision.replicas = current;
        decision.reason = Reason::no_metrics;
    } else {
        decision = normalize(current, std::max(0, proposal.replicas), now);
    }
    remember(current, decision.replicas, now);
    return decision;
}

Controller::Decision Controller::normalize(Replicas current, Replicas desired, sim::Time now) {
    Decision decision;
    decision.desired = desired;
    Limited limited;
    if (plan_.behavior) {
        decision.stabilized = recommendations_.stabilize(current, desired, *plan_.behavior, now);
        limited =
            limit(current, *decision.stabilized, plan_.bounds, *plan_.behavior, history_, now);
    } else {
        decision.stabilized =
            recommendations_.stabilize_legacy(desired, plan_.downscale_stabilization, now);
        limited = limit_legacy(current, *decision.stabilized, plan_.bounds);
    }
    decision.replicas = limited.replicas;
    decision.reason = limited.reason;
    return decision;
}

void Controller::remember(Replicas before, Replicas after, sim::Time now) {
    if (!plan_.behavior || before == after) return;
    if (after > before) {
        history_.up.add(after - before, plan_.behavior->scale_up.longest_period(), now);
    } else {
        history_.down.add(before - after, plan_.behavior->scale_down.longest_period(), now);
    }
}

}  // namespace models::hpa
