// Answers that become part of another.
#pragma once

#include "models/service.h"

namespace models {

// The answer to one of its calls becomes part of a request's own: what was degraded, stale or
// wrong stays so.
inline void add(Response& whole, const Response& part) {
    whole.degraded = whole.degraded || part.degraded;
    whole.stale = whole.stale || part.stale;
    whole.wrong = whole.wrong || part.wrong;
    whole.missing = part.missing;
    whole.bytes = part.bytes;
    whole.version = part.version;
    if (part.ok()) return;
    whole.outcome = part.outcome;
    whole.cause = part.cause;
}

}  // namespace models
