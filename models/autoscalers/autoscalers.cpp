#include "models/autoscalers/autoscalers.h"

#include "models/autoscalers/fixed.h"
#include "models/autoscalers/hpa/hpa.h"

namespace models {

const Autoscalers::List& Autoscalers::list() {
    static const List list = list_of(All<Fixed, Hpa>());
    return list;
}

}  // namespace models
