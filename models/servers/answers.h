// Answers that become part of another.
#pragma once

#include "models/service.h"

namespace models {

// The answer to one of its calls becomes part of a request's own: what was degraded or stale stays
// so.
inline void add(Response& whole, const Response& part) {
    whole.degraded = whole.degraded || part.degraded;
    whole.stale = whole.stale || part.stale;
    whole.missing = part.missing;
    whole.bytes = part.bytes;
    whole.version = part.version;
    if (part.ok()) return;
    whole.outcome = part.outcome;
    whole.cause = part.cause;
}

}  // namespace models
