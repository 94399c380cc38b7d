// Another process in an instance's container takes memory, as stress-ng or a leaking agent does.
// The container's limit is for both, and the kernel kills it when they are beyond it.
#pragma once

#include <cstdint>

#include "models/failures/failure.h"

namespace models {

class MemoryStress final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "memory_stress";
        static constexpr std::string_view doc =
            "Another process in the container of instances takes memory: less is left for them and "
            "their page cache, and the container may be killed for it (OOMKilled).";
        static constexpr FailureClass failure_class = FailureClass::exhaustion;
        static constexpr Abilities needs = Abilities::memory();
        sim::Bytes bytes{std::uint64_t{1} << 30U};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(outage_params<Spec>(),
                                  std::tuple{param("bytes", &Spec::bytes, above(sim::Bytes{0}),
                                                   at_most(sim::Bytes{std::uint64_t{1} << 50U}),
                                                   "Bytes that it takes.")});
        }
    };

    MemoryStress(const Spec& spec, std::uint64_t)
        : bytes_(static_cast<std::int64_t>(spec.bytes.count)) {}

    void strike(Instance& instance) override { as<MemorySharing>(instance).take_memory(bytes_); }
    void heal(Instance& instance) override { as<MemorySharing>(instance).take_memory(-bytes_); }

private:
    std::int64_t bytes_;
};

}  // namespace models
