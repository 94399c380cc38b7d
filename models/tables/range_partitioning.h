// Ranges of values, in order: a row is in the first partition whose bound its value is below
// (MySQL's PARTITION BY RANGE, VALUES LESS THAN). The last may have no bound (MAXVALUE).
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/spec/declaration/spec.h"
#include "models/tables/partitioning.h"

namespace models {

struct PartitionBound {
    static constexpr std::string_view name = "partition_bound";
    static constexpr std::string_view doc = "A partition of a range of values.";
    std::string title;
    std::optional<std::uint64_t> less_than;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("name", &PartitionBound::title, not_empty(), "Its name, as \"p2024_01\"."),
            param("less_than", &PartitionBound::less_than,
                  "Upper bound, exclusive: all values in it are less. Without it there is no bound "
                  "(MAXVALUE).")};
    }
};

class RangePartitioning final : public Partitioning {
public:
    struct Spec {
        static constexpr std::string_view kind = "range";
        static constexpr std::string_view doc =
            "Range partitioning: by ranges of values, as months of a date.";
        std::vector<PartitionBound> partitions = {{"p_future", std::nullopt}};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("partitions", &Spec::partitions, not_empty(),
                                    "Partitions in order of their bounds.")};
        }
        void check(spec::Check& check) const {
            for (std::size_t i = 0; i + 1 < partitions.size(); ++i) {
                const auto& bound = partitions[i].less_than;
                const auto& next = partitions[i + 1].less_than;
                check.that(bound && (!next || *bound < *next), "partitions",
                           "the bounds must grow, and only the last may have none",
                           "order them by less_than");
            }
        }
    };

    explicit RangePartitioning(const Spec& spec) : partitions_(spec.partitions) {}

    std::vector<std::string> names() const override {
        std::vector<std::string> names;
        for (const PartitionBound& each : partitions_) names.push_back(each.title);
        return names;
    }
    std::optional<std::size_t> partition_of(Value value) const override {
        for (std::size_t i = 0; i < partitions_.size(); ++i) {
            if (!partitions_[i].less_than || value < *partitions_[i].less_than) return i;
        }
        return std::nullopt;
    }
    bool may_have(std::size_t partition, Range values) const override {
        const auto& bound = partitions_[partition].less_than;
        const bool reaches = partition == 0 || values.last >= *partitions_[partition - 1].less_than;
        return reaches && (!bound || values.first < *bound);
    }

private:
    std::vector<PartitionBound> partitions_;
};

}  // namespace models
