// Calls are made by threads of their own, few in number, with a bounded queue in front of them.
//
// resilience4j's ThreadPoolBulkhead. A caller that stops waiting leaves its call behind in the
// queue or on its thread, where it goes on.
#pragma once

#include "models/calls/policy.h"
#include "models/calls/scope.h"
#include "models/calls/tally.h"
#include "models/spec/spec.h"
#include "sim/slots.h"

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
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("max_thread_pool_size", &Spec::max_thread_pool_size, between(1u, 1000000u),
                      "Threads, each with one call at a time."),
                param("queue_capacity", &Spec::queue_capacity,
                      "Calls that may wait for a thread; more are refused."),
                param("scope", &Spec::scope, "Who shares the threads.")};
        }
    };

    ThreadPoolBulkhead(const Spec& spec, const Context& context, Service& inner);
    Reply call(Request request) override;

private:
    Spec spec_;
    sim::Scheduler& scheduler_;
    Service& inner_;
    PerCaller<sim::Slots> threads_;
    Tally full_;
    Tally most_;
};

}  // namespace models
