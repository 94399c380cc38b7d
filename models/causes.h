// Why requests fail: every cause there is, what it is called, what a report may conclude from it,
// and the HTTP status of its answer.
#pragma once

#include <array>
#include <cstddef>

#include "sim/outcome.h"

namespace models {

using sim::Cause;

namespace cause {
inline constexpr Cause refused{1};        // nobody listens: the instance is down
inline constexpr Cause reset{2};          // the instance died while it was at work
inline constexpr Cause queue_full{3};     // the accept queue had no room
inline constexpr Cause no_connection{4};  // waited for a connection until the pool's timeout
inline constexpr Cause timeout{5};        // the caller gave up
inline constexpr Cause fault{6};          // a step that fails by its own probability
inline constexpr Cause circuit_open{7};   // a circuit breaker does not let it through
inline constexpr Cause rate_limited{8};   // over a limit of requests in a time
inline constexpr Cause bulkhead_full{9};  // over a limit of calls at a time
inline constexpr Cause shed{10};          // turned away, or dropped from a line, to save the others
inline constexpr Cause deadline{11};      // too late to be worth starting
inline constexpr Cause no_backend{12};    // no instance to choose from
inline constexpr Cause not_found{13};     // no route, or no such item
inline constexpr Cause lock_timeout{14};  // waited for a lock until the limit
inline constexpr Cause deadlock{15};      // rolled back to break a circle of waits
inline constexpr Cause unavailable{16};   // too few replicas, no primary
inline constexpr Cause cancelled{17};     // its caller did not want it any more
inline constexpr Cause read_only{18};     // a write, sent to a replica
inline constexpr Cause stale_token{19};   // a write under a lease that is over (fencing token)
inline constexpr Cause unauthorized{20};  // without a valid token of who sends it
inline constexpr Cause out_of_memory{21};  // a write that a store had no memory for
inline constexpr Cause disk_full{22};      // a write that found no room on a disk
inline constexpr Cause wrong_answer{23};   // the caller has verified the answer, and it is wrong
inline constexpr Cause unresolved{24};     // a name that stands for nobody, or is not answered
inline constexpr Cause forbidden{25};      // whoever sends it may not have what is there
}  // namespace cause

// By number. Without a status an answer has that of its outcome (metrics/names.h).
inline constexpr auto kCauses = [] {
    using enum sim::CauseKind;
    return std::array<sim::CauseRow, 26>{{{"none"},
                                          {"refused", nobody_was_there, 502},
                                          {"reset", nobody_was_there, 502},
                                          {"queue full", nothing, 503},
                                          {"no connection"},
                                          {"timeout", it_took_too_long, 504},
                                          {"fault", the_work_failed},
                                          {"circuit open", others_failed_here, 503},
                                          {"rate limited", nothing, 429},
                                          {"bulkhead full", nothing, 503},
                                          {"shed", nothing, 503},
                                          {"deadline", it_took_too_long, 504},
                                          {"no backend", nobody_was_there, 503},
                                          {"not found", nothing, 404},
                                          {"lock timeout"},
                                          {"deadlock"},
                                          {"unavailable", nobody_was_there, 503},
                                          {"cancelled", nothing, 499},
                                          {"read only", nobody_was_there},
                                          {"stale token"},
                                          {"unauthorized", nothing, 401},
                                          {"out of memory", the_work_failed},
                                          {"disk full", the_work_failed},
                                          {"wrong answer", the_work_failed},
                                          {"unresolved", nobody_was_there},
                                          {"forbidden", nothing, 403}}};
}();
static_assert(kCauses[static_cast<std::size_t>(cause::forbidden)].name == "forbidden");
static_assert(kCauses.size() <= sim::kMostCauses);

}  // namespace models
