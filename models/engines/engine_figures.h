// What every machine of a database measures (engine.h, storage.h).
#pragma once

#include "models/node_kind.h"

namespace models {

inline constexpr auto kEngineFigures = std::array{
    figure("cpu_in_use", Unit::share, Merge::over_time, "Core time in use."),
    figure("connections_active", Unit::count, Merge::over_time, "Connections of its pool in use."),
    figure("connections_max", Unit::count, Merge::over_time, "Connections that its pool has."),
    figure("buffer_hit_ratio", Unit::share, Merge::mean, "Pages that queries found in memory."),
    figure("page_reads", Unit::per_second, Merge::mean, "Pages read from the device a second."),
    figure("device_in_use", Unit::share, Merge::mean,
           "Share of the device's queue that was in use, mean over time.")};

}  // namespace models
