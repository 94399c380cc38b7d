// Any, each as likely.
#pragma once

#include <string_view>
#include <tuple>

#include "models/balancers/balancer.h"
#include "models/context.h"

namespace models {

class Random final : public Balancer {
public:
    struct Spec {
        static constexpr std::string_view kind = "random";
        static constexpr std::string_view doc = "Any backend, each equally likely.";
        static constexpr auto params() { return std::tuple{}; }
    };

    Random(const Spec&, const Context& context) : draws_(context.stream("random balancer")) {}

    std::size_t pick(std::span<const Candidate> candidates, const Request&) override {
        return draws_.below(candidates.size());
    }

private:
    sim::Draws draws_;
};

}  // namespace models
