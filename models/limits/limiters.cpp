#include "models/limits/limiters.h"

#include "models/limits/atomic_rate_limiter.h"
#include "models/limits/fixed_window.h"
#include "models/limits/gcra.h"
#include "models/limits/leaky_bucket.h"
#include "models/limits/sliding_log.h"
#include "models/limits/sliding_window.h"
#include "models/limits/token_bucket.h"

namespace models {

const Limiters::List& Limiters::list() {
    static const List list = list_of(All<TokenBucket, LeakyBucket, FixedWindow, SlidingWindow,
                                         SlidingLog, Gcra, AtomicRateLimiter>());
    return list;
}

}  // namespace models
