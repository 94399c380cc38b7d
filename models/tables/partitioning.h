// How the rows of a table are spread over partitions by the value of one column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace models {

class Partitioning {
public:
    static constexpr std::string_view family = "partitionings";
    static constexpr std::string_view family_doc = "Which partition of a table has a row.";

    using Value = std::uint64_t;
    // From the first to the last, both included.
    struct Range {
        Value first = 0;
        Value last = 0;
    };

    virtual ~Partitioning() = default;

    virtual std::vector<std::string> names() const = 0;

    // None takes that value: the row is refused.
    virtual std::optional<std::size_t> partition_of(Value value) const = 0;

    // Whether the partition has to be looked at for these values: pruning leaves out the others.
    virtual bool may_have(std::size_t partition, Range values) const = 0;
};

}  // namespace models
