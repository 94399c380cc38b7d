#include "models/failures/outage.h"

#include <chrono>

namespace models {

void Outage::check(spec::Check& check) const {
    check.that(lasts.has_value() != is_random(), "lasts",
               is_random() ? "a random failure lasts as long as its repair takes"
                           : "how long does it last?",
               is_random() ? "leave it out" : "add \"lasts\", or \"time_to_fail\" for random ones");
    check.that(is_random() == time_to_repair.has_value(), "time_to_repair",
               "time_to_fail and time_to_repair go together");
    constexpr double kShortest = 0.001;
    check.that(!is_random() || time_to_fail->build().mean() >= kShortest, "time_to_fail",
               "a mean below 1ms is a run of failures only");
    check.that(is_random() || crew == 0, "crew", "a crew repairs random failures only",
               "add \"time_to_fail\" and \"time_to_repair\"");
    check.that(is_random() || common_cause.value == 0, "common_cause",
               "only random failures have a common cause",
               "add \"time_to_fail\" and \"time_to_repair\"");
    check.that(instances == 0 || !share, "share", "there is a number of instances already",
               "leave out one of \"instances\" and \"share\"");
    check.that(!target.instance || (instances == 0 && !share && !zone && !role), "target",
               "one instance is named: there is nothing more to choose");
}

}  // namespace models
