// The heap of a data node, as far as aggregations and bulk requests take it: its collector's
// pauses, the circuit breaker in front of it, and its end.
//
// An aggregation holds its buckets in the heap of the data node that has the shard, until the shard
// is done. The parent circuit breaker (HierarchyCircuitBreakerService) refuses what would have
// brought what is alive above `breaker` of the heap: 429, circuit_breaking_exception. A real one
// asks how much of the heap is used, garbage and all, and has the collector run first
// (indices.breaker.total.use_real_memory; G1OverLimitStrategy), which comes to the same. Without a
// breaker the JVM ends when nothing more fits.
#pragma once

#include <array>
#include <string_view>
#include <tuple>

#include "models/processes/process_heap.h"
#include "models/spec/declaration/spec.h"
#include "sim/resource.h"

namespace models {

enum class BreakerType : std::uint8_t { hierarchy, none };
constexpr auto names_of(BreakerType) {
    return std::array{
        spec::Word{"hierarchy", BreakerType::hierarchy,
                   "What would fill more than `breaker` of the heap is refused (429)."},
        spec::Word{"none", BreakerType::none,
                   "Everything is taken on, and the JVM may end by it."}};
}

struct AggregationsSpec {
    static constexpr std::string_view type_name = "aggregations";
    static constexpr std::string_view doc =
        "Aggregations over an index (its endpoint `aggregate`), and the heap that they take.";
    sim::Bytes size{};
    sim::Duration time = std::chrono::milliseconds(50);
    sim::Bytes heap_live{std::uint64_t{256} << 20U};
    BreakerType breaker_type = BreakerType::hierarchy;
    sim::Fraction breaker{0.95};
    sim::Duration restart_time = std::chrono::seconds(30);
    static constexpr auto params() {
        using namespace spec;
        using Spec = AggregationsSpec;
        constexpr auto most = at_most(sim::Bytes{std::uint64_t{1} << 40U});
        return std::tuple{
            required("size", &Spec::size, above(sim::Bytes{0}), most,
                     "Heap that the buckets of an aggregation take on each shard's data node."),
            param("time", &Spec::time, at_least(sim::Duration::zero()),
                  "Core time of an aggregation on a shard, beside what a search there takes. The "
                  "default is an assumption."),
            param("heap_live", &Spec::heap_live, most,
                  "Live data in a data node's heap without any request. The default is an "
                  "assumption."),
            param("breaker_type", &Spec::breaker_type, "Circuit breaker (indices.breaker.type)."),
            param("breaker", &Spec::breaker, above(sim::Fraction{0}),
                  "Share of the heap above which the breaker refuses "
                  "(indices.breaker.total.limit)."),
            param("restart_time", &Spec::restart_time, at_least(sim::Duration(1)),
                  "Time until a data node that has ended is back. The default is an assumption.")};
    }
};

class DataNodeHeap {
public:
    struct Node {
        sim::Bytes heap;
        std::uint32_t cores;
    };

    DataNodeHeap(sim::Scheduler& scheduler, const AggregationsSpec& spec, const Node& node,
                 Heaped& owner)
        : spec_(spec),
          size_(static_cast<double>(node.heap.count)),
          heap_(scheduler, {node.heap, spec.heap_live, node.cores}, owner) {}

    // Whether the breaker lets it; false is counted.
    bool admits(sim::Bytes bytes) {
        const double alive = heap_.heap().live() + static_cast<double>(bytes.count);
        const bool fits = alive <= spec_.breaker.value * size_;
        if (spec_.breaker_type == BreakerType::none || fits) return true;
        ++refused_;
        return false;
    }
    ProcessHeap& process() { return heap_; }
    void restart() { heap_.restart(); }
    void begin_measuring() { heap_.heap().begin_measuring(); }
    const Heap::Counts& counts() const { return heap_.heap().counts(); }
    sim::Use use() const {
        sim::Use use;
        use.size = size_;
        use.in_use = static_cast<std::uint64_t>(heap_.heap().live());
        use.refused = refused_;
        return use;
    }

private:
    AggregationsSpec spec_;
    double size_;
    ProcessHeap heap_;
    std::uint64_t refused_ = 0;
};

}  // namespace models
