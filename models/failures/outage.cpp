#include "models/failures/outage.h"

#include <chrono>

namespace models {

void Outage::check(spec::Check& check) const {
    check_when(check);
    const bool has_target = !target.node.node.empty();
    check.that(has_target || is_on_links(), "target", "whom does it strike?",
               "name a node, or what is sent \"from\" and \"to\" where links can have it");
    check.that(!has_target || !is_on_links(), "target",
               "it strikes instances, or what is sent between places",
               "leave out \"target\", or \"from\" and \"to\"");
    check.that(!one_way || is_on_links(), "one_way", "only links have a way back",
               "say \"from\" and \"to\"");
    const bool chooses =
        instances != 0 || share || zone || region || role || common_cause.value > 0;
    check.that(!is_on_links() || !chooses, "from", "on links there are no instances to choose",
               "leave out \"instances\", \"share\", \"zone\", \"region\", \"role\" and "
               "\"common_cause\"");
    check.that(instances == 0 || !share, "share", "there is a number of instances already",
               "leave out one of \"instances\" and \"share\"");
    check.that(!target.instance || (instances == 0 && !share && !zone && !region && !role),
               "target", "one instance is named: there is nothing more to choose");
}

void Outage::check_when(spec::Check& check) const {
    check.that(!is_on_condition() || !is_random(), "when",
               "it strikes when something is so, or at random", "leave out one of them");
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
}

}  // namespace models
