#include "models/caches/redis.h"

#include <algorithm>

namespace models {

// LFUDecrAndReturn: one less for every decay time that has passed.
std::uint32_t RedisLfu::count(const Entry& entry, std::uint32_t minute) const {
    const std::uint32_t count = entry.mark & 0xff;
    if (counting_.decay_minutes == 0) return count;
    const std::uint32_t passed = (minute - (entry.mark >> 8)) & 0xffff;
    if (passed < counting_.decay_minutes) return count;
    return count - std::min(count, passed / counting_.decay_minutes);
}

// LFULogIncr.
void RedisLfu::hit(Slot slot) {
    Entry& entry = state_.entries[slot];
    std::uint32_t now = count(entry);
    const double above_first = now > kFirst ? now - kFirst : 0;
    if (now < kMost && draws_.chance(1 / (above_first * counting_.log_factor + 1))) ++now;
    entry.mark = minute() << 8 | now;
}

}  // namespace models
