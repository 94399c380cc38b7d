// The balancer's own queue: a target gets no more than `maxconn` requests at a time, the others
// wait here, where they can still go to whoever is free first. HAProxy's maxconn, maxqueue and
// timeout queue.
//
// At the pool, one line for all: policies choose among the targets that have room (HAProxy's
// roundrobin, leastconn and random). At the target, a line each: the policy chooses first and the
// request waits for that one, as HAProxy's hashes do and whatever must stay where it is.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/calls/proxy_status.h"
#include "models/pools/targets.h"
#include "models/spec/declaration/spec.h"
#include "sim/semaphore.h"

namespace models {

enum class WaitAt : std::uint8_t { pool, target };

constexpr auto names_of(WaitAt) {
    return std::array{
        spec::Word{"pool", WaitAt::pool,
                   "One queue for all targets; the first free target takes the next request."},
        spec::Word{"target", WaitAt::target, "A queue for each target."}};
}

struct QueueSpec {
    static constexpr std::string_view name = "pool_queue";
    static constexpr std::string_view doc =
        "Requests beyond what the targets take at a time wait at the balancer (HAProxy).";
    std::uint32_t maxconn = 100;
    std::uint32_t maxqueue = 0;
    sim::Duration timeout = std::chrono::seconds(5);
    WaitAt at = WaitAt::pool;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("maxconn", &QueueSpec::maxconn, at_least(1u), at_most(1000000u),
                  "Most requests in flight at a target (HAProxy's maxconn)."),
            param(
                "maxqueue", &QueueSpec::maxqueue,
                "Most requests that may wait in a queue; more are rejected. HAProxy's maxqueue is "
                "of a target's queue, and limits nothing in the pool's. With 0 (the default) "
                "there is no limit."),
            param("timeout", &QueueSpec::timeout, above(sim::Duration::zero()),
                  "How long a request waits in the queue before it is rejected (HAProxy's timeout "
                  "queue)."),
            param("at", &QueueSpec::at,
                  "Whether requests wait in one queue of the pool or in a queue of each target.")};
    }
};

class PoolQueue {
public:
    PoolQueue(const QueueSpec& spec, const Context& context, Targets& targets)
        : spec_(spec), context_(context), targets_(targets), places_(context.scheduler(), 0) {}

    bool waits_at_pool() const { return spec_.at == WaitAt::pool; }

    // The places of all targets together, and those of one.
    sim::Semaphore& places() { return places_; }
    sim::Semaphore& places(BackendId id);

    // Whether there is room in the line for them.
    bool has_room(const sim::Semaphore& places) const;
    // Waits for one of them. No place: it has waited too long.
    sim::Semaphore::TakingUntil wait(sim::Semaphore& places);

    // Why a request is turned away that finds no room, or that has waited too long.
    void answer_as(Proxy proxy) {
        when_full_ = answered_by(proxy, ProxyFailure::queue_full, cause::queue_full);
        when_late_ = answered_by(proxy, ProxyFailure::queue_timeout, cause::shed);
    }
    Cause when_full() const { return when_full_; }
    Cause when_late() const { return when_late_; }

    // A request goes to a target, or has left it.
    void placed(BackendId id) { note(id); }
    void left(BackendId id) { note(id); }
    // Another number of targets takes requests.
    void targets_changed() { places_.resize(targets_.serving() * spec_.maxconn); }

    // All targets together.
    sim::Use use() const;

    std::size_t waiting_peak() const { return waiting_peak_; }

private:
    void note(BackendId id);

    QueueSpec spec_;
    Context context_;
    Targets& targets_;
    sim::Semaphore places_;
    std::vector<std::unique_ptr<sim::Semaphore>> places_of_;  // by id
    std::size_t waiting_peak_ = 0;
    Cause when_full_ = cause::queue_full;
    Cause when_late_ = cause::shed;
};

}  // namespace models
