// Looks at intervals how far replicas are behind, and whether their rows are the primary's.
//
// Lag is the age of the oldest record that a replica has not applied. A comparison counts the rows
// whose version is not the primary's, and what they should be: the records on the way. What a
// replica has is also to be the log up to some point, which a checksum of both tells.
#pragma once

#include <vector>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "sim/task.h"
#include "sim/timeline.h"

namespace models {

class Copy;
class Replicated;

class LagMonitor {
public:
    LagMonitor(Replicated& database, const Context& context);

    sim::Task<void> watch();
    sim::Task<void> compare_at_intervals();
    void finish();

private:
    struct Watched {
        sim::Timeline* lag;
        bool alarmed = false;
    };

    void look_at(Copy& copy);
    void compare(bool at_end);
    std::uint64_t rows_that_differ(const Copy& copy) const;

    Replicated& database_;
    Context context_;
    std::vector<Watched> watched_;  // by copy
    double lag_peak_ = 0;
    Tally alarms_, checks_, differing_rows_, records_on_the_way_, not_a_prefix_, oldest_difference_;
    Spread lag_;
};

}  // namespace models
