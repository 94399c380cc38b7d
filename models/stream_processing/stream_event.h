// A record of a topic, as an operator over a stream sees it.
#pragma once

#include <cstdint>

#include "sim/time.h"

namespace models::streaming {

struct StreamEvent {
    sim::Time time{};              // when it happened: event time
    std::uint64_t key = 0;         // what the stream is keyed by
    std::uint64_t record_key = 0;  // the record's own
    std::uint64_t identity = 0;
    std::uint32_t user = 0;
    std::uint32_t bytes = 0;
    std::uint32_t topic = 0;      // which of those that are read
    std::uint32_t partition = 0;  // of the broker
    std::uint64_t offset = 0;
};

}  // namespace models::streaming
