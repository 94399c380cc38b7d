// What a run says that happened.
#pragma once

#include <string>
#include <vector>

#include "sim/recording.h"

namespace support {

// The incidents of a kind, as "name: detail".
inline std::vector<std::string> told(const sim::Recording& run, const std::string& what) {
    std::vector<std::string> lines;
    for (const sim::Incident& each : run.incidents) {
        if (each.what == what) lines.push_back(each.node + ": " + each.detail);
    }
    return lines;
}

}  // namespace support
