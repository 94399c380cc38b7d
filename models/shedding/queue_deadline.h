// Nobody waits longer than a limit: HAProxy's `timeout queue`.
#pragma once

#include <chrono>
#include <tuple>

#include "models/shedding/shedder.h"
#include "models/spec/spec.h"

namespace models {

class QueueDeadline final : public Shedder {
public:
    struct Spec {
        static constexpr std::string_view kind = "queue_deadline";
        static constexpr std::string_view doc =
            "Who has waited for a limit is sent away (HAProxy's timeout queue).";
        sim::Duration limit = std::chrono::seconds(1);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("limit", &Spec::limit, at_least(sim::Duration::zero()), "The longest wait.")};
        }
    };

    explicit QueueDeadline(const Spec& spec) : limit_(spec.limit) {}

    sim::Duration patience(sim::Time, std::size_t) override { return limit_; }

private:
    sim::Duration limit_;
};

}  // namespace models
