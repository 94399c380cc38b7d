// The value modulo the number of partitions (MySQL's PARTITION BY HASH). Neighbours are apart, so a
// range of values is everywhere.
#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "models/spec/declaration/spec.h"
#include "models/tables/partitioning.h"

namespace models {

class HashPartitioning final : public Partitioning {
public:
    struct Spec {
        static constexpr std::string_view kind = "hash";
        static constexpr std::string_view doc =
            "Hash partitioning: the value modulo the number of partitions.";
        std::uint32_t partitions = 4;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("partitions", &Spec::partitions, at_least(1u), at_most(8192u),
                                    "Number of partitions; they are called p0, p1 and so on.")};
        }
    };

    explicit HashPartitioning(const Spec& spec) : count_(spec.partitions) {}

    std::vector<std::string> names() const override {
        std::vector<std::string> names;
        for (std::uint32_t i = 0; i < count_; ++i) names.push_back("p" + std::to_string(i));
        return names;
    }
    std::optional<std::size_t> partition_of(Value value) const override { return value % count_; }
    // Pruned for a single value only.
    bool may_have(std::size_t partition, Range range) const override {
        return range.first != range.last || partition == range.first % count_;
    }

private:
    std::uint32_t count_;
};

}  // namespace models
