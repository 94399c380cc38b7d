// Something that goes wrong, and heals: it undoes exactly what it did.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "models/node.h"
#include "models/spec/spec.h"

namespace models {

class Failure {
public:
    static constexpr std::string_view family = "failures";
    static constexpr std::string_view family_doc = "What goes wrong, when, and for how long.";

    virtual ~Failure() = default;

    virtual void strike(Instance& instance) = 0;
    virtual void heal(Instance& instance) = 0;
};

// Whom, when and for how long: the same for every failure.
struct Outage {
    spec::MentionRef target;
    sim::Duration at{};
    sim::Duration lasts{};
    std::uint32_t instances = 0;

    // The target's instances that it strikes: the first `instances` of them, 0 for all.
    std::span<Instance* const> victims(Node& node) const {
        const std::span<Instance* const> all = node.instances();
        return instances == 0 || instances >= all.size() ? all : all.first(instances);
    }
};

template <class Spec>
constexpr auto outage_params() {
    using namespace spec;
    return std::tuple{
        required("target", &Spec::target, "The node whose instances it strikes."),
        param("at", &Spec::at, at_least(sim::Duration::zero()),
              "When, from the start of the run (warm-up included)."),
        required("lasts", &Spec::lasts, above(sim::Duration::zero()), "How long."),
        param("instances", &Spec::instances, "How many instances, from the first; 0 is all.")};
}

}  // namespace models
