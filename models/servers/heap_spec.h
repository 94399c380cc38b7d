// A JVM's heap as a scenario describes it; see heap.h.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/spec/spec.h"

namespace models {

enum class Collector : std::uint8_t { serial, parallel, g1, zgc };

constexpr auto names_of(Collector) {
    return std::array{
        spec::Word{"serial", Collector::serial,
                   "One thread collects, everything stands still; a third of the heap is young."},
        spec::Word{"parallel", Collector::parallel, "As serial, with all its threads."},
        spec::Word{"g1", Collector::g1,
                   "The young generation is as large as the pause goal allows; the old one is "
                   "marked while the program runs, and collected piece by piece."},
        spec::Word{"zgc", Collector::zgc,
                   "Collects while the program runs, with hardly a pause; when it is too late, "
                   "the program waits for it."}};
}

struct HeapSpec {
    static constexpr std::string_view name = "heap";
    static constexpr std::string_view doc = "A JVM's heap and its collector.";
    Collector collector = Collector::g1;
    sim::Bytes xms{std::uint64_t{512} << 20U};
    sim::Bytes xmx{std::uint64_t{2} << 30U};
    sim::Bytes live{std::uint64_t{200} << 20U};
    sim::Bytes allocation_per_request{std::uint64_t{1} << 20U};
    sim::Bytes leak_per_request{};
    sim::Bytes native_per_request{};
    sim::Fraction survivors{0.05};
    sim::Duration survivor_lifetime = std::chrono::seconds(1);
    sim::Fraction promoted{0.1};
    sim::Duration max_gc_pause = std::chrono::milliseconds(200);
    sim::Duration fixed_pause = std::chrono::milliseconds(5);
    sim::Bytes copied_per_second{std::uint64_t{1} << 30U};
    sim::Bytes full_gc_per_second{std::uint64_t{512} << 20U};
    std::uint32_t gc_threads = 1;
    sim::Fraction concurrent_cores{0.25};
    sim::Fraction duplicate_strings{};
    bool string_deduplication = false;
    sim::Fraction deduplication_cost{0.02};
    bool heap_dump_on_oom = false;
    sim::Bytes dumped_per_second{std::uint64_t{100} << 20U};
    bool always_pre_touch = false;
    bool log = false;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("collector", &HeapSpec::collector, "Who collects, as -XX:+UseG1GC says."),
            param("xms", &HeapSpec::xms, at_least(sim::Bytes{1U << 20U}), "Its size at first."),
            param("xmx", &HeapSpec::xmx, at_least(sim::Bytes{1U << 20U}), "Its largest size."),
            param("live", &HeapSpec::live, "What lives in it without any request."),
            param("allocation_per_request", &HeapSpec::allocation_per_request,
                  "What a request allocates and soon needs no more."),
            param("leak_per_request", &HeapSpec::leak_per_request,
                  "What of it is never let go of again."),
            param("native_per_request", &HeapSpec::native_per_request,
                  "What a request there needs outside of the heap: direct buffers."),
            param("survivors", &HeapSpec::survivors,
                  "The share of what is allocated that outlives its request, for "
                  "survivor_lifetime. A collection copies what of it still lives, and what "
                  "requests that came since the last one hold."),
            param("survivor_lifetime", &HeapSpec::survivor_lifetime, above(sim::Duration::zero()),
                  "How long that lives. A young generation that lasts for longer has no more to "
                  "copy."),
            param("promoted", &HeapSpec::promoted,
                  "The share of these that becomes old, and dies there."),
            param("max_gc_pause", &HeapSpec::max_gc_pause, above(sim::Duration::zero()),
                  "g1: the longest pause it aims at (-XX:MaxGCPauseMillis)."),
            param("fixed_pause", &HeapSpec::fixed_pause, at_least(sim::Duration::zero()),
                  "What every pause takes, however little there is to do."),
            param("copied_per_second", &HeapSpec::copied_per_second,
                  at_least(sim::Bytes{1U << 20U}), "How fast a thread copies survivors."),
            param("full_gc_per_second", &HeapSpec::full_gc_per_second,
                  at_least(sim::Bytes{1U << 20U}),
                  "How fast a thread goes over the heap, in a full collection and in marking."),
            param("gc_threads", &HeapSpec::gc_threads, at_least(1u), at_most(1024u),
                  "Threads of the collector; serial has one."),
            param("concurrent_cores", &HeapSpec::concurrent_cores, at_most(sim::Fraction{0.9}),
                  "The share of the cores that marking takes while the program runs."),
            param("duplicate_strings", &HeapSpec::duplicate_strings,
                  "The share of what lives that is strings there are already."),
            param("string_deduplication", &HeapSpec::string_deduplication,
                  "Whether these are kept once only (-XX:+UseStringDeduplication)."),
            param("deduplication_cost", &HeapSpec::deduplication_cost, at_most(sim::Fraction{0.9}),
                  "The share of the cores that takes."),
            param("heap_dump_on_oom", &HeapSpec::heap_dump_on_oom,
                  "Whether a process that dies writes its heap to disk first."),
            param("dumped_per_second", &HeapSpec::dumped_per_second,
                  at_least(sim::Bytes{1U << 10U}), "How fast."),
            param("always_pre_touch", &HeapSpec::always_pre_touch,
                  "Whether all that is committed is resident at once (-XX:+AlwaysPreTouch); else "
                  "only what was once used, and xms is not at the start."),
            param("log", &HeapSpec::log, "Whether every collection is an event of the run.")};
    }
    void check(spec::Check& check) const {
        check.that(xms <= xmx, "xms", "xms is above xmx");
        check.that(live <= xmx, "live", "live is above xmx");
    }
};

}  // namespace models
