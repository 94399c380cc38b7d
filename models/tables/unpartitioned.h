// One table, whole.
#pragma once

#include <tuple>

#include "models/spec/declaration/spec.h"
#include "models/tables/partitioning.h"

namespace models {

class Unpartitioned final : public Partitioning {
public:
    struct Spec {
        static constexpr std::string_view kind = "none";
        static constexpr std::string_view doc = "No partitioning: one table with all rows.";
        static constexpr auto params() { return std::tuple<>(); }
    };

    explicit Unpartitioned(const Spec&) {}

    std::vector<std::string> names() const override { return {"whole"}; }
    std::optional<std::size_t> partition_of(Value) const override { return 0; }
    bool may_have(std::size_t, Range) const override { return true; }
};

}  // namespace models
