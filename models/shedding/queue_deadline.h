// Nobody waits longer than a limit: HAProxy's `timeout queue`, or callers who hang up.
//
// With a limit that is exponentially distributed this is the Erlang A queue of call centres.
#pragma once

#include <chrono>
#include <tuple>

#include "models/shedding/shedder.h"
#include "models/spec/declaration/spec.h"
#include "sim/distribution.h"

namespace models {

class QueueDeadline final : public Shedder {
public:
    struct Spec {
        static constexpr std::string_view kind = "queue_deadline";
        static constexpr std::string_view doc =
            "Requests that have waited in the queue for a limit are rejected (HAProxy's timeout "
            "queue).";
        spec::Distribution<sim::Duration> limit =
            spec::Constant<sim::Duration>{std::chrono::seconds(1)};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("limit", &Spec::limit, "Longest wait in the queue, drawn for each request.")};
        }
    };

    QueueDeadline(const Spec& spec, std::uint64_t stream)
        : limits_(spec.limit.build()), draws_(stream) {}

    sim::Duration patience(sim::Time, std::size_t) override {
        return limits_.sample_duration(draws_);
    }

private:
    sim::Distribution limits_;
    sim::Draws draws_;
};

}  // namespace models
