#include "models/autoscalers/autoscalers.h"

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

}  // namespace models
