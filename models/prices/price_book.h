// A price book: what one of each thing that is used costs, when that was so, and who says it.
//
//     "prices": {
//       "date": "2026-11-23", "source": "an assumption of this scenario",
//       "sizes": {"m-large": {"price": "$0.10/h", "cores": 2, "source": "contract 4711"}},
//       "items": {"log_bytes": {"usd": 0.5}, "out_bytes": {"usd": 0.09, "of": {"edge": 0.02}}}}
//
// Sizes of one family are a price by cores: a node whose price names the family has the smallest of
// its sizes that is large enough.
//
// There are no prices but those that a scenario or an overlay gives.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/prices/instance_price.h"
#include "models/spec/declaration/spec.h"
#include "sim/usage.h"

namespace models {

struct ItemPriceSpec {
    static constexpr std::string_view name = "item_price";
    static constexpr std::string_view doc = "What one unit of something that is used costs.";
    double usd = 0;
    spec::Named<double> of;
    std::string source;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("usd", &ItemPriceSpec::usd, at_least(0.0), at_most(1e9),
                     "US dollars for one, in the unit that `describe nodes.KIND` says: an hour, a "
                     "million, a GB (10^9 bytes), a GB-month, a GB-s (of 2^30 bytes)."),
            param("of", &ItemPriceSpec::of,
                  "Other prices of the same, by region: of bytes, that they leave."),
            param("source", &ItemPriceSpec::source,
                  "Where this price is from. Without it the book's `source`.")};
    }
};

struct ReservedSpec {
    static constexpr std::string_view type_name = "reserved";
    static constexpr std::string_view doc =
        "Instances of a size that are paid for all the time, used or not (reserved instances).";
    std::uint32_t count = 0;
    sim::Price price{};
    std::string source;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("count", &ReservedSpec::count, between(1u, 1000000u),
                     "How many are reserved, of all nodes of this size together. As many at a time "
                     "as are in use cost this price instead of the size's, and the rest as well."),
            required("price", &ReservedSpec::price, "Price of one by time."),
            param("source", &ReservedSpec::source,
                  "Where this price is from. Without it the book's `source`.")};
    }
};

struct InterruptionSpec {
    static constexpr std::string_view type_name = "interruption";
    static constexpr std::string_view doc =
        "The provider takes instances of a size back when it wants to (spot instances).";
    spec::Distribution<sim::Duration> time_to_fail;
    spec::Distribution<sim::Duration> time_to_repair{std::chrono::minutes(3)};
    sim::Fraction common_cause{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("time_to_fail", &InterruptionSpec::time_to_fail,
                     "Time from when an instance is there until it is taken back. What it does "
                     "then fails: the notice that providers give is left out."),
            param("time_to_repair", &InterruptionSpec::time_to_repair,
                  "Time until another has taken its place, which is not paid for. The default is "
                  "an assumption."),
            param("common_cause", &InterruptionSpec::common_cause, at_most(sim::Fraction{1}),
                  "Share of interruptions that take all of a zone, as when there is no capacity "
                  "left there; all of the node, where there are no zones.")};
    }
};

struct SizeSpec {
    static constexpr std::string_view name = "size";
    static constexpr std::string_view doc = "A size of instance, and what an hour of it costs.";
    sim::Price price{};
    std::optional<std::uint32_t> cores;
    std::optional<ReservedSpec> reserved;
    std::optional<InterruptionSpec> interruption;
    std::string family;
    std::string source;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("price", &SizeSpec::price, "Price of one by time."),
            param(
                "cores", &SizeSpec::cores, at_least(1u), at_most(100000u),
                "Cores that it has: a node of this size that has others is refused. Without it any "
                "may be of it."),
            param("reserved", &SizeSpec::reserved,
                  "What is reserved of it. Without it each instance costs `price`."),
            param("interruption", &SizeSpec::interruption,
                  "That instances of it are spot instances: nodes of this size crash when they are "
                  "taken back. Without it they stay for as long as they are wanted."),
            param("family", &SizeSpec::family,
                  "Family of sizes that it belongs to. A node whose `price` names the family is of "
                  "the smallest of its sizes that has as many cores as the node's instances, so "
                  "that its price grows with its cores."),
            param("source", &SizeSpec::source,
                  "Where this price is from. Without it the book's `source`.")};
    }
};

struct PricesSpec {
    static constexpr std::string_view name = "prices";
    static constexpr std::string_view doc = "A price book: prices of what nodes use.";
    std::string date;
    std::string source;
    spec::Named<SizeSpec> sizes;
    spec::Named<ItemPriceSpec> items;
    spec::Named<sim::Duration> upkeep;
    std::optional<sim::Price> downtime;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("date", &PricesSpec::date, "The day of which these are the prices."),
            param("source", &PricesSpec::source,
                  "Where prices are from that do not say so themselves: a price list and its "
                  "address, a contract, an assumption."),
            param("sizes", &PricesSpec::sizes,
                  "Sizes of instances, by name: what a node's `price` may name."),
            param(
                "items", &PricesSpec::items,
                "Prices of everything else, by what is used. What has no price costs nothing, and "
                "the report says so."),
            param("upkeep", &PricesSpec::upkeep,
                  "Time that people spend on a node in a month of 730 hours, by node; its price is "
                  "that of `people_hours`."),
            param("downtime", &PricesSpec::downtime,
                  "What the time costs in which the service is down for its users (see "
                  "availability_by_time). It is no part of the cost, and is told beside it. "
                  "Without it "
                  "nothing is told.")};
    }
};

// The size that a node's price stands for: of that name, or the smallest of the family of that name
// that has the cores. None: there is no such size, or none so large.
struct FoundSize {
    std::string name;
    const SizeSpec* spec;
};
std::optional<FoundSize> size_of(const PricesSpec& book, std::string_view name,
                                 std::uint32_t cores);

// What is asked for and who said it; none: nobody has a price.
struct FoundPrice {
    double usd;
    std::string source;
};
// `of` is a size, a region, or empty. The book may be null.
std::optional<FoundPrice> price_of(const PricesSpec* book, std::string_view item,
                                   std::string_view of);

// Of instances with so many cores each.
double usd_per_hour(const PricesSpec* book, const std::vector<PaidInstances>& paid,
                    std::uint32_t cores);

}  // namespace models
