#include "models/clients/arrivals/arrivals.h"

#include "models/clients/arrivals/bursts.h"
#include "models/clients/arrivals/constant.h"
#include "models/clients/arrivals/cron.h"
#include "models/clients/arrivals/mmpp.h"
#include "models/clients/arrivals/on_off.h"
#include "models/clients/arrivals/poisson.h"
#include "models/clients/arrivals/renewal.h"
#include "models/clients/arrivals/trace.h"

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
