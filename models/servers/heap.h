// The heap of a JVM with the G1 collector, as far as its size, its pauses and its end go.
//
// Requests allocate; when the young generation is full it is collected, and everything in the
// process stands still meanwhile. A pause is a fixed part and what survives divided by the speed of
// copying; the young generation is made as large as the pause goal allows, and the room there is
// (G1's MaxGCPauseMillis is a goal it sizes the young generation by). What lives grows with the
// requests that are there and with leaks. When hardly any room is left a full collection goes over
// everything, slowly; when what lives does not fit, the process dies of it.
//
// The heap begins at -Xms and is made larger, up to -Xmx, when collections take more than a
// thirteenth of the time (GCTimeRatio = 12) or what lives fills more than 60 % of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/spec/spec.h"
#include "sim/timer.h"

namespace models {

struct HeapSpec {
    static constexpr std::string_view name = "heap";
    static constexpr std::string_view doc = "A JVM's heap with the G1 collector.";
    sim::Bytes xms{std::uint64_t{512} << 20U};
    sim::Bytes xmx{std::uint64_t{2} << 30U};
    sim::Bytes live{std::uint64_t{200} << 20U};
    sim::Bytes allocation_per_request{std::uint64_t{1} << 20U};
    sim::Bytes leak_per_request{};
    sim::Fraction survivors{0.05};
    sim::Duration max_gc_pause = std::chrono::milliseconds(200);
    sim::Duration fixed_pause = std::chrono::milliseconds(5);
    sim::Bytes copied_per_second{std::uint64_t{1} << 30U};
    sim::Bytes full_gc_per_second{std::uint64_t{512} << 20U};
    sim::Fraction duplicate_strings{};
    bool string_deduplication = false;
    sim::Fraction deduplication_cost{0.02};
    bool heap_dump_on_oom = false;
    sim::Bytes dumped_per_second{std::uint64_t{100} << 20U};
    bool log = false;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("xms", &HeapSpec::xms, at_least(sim::Bytes{1U << 20U}), "Its size at first."),
            param("xmx", &HeapSpec::xmx, at_least(sim::Bytes{1U << 20U}), "Its largest size."),
            param("live", &HeapSpec::live, "What lives in it without any request."),
            param("allocation_per_request", &HeapSpec::allocation_per_request,
                  "What a request allocates and soon needs no more."),
            param("leak_per_request", &HeapSpec::leak_per_request,
                  "What of it is never let go of again."),
            param("survivors", &HeapSpec::survivors,
                  "The share of the young generation that a collection finds alive."),
            param("max_gc_pause", &HeapSpec::max_gc_pause, above(sim::Duration::zero()),
                  "The longest pause the collector aims at (-XX:MaxGCPauseMillis)."),
            param("fixed_pause", &HeapSpec::fixed_pause, at_least(sim::Duration::zero()),
                  "What every pause takes, however little there is to do."),
            param("copied_per_second", &HeapSpec::copied_per_second,
                  at_least(sim::Bytes{1U << 20U}), "How fast survivors are copied."),
            param("full_gc_per_second", &HeapSpec::full_gc_per_second,
                  at_least(sim::Bytes{1U << 20U}),
                  "How fast a full collection goes over the heap."),
            param("duplicate_strings", &HeapSpec::duplicate_strings,
                  "The share of what lives that is strings there are already."),
            param("string_deduplication", &HeapSpec::string_deduplication,
                  "Whether these are kept once only (-XX:+UseStringDeduplication)."),
            param("deduplication_cost", &HeapSpec::deduplication_cost,
                  "The share of the cores that takes."),
            param("heap_dump_on_oom", &HeapSpec::heap_dump_on_oom,
                  "Whether a process that dies writes its heap to disk first."),
            param("dumped_per_second", &HeapSpec::dumped_per_second,
                  at_least(sim::Bytes{1U << 10U}), "How fast."),
            param("log", &HeapSpec::log, "Whether every collection is an event of the run.")};
    }
    void check(spec::Check& check) const {
        check.that(xms <= xmx, "xms", "xms is above xmx");
        check.that(live <= xmx, "live", "live is above xmx");
    }
};

// Whose heap it is.
class Heaped {
public:
    virtual void stop_world() = 0;
    virtual void resume_world() = 0;
    virtual void out_of_heap() = 0;
    virtual void heap_grew() = 0;  // the machine has to give more
    virtual void collected(std::string_view cause, double before, double after,
                           sim::Duration pause) = 0;

protected:
    ~Heaped() = default;
};

class Heap final : sim::Event {
public:
    Heap(sim::Scheduler& scheduler, const HeapSpec& spec, Heaped& owner);

    // A request has come that needs `bytes` for as long as it is there; and it has left.
    void came(double bytes);
    void left(double bytes);

    void restart();  // a new process

    double committed() const { return committed_; }
    double live() const { return live_; }
    double used() const { return live_ + young_; }
    sim::Duration dump_time() const;

    struct Counts {
        std::uint64_t collections = 0;
        std::uint64_t full_collections = 0;
        sim::Duration paused{};
        sim::Duration longest{};
        double most_committed = 0;
        double live = 0;  // for a report of several
    };
    void begin_measuring();
    const Counts& counts() const { return counts_; }

private:
    double young_size() const;
    double kept() const;  // the share of what lives that takes room
    void collect();
    void pause(std::string_view cause, double before, sim::Duration time);
    void grow();
    void check();
    void fire() override;

    HeapSpec spec_;
    Heaped& owner_;
    sim::Scheduler& scheduler_;
    sim::Timer timer_;
    double committed_ = 0;
    double live_ = 0;
    double young_ = 0;
    sim::Time collected_{};
    bool is_paused_ = false;
    Counts counts_;
};

}  // namespace models
