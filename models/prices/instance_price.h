// What an hour of one instance costs: a price of its own, or a size that the scenario's price book
// has a price for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/spec/declaration/scalars.h"
#include "sim/quantity.h"

namespace models {

// "$0.10/h", or "m-large"; without either it is what the book says of instance_hours, if anything.
struct InstancePrice {
    std::optional<sim::Price> own{};
    std::string size{};

    bool is_given() const { return own || !size.empty(); }
    bool operator==(const InstancePrice&) const = default;
};

// So many of a node's instances that are paid for alike, to begin with.
struct PaidInstances {
    std::string parameter;  // of the node, that says the price: "machine.price"
    InstancePrice price;
    double count = 0;
};

}  // namespace models

namespace models::spec {

template <>
struct Codec<InstancePrice> : Leaf<InstancePrice> {
    static bool parse(const Cursor& cursor, InstancePrice& out);
    static Json echo(const InstancePrice& price);
    static Type type(Types& types);
    static InstancePrice random(Random& random, const InstancePrice& around,
                                const Limits<Unordered>&);
};

}  // namespace models::spec
