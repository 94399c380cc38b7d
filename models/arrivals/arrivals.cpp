#include "models/arrivals/arrivals.h"

#include "models/arrivals/bursts.h"
#include "models/arrivals/constant.h"
#include "models/arrivals/cron.h"
#include "models/arrivals/mmpp.h"
#include "models/arrivals/on_off.h"
#include "models/arrivals/poisson.h"
#include "models/arrivals/renewal.h"
#include "models/arrivals/trace.h"

namespace models {

using Members = All<PoissonArrivals, ConstantArrivals, RenewalArrivals, OnOffArrivals, MmppArrivals,
                    BurstArrivals, CronArrivals, TraceArrivals>;

const Arrivals::List& Arrivals::list() {
    static const List list = list_of(Members());
    return list;
}

bool Arrivals::has_own_times(const ArrivalChoice& choice) {
    bool has = false;
    visit(Members(), choice, [&]<class Spec>(const Spec&) {
        has = requires {
            Spec::has_own_times;
        };
    });
    return has;
}

}  // namespace models
