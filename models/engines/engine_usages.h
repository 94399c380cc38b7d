// What machines of databases use that is paid for: time, what is stored, and reads of the device.
#pragma once

#include <array>

#include "models/engines/engine_spec.h"
#include "models/prices/usages.h"
#include "models/used.h"
#include "sim/recorder.h"

namespace models {

inline constexpr sim::UsageRow kDeviceReads =
    usage("io_requests", UsageUnit::requests, "Pages read from a database's device.");
inline constexpr std::array kEngineUsages = {kInstanceHours, kStorage, kDeviceReads};

// So many machines, each with all the data: its rows, or the size that its pages are said to have.
inline void use_engines(const Context& context, const EngineSpec& spec, double machines) {
    use_instances(context, spec.price, machines);
    const std::uint64_t pages = spec.storage ? spec.storage->data_size.count : 0;
    const double bytes = static_cast<double>(std::max(pages, spec.rows * spec.row_size.count));
    if (bytes > 0) {
        context.meter.used(kStorage.item, bytes * machines * measured_hours(context));
    }
}

}  // namespace models
