#include "models/caches/evictions.h"

#include "models/caches/arc.h"
#include "models/caches/clock.h"
#include "models/caches/fifo.h"
#include "models/caches/lfu.h"
#include "models/caches/lirs.h"
#include "models/caches/lru.h"
#include "models/caches/redis.h"
#include "models/caches/s3_fifo.h"
#include "models/caches/sieve.h"
#include "models/caches/slru.h"
#include "models/caches/tiny_lfu.h"
#include "models/caches/two_queue.h"

namespace models {

const Evictions::List& Evictions::list() {
    static const List list =
        list_of(All<Lru, Lfu, Fifo, ClockHand, Sieve, Slru, TwoQueue, Arc, Lirs, S3Fifo, TinyLfu,
                    SampledLru<Among::all>, SampledLfu<Among::all>, AnyOf<Among::all>,
                    SampledLru<Among::expiring>, SampledLfu<Among::expiring>,
                    AnyOf<Among::expiring>, VolatileTtl, NoEviction>());
    return list;
}

}  // namespace models
