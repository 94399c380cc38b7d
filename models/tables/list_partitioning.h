// Values by name: a row whose value no partition lists is refused.
#pragma once

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "models/spec/declaration/spec.h"
#include "models/tables/partitioning.h"

namespace models {

struct ListedValues {
    static constexpr std::string_view name = "listed_values";
    static constexpr std::string_view doc = "The values of a partition.";
    std::vector<std::uint64_t> values;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("values", &ListedValues::values, not_empty(), "Values of the partition.")};
    }
};

class ListPartitioning final : public Partitioning {
public:
    struct Spec {
        static constexpr std::string_view kind = "list";
        static constexpr std::string_view doc =
            "List partitioning: each partition lists its values, as countries.";
        spec::Named<ListedValues> partitions;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("partitions", &Spec::partitions,
                                    "Partitions by name, each with its values.")};
        }
    };

    explicit ListPartitioning(const Spec& spec) : partitions_(spec.partitions) {}

    std::vector<std::string> names() const override {
        std::vector<std::string> names;
        for (const auto& [name, listed] : partitions_) names.push_back(name);
        return names;
    }
    std::optional<std::size_t> partition_of(Value value) const override {
        for (std::size_t i = 0; i < partitions_.entries.size(); ++i) {
            if (may_have(i, {value, value})) return i;
        }
        return std::nullopt;
    }
    bool may_have(std::size_t partition, Range range) const override {
        return std::ranges::any_of(partitions_.entries[partition].second.values, [&](Value each) {
            return range.first <= each && each <= range.last;
        });
    }

private:
    spec::Named<ListedValues> partitions_;
};

}  // namespace models
