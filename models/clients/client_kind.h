// What all kinds of clients say of themselves alike (node_kind.h).
#pragma once

#include "models/clients/client_spec.h"
#include "models/node_kind.h"

namespace models {

struct ClientKind {
    static constexpr Role role = Role::sends;
    static constexpr auto edges =
        std::array{edge("calls", Passes::own, "The requests of its users."),
                   edge("policies", Passes::own, "The fallback's call, made when a call fails.")};
    static constexpr auto figures = std::array{
        figure("for_top_10_keys", Unit::count, Merge::sum,
               "Requests about the ten most popular items."),
        figure("bytes_sent", Unit::bytes, Merge::sum, "Bytes of requests that users sent."),
        figure("bytes_received", Unit::bytes, Merge::sum, "Bytes of answers that users received."),
        figure("originals", Unit::count, Merge::sum,
               "Requests that were not sent again by their user (double click, second try)."),
        figure("duplicates", Unit::count, Merge::sum,
               "Duplicate requests: sent again by their user, or delivered twice."),
        figure("degraded", Unit::count, Merge::sum, "Degraded answers: given by a fallback."),
        figure("stale", Unit::count, Merge::sum,
               "Stale answers: older than the last acknowledged write."),
        figure(
            "wrong_answers", Unit::count, Merge::sum,
            "Wrong answers taken for right: of those that succeeded, as somebody counts them who "
            "knows the right ones."),
        figure("busiest_at", Unit::seconds, Merge::least,
               "Start of the time slice with the most arrivals, from the start of the run."),
        figure("in_flight_peak", Unit::count, Merge::peak, "Most requests in flight at a time.")};
    static constexpr None resources{"Users wait for others."};
    static constexpr None usages{"Users pay for themselves."};
    static constexpr None instances{"Users are no machines: nothing strikes them."};
    static Capacity capacity(const ClientSpec&) {
        return {.instances = 1, .cores = 0, .slots_name = {}, .slots = 0, .paid = {}, .notes = {}};
    }
};

}  // namespace models
