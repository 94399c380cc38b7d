#include "models/autoscalers/autoscalers.h"

#include <fmt/core.h>

#include "models/autoscalers/asg/asg.h"
#include "models/autoscalers/fixed.h"
#include "models/autoscalers/gitops.h"
#include "models/autoscalers/hpa/hpa.h"
#include "models/autoscalers/keda.h"
#include "models/autoscalers/oracle.h"
#include "models/autoscalers/predictive.h"
#include "models/autoscalers/scheduled.h"
#include "models/autoscalers/vpa/vpa.h"

namespace models {

const Autoscalers::List& Autoscalers::list() {
    static const List list =
        list_of(All<Fixed, Hpa, Vpa, Asg, Keda, Scheduled, Predictive, GitOps, Oracle>());
    return list;
}

std::vector<FollowedReading> Autoscalers::followed_by(const AutoscalerChoice& choice) {
    std::vector<FollowedReading> all;
    if (const auto* const keda = choice.as<Keda::Spec>()) {
        all.push_back({"/reading", keda->queue ? keda->queue->node : "", keda->reading});
    }
    const auto* const hpa = choice.as<Hpa::Spec>();
    for (std::size_t i = 0; hpa != nullptr && i < hpa->metrics.size(); ++i) {
        const auto* const metric = hpa->metrics[i].as<hpa::ExternalMetric>();
        if (metric == nullptr) continue;
        all.push_back({fmt::format("/metrics/{}/reading", i), metric->value.node, metric->reading});
    }
    return all;
}

}  // namespace models
