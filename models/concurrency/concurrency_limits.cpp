#include "models/concurrency/concurrency_limits.h"

#include "models/concurrency/aimd.h"
#include "models/concurrency/fixed.h"
#include "models/concurrency/gradient2.h"
#include "models/concurrency/vegas.h"

namespace models {

const ConcurrencyLimits::List& ConcurrencyLimits::list() {
    static const List list = list_of(All<FixedLimit, Aimd, Gradient2, Vegas>());
    return list;
}

}  // namespace models
