// What a call carries there, and what comes back.
#pragma once

#include <cstdint>

#include "models/causes.h"
#include "models/place_id.h"
#include "models/words.h"
#include "sim/line.h"
#include "sim/outcome.h"
#include "sim/rng.h"
#include "sim/span.h"
#include "sim/time.h"

namespace models {

using sim::Outcome;
using sim::Spent;

// Which endpoint of a node; 0 is its first, or only, one.
using EndpointId = std::uint32_t;

struct Request {
    static constexpr std::uint16_t kMostRows = 0xffff;

    // Names this call among all calls of the run: the user's request and the way it took from
    // there, never who served it or when. Everything random about it is drawn from this, so another
    // balancer or another order of events plays the same users with the same demands.
    std::uint64_t identity = 0;
    // What the user wants done: the same for every attempt, hedge and second click (an idempotency
    // key). 0 when the client does not say.
    std::uint64_t operation = 0;
    std::uint64_t key = 0;               // the item it is about
    sim::Time deadline = sim::kForever;  // nobody waits for it any more after this
    std::uint64_t version = 0;           // of a write that was acknowledged before it came here
    std::uint32_t user = 0;              // who, within the client node's population
    std::uint32_t address = 0;           // IPv4 of the sender, as the next hop sees it
    std::uint32_t caller = 0;            // which instance of the calling node makes this call
    std::uint32_t bytes = 0;             // of its body
    EndpointId endpoint = 0;
    sim::SpanNumber span = 0;               // of its caller, when it is traced
    std::int16_t priority_number : 12 = 0;  // of -1,000 to 1,000; higher goes first
    bool is_write : 1 = false;
    bool is_relayed : 1 = false;  // by a cache, which acknowledges writes and judges reads itself
    // Between caches: for no body if the item still has that `version` (If-None-Match), and for a
    // part of the item only, which `operation` says (Range).
    bool is_conditional : 1 = false;
    bool is_for_part : 1 = false;
    std::uint16_t rows = 1;  // that a statement is about; more are a batch (calls/batch.h)
    Words::Number segment = Words::kNone;  // of its user, among the World's segments
    Words::Number locale = Words::kNone;
    PlaceId place = kNowhere;  // where its sender stands; without a network, its zone's number
    std::uint32_t within = 0;  // which transaction or lease its visit is in (transactional.h)

    sim::Priority priority() const { return static_cast<sim::Priority>(priority_number); }

    // What it does is known by this, where a second attempt must not do it again: its operation,
    // or, when the client does not say, this very call.
    std::uint64_t operation_id() const { return operation != 0 ? operation : identity; }

    // The call that this one makes as its `step`-th.
    Request onward(std::uint32_t step, EndpointId to) const {
        Request next = *this;
        next.identity = onward_identity(identity, step);
        next.endpoint = to;
        return next;
    }
    static std::uint64_t onward_identity(std::uint64_t identity, std::uint32_t step) {
        return sim::mix(identity + (std::uint64_t{step} + 1) * 0x9e3779b97f4a7c15u);
    }

    // The same call, tried for the `attempt`-th time after the first: with luck of its own.
    Request again(std::uint32_t attempt) const {
        Request next = *this;
        next.identity = again_identity(identity, attempt);
        return next;
    }
    static std::uint64_t again_identity(std::uint64_t identity, std::uint32_t attempt) {
        return sim::mix(identity ^ std::uint64_t{attempt} * 0xd1b54a32d192ed03u);
    }
};

struct Response {
    Outcome outcome = Outcome::succeeded;
    Cause cause = Cause::none;
    bool degraded : 1 = false;   // an answer of lesser worth: a default, a fallback
    bool stale : 1 = false;      // older than the last acknowledged write
    bool missing : 1 = false;    // there is no such item
    bool absent : 1 = false;     // a cache does not have it, and does not know more
    bool wrong : 1 = false;      // its value is wrong, which nobody knows who does not check
    bool unchanged : 1 = false;  // the sender has it already (304), so it has no body
    // Of an error: an application that is there answers with it, or a proxy that has given it its
    // status. Whoever cannot be reached has not answered.
    bool by_application : 1 = false;
    bool by_proxy : 1 = false;
    std::uint32_t bytes = 0;    // of its body
    std::uint64_t version = 0;  // of the item that was read or written

    bool ok() const { return outcome == Outcome::succeeded; }
    bool is_answered() const { return by_application || by_proxy; }
};
static_assert(sizeof(Request) == 80 && sizeof(Response) == 16);  // in each record

}  // namespace models
