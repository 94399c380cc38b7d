// Calls are made by threads of their own, few in number, with a bounded queue in front of them.
//
// resilience4j's ThreadPoolBulkhead. A caller that stops waiting leaves its call behind in the
// queue or on its thread, where it goes on.
#pragma once

#include "models/calls/policy.h"
#include "models/calls/scope.h"
#include "models/calls/tally.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"
#include "sim/resource.h"
#include "sim/semaphore.h"

namespace models {

class ThreadPoolBulkhead final : public Policy {
public:
    struct Spec {
        static constexpr std::string_view kind = "thread_pool_bulkhead";
        static constexpr std::string_view doc =
            "Calls are made by a pool of threads with a bounded queue (resilience4j).";
        std::uint32_t max_thread_pool_size = 8;
        std::uint32_t queue_capacity = 100;
        CallerScope scope = CallerScope::node;
        static constexpr auto figures() {
            return std::array{sim::figure("thread_pool_full", sim::Unit::count, sim::Merge::sum,
                                          "Calls refused because the pool's queue was full."),
                              sim::figure("thread_pool_most", sim::Unit::count, sim::Merge::peak,
                                          "Most threads of the pool at work at a time.")};
        }
        static constexpr auto resources() {
            return std::array{
                sim::resource("thread pool to <node>", sim::ResourceKind::places, sim::Unit::count,
                              "Threads: a call to that node holds one.", "The call's answer.",
                              {.parameter = "policies.thread_pool_bulkhead.max_thread_pool_size",
                               .refusal = cause::bulkhead_full})};
        }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("max_thread_pool_size", &Spec::max_thread_pool_size, between(1u, 1000000u),
                      "Threads, each with one call at a time."),
                param("queue_capacity", &Spec::queue_capacity,
                      "Calls that may wait for a thread; more are refused."),
                param("scope", &Spec::scope,
                      "Whether all instances of the caller share the threads, or each instance has "
                      "its "
                      "own.")};
        }
    };

    ThreadPoolBulkhead(const Spec& spec, const Context& context);

    Go enter(Call& call) override;
    Block* inside() override { return &thread_; }

private:
    // A thread's work on the call, in a frame of its own; it dies with the caller's process.
    class Thread final : public Keeps<Thread> {
    public:
        struct State {
            sim::Semaphore* threads;  // of which it is one; null while it waits for it
            const void* process;
        };

        explicit Thread(ThreadPoolBulkhead& pool) : pool_(pool) { link(&Return::block(), nullptr); }
        Go enter(Call& call) override;
        Go begin_work(Call& call, sim::Semaphore& threads);
        Go answered(Call& call) override;
        void abandoned(Call& call) override { leave(call); }
        const void* dies_with(Call& call, std::uint32_t state) const override {
            return call.state_at<State>(state).process;
        }

    private:
        void leave(Call& call);

        ThreadPoolBulkhead& pool_;
    };

    // In the queue.
    class Waiting final : public Keeps<Waiting> {
    public:
        using State = sim::Semaphore::Taking;

        explicit Waiting(ThreadPoolBulkhead& pool) : pool_(pool) { link(&pool.thread_, nullptr); }
        Go enter(Call& call) override;
        Go woken(Call& call) override;

    private:
        ThreadPoolBulkhead& pool_;
    };

    sim::Semaphore& threads_for(const Request& request);

    Spec spec_;
    World& world_;
    Thread thread_{*this};
    Waiting waiting_{*this};
    PerCaller<sim::Semaphore> threads_;
    Tally full_;
    Tally most_;
};

}  // namespace models
