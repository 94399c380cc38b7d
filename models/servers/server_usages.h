// What a server uses that is paid for, beside its instances' time.
#pragma once

#include "models/prices/usages.h"

namespace models {

inline constexpr sim::UsageRow kLogBytes =
    usage("log_bytes", UsageUnit::bytes, "Bytes of log lines that are taken in.");
inline constexpr sim::UsageRow kLogStorage =
    usage("log_storage", UsageUnit::byte_hours,
          "Bytes of log lines, each for as long as it is retained.");
inline constexpr std::array kServerUsages = {kInstanceHours, kLogBytes, kLogStorage};

}  // namespace models
