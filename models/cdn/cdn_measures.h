// What a CDN counts from the end of the warm-up on: in total, and of each location what figures
// about their differences need.
#pragma once

#include "models/calls/spread.h"
#include "models/calls/tally.h"

namespace models {

struct CdnMeasures {
    explicit CdnMeasures(const Context& context)
        : hits(context, "hits"),
          misses(context, "misses"),
          collapsed(context, "collapsed"),
          served_while_revalidating(context, "served_while_revalidating"),
          served_if_error(context, "served_if_error"),
          stale_responses(context, "stale_responses"),
          forbidden(context, "forbidden"),
          passed(context, "passed"),
          bytes_out(context, "bytes_out", "bytes"),
          origin_fetches(context, "origin_fetches"),
          failed_fetches(context, "failed_fetches"),
          origin_bytes(context, "origin_bytes", "bytes"),
          revalidated(context, "revalidated"),
          bytes_not_sent(context, "bytes_not_sent", "bytes"),
          compressed_in(context, "compressed_bytes_in", "bytes"),
          compressed_out(context, "compressed_bytes_out", "bytes"),
          purge_calls(context, "purge_calls"),
          purged_objects(context, "purged_objects"),
          taken_out(context, "taken_out"),
          lost_objects(context, "lost_objects"),
          hit_latency(context, "hit_latency"),
          miss_latency(context, "miss_latency"),
          purge_time(context, "purge_time") {}

    Tally hits, misses, collapsed, served_while_revalidating, served_if_error;
    Tally stale_responses, forbidden, passed, bytes_out;
    Tally origin_fetches, failed_fetches, origin_bytes, revalidated, bytes_not_sent;
    Tally compressed_in, compressed_out;
    Tally purge_calls, purged_objects, taken_out, lost_objects;
    Spread hit_latency, miss_latency, purge_time;
};

}  // namespace models
