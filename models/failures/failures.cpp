#include "models/failures/failures.h"

#include "models/failures/crash.h"
#include "models/failures/partition.h"
#include "models/failures/slow.h"

namespace models {

using Failing = All<Crash, Slow, Partition>;

const Failures::List& Failures::list() {
    static const List list = list_of(Failing());
    return list;
}

const Outage& Failures::outage_of(const FailureChoice& choice) {
    const Outage* outage = nullptr;
    visit(Failing(), choice, [&](const Outage& each) { outage = &each; });
    return *outage;
}

}  // namespace models
