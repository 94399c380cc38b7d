#include "sim/recorder.h"

namespace sim {

Recording Recorder::finish(Seed seed) {
    Recording recording;
    recording.seed = seed;
    recording.fingerprint = scheduler_.fingerprint();
    recording.events = scheduler_.events();
    recording.simulated = scheduler_.now().time_since_epoch();
    recording.warm_up = std::min(measured_from_, scheduler_.now()).time_since_epoch();
    recording.slice = slice_;
    recording.incidents = std::move(incidents_);
    for (const Meter& meter : meters_) {
        if (meter.record().is_client) recording.arrivals.combine(meter.arrivals());
    }
    for (Meter& meter : meters_) recording.nodes.push_back(std::move(meter.record()));
    return recording;
}

}  // namespace sim
