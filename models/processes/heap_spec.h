// A JVM's heap as a scenario describes it; see heap.h.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

enum class Collector : std::uint8_t { serial, parallel, g1, zgc };

constexpr auto names_of(Collector) {
    return std::array{
        spec::Word{"serial", Collector::serial,
                   "One thread collects while the program is stopped; a third of the heap is the "
                   "young generation."},
        spec::Word{"parallel", Collector::parallel, "As serial, with all collector threads."},
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
            param("collector", &HeapSpec::collector,
                  "Garbage collector, as chosen by -XX:+UseG1GC and the like."),
            param("xms", &HeapSpec::xms, at_least(sim::Bytes{1U << 20U}),
                  "Heap size at the start (-Xms)."),
            param("xmx", &HeapSpec::xmx, at_least(sim::Bytes{1U << 20U}),
                  "Largest heap size (-Xmx)."),
            param("live", &HeapSpec::live, "Live data on the heap without any request."),
            param("allocation_per_request", &HeapSpec::allocation_per_request,
                  "Bytes a request allocates; garbage once the request has ended."),
            param("leak_per_request", &HeapSpec::leak_per_request,
                  "Memory leak: bytes of what a request allocates that are never freed."),
            param("native_per_request", &HeapSpec::native_per_request,
                  "Native memory of each request in flight, outside of the heap: direct buffers."),
            param(
                "survivors", &HeapSpec::survivors,
                "Share of allocated bytes that outlives its request, by survivor_lifetime. A young "
                "collection copies what of it is still alive, and what requests in flight hold."),
            param("survivor_lifetime", &HeapSpec::survivor_lifetime, above(sim::Duration::zero()),
                  "How long survivors live. With more time between young collections there is no "
                  "more to copy."),
            param("promoted", &HeapSpec::promoted,
                  "Share of survivors promoted to the old generation, which become garbage there."),
            param("max_gc_pause", &HeapSpec::max_gc_pause, above(sim::Duration::zero()),
                  "g1: goal for the longest pause (-XX:MaxGCPauseMillis)."),
            param("fixed_pause", &HeapSpec::fixed_pause, at_least(sim::Duration::zero()),
                  "Fixed part of every pause, however little there is to collect."),
            param("copied_per_second", &HeapSpec::copied_per_second,
                  at_least(sim::Bytes{1U << 20U}),
                  "Bytes of survivors a collector thread copies a second."),
            param("full_gc_per_second", &HeapSpec::full_gc_per_second,
                  at_least(sim::Bytes{1U << 20U}),
                  "Bytes of heap a collector thread goes over a second, in full collections and in "
                  "marking."),
            param("gc_threads", &HeapSpec::gc_threads, at_least(1u), at_most(1024u),
                  "Threads of the collector; serial has one."),
            param("concurrent_cores", &HeapSpec::concurrent_cores, at_most(sim::Fraction{0.9}),
                  "Share of the cores that concurrent marking takes while the program runs."),
            param("duplicate_strings", &HeapSpec::duplicate_strings,
                  "Share of live data that is duplicate strings."),
            param("string_deduplication", &HeapSpec::string_deduplication,
                  "Whether duplicate strings are stored once only (-XX:+UseStringDeduplication)."),
            param("deduplication_cost", &HeapSpec::deduplication_cost, at_most(sim::Fraction{0.9}),
                  "Share of the cores that string deduplication takes."),
            param("heap_dump_on_oom", &HeapSpec::heap_dump_on_oom,
                  "Whether a process that dies writes its heap to disk first."),
            param("dumped_per_second", &HeapSpec::dumped_per_second,
                  at_least(sim::Bytes{1U << 10U}), "Bytes of heap dump written a second."),
            param("always_pre_touch", &HeapSpec::always_pre_touch,
                  "Whether all committed heap is resident from the start (-XX:+AlwaysPreTouch). If "
                  "not (the default), only what was ever used is."),
            param("log", &HeapSpec::log,
                  "GC log: whether every collection is recorded as an event of the run.")};
    }
    void check(spec::Check& check) const {
        check.that(xms <= xmx, "xms", "xms is above xmx");
        check.that(live <= xmx, "live", "live is above xmx");
    }
};

}  // namespace models
