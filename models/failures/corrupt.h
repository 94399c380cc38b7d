// Copies of shards on a data node turn out to be corrupt: what is read there has the wrong checksum
// (CorruptIndexException). They are of no use from then on; another copy takes their place where
// there is one.
#pragma once

#include "models/failures/failure.h"

namespace models {

class Corrupt final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "corrupt";
        static constexpr std::string_view doc =
            "Corrupt files: the copies of shards on data nodes of an Elasticsearch, which gets "
            "them back from another copy or from a snapshot.";
        static constexpr FailureClass failure_class = FailureClass::byzantine;
        static constexpr Abilities needs = Abilities::corruption();
        Spec() { lasts = sim::Duration(1); }  // nothing is left to heal
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                std::tuple{required("target", &Spec::target,
                                    "The node whose instances it strikes, or one instance: "
                                    "\"index[0]\".")},
                moment_params<Spec>());
        }
    };

    Corrupt(const Spec&, std::uint64_t) {}

    void strike(Instance& instance) override { as<Corruptible>(instance).corrupt(); }
    void heal(Instance&) override {}
};

}  // namespace models
