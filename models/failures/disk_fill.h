// Something else fills a disk: a dump, a log that nobody rotates. It goes when it heals.
#pragma once

#include <cstdint>

#include "models/failures/failure.h"

namespace models {

class DiskFill final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "disk_fill";
        static constexpr std::string_view doc =
            "Something else fills the disk of instances, which then lack that room.";
        static constexpr FailureClass failure_class = FailureClass::exhaustion;
        static constexpr Abilities needs = Abilities::disk_space();
        sim::Bytes bytes{std::uint64_t{1} << 40U};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(outage_params<Spec>(),
                                  std::tuple{param("bytes", &Spec::bytes, above(sim::Bytes{0}),
                                                   at_most(sim::Bytes{std::uint64_t{1} << 50U}),
                                                   "Bytes that it takes of the disk.")});
        }
    };

    DiskFill(const Spec& spec, std::uint64_t)
        : bytes_(static_cast<std::int64_t>(spec.bytes.count)) {}

    void strike(Instance& instance) override { as<DiskFilling>(instance).fill_disk(bytes_); }
    void heal(Instance& instance) override { as<DiskFilling>(instance).fill_disk(-bytes_); }

private:
    std::int64_t bytes_;
};

}  // namespace models
