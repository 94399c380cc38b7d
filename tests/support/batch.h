// Latencies as a recorder hands them on: counted by bucket.
#pragma once

#include <vector>

#include "sim/open_latencies.h"

namespace support {

inline sim::Histogram::Batch batch_of(const std::vector<sim::Duration>& latencies) {
    sim::OpenLatencies open;
    for (const sim::Duration each : latencies) open.record(each);
    sim::Histogram::Batch batch;
    sim::StepCounts steps{};
    open.fold(batch, steps);
    return batch;
}

}  // namespace support
