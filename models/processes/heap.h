// The heap of a JVM, as far as its size, its pauses and its end go.
//
// Requests allocate in the young generation; when that is full it is collected, and everything in
// the process stands still meanwhile: a fixed part, and what lives divided by the speed of copying.
// What lives is what requests that came since the last collection hold, and the share of what was
// allocated that outlives its request for a time L. Of a young generation of Y bytes that fills in
// the time I the latter is
//
//     survivors * Y * min(1, L / I),
//
// by Little's law no more than survivors * rate * L however large Y is: twice the heap is collected
// half as often, in pauses that are as long. Part of what survives is promoted: it becomes old, and
// is garbage there until the old generation is collected. What lives grows with the requests that
// are there and with leaks; when that does not fit, the process dies of it.
//
// serial and parallel give a third of the heap to the young (NewRatio = 2), and collect the old
// when nothing more fits, all of it and standing still. g1 makes the young as large as the pause
// goal allows at the rate of the last interval, between 5 % and 60 % of the heap; when the old
// fills 45 % of it (IHOP), that is marked while the program runs, and the next eight collections
// are mixed: each takes an eighth of the garbage with it. zgc has no generations and hardly a
// pause: it begins to mark when three quarters of the heap are used, and what was allocated before
// is free at the end; when the heap is full before that, the program waits.
//
// The heap begins at -Xms and is made larger, up to -Xmx, when collections take more than a
// thirteenth of the time (GCTimeRatio = 12) or the old fills more than 60 % of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "models/processes/heap_spec.h"
#include "sim/timer.h"

namespace models {

// Whose heap it is.
class Heaped {
public:
    virtual void stop_world() = 0;
    virtual void resume_world() = 0;
    virtual void out_of_heap() = 0;
    virtual void collector_takes(double cores) = 0;  // a share of them, from now on
    virtual void collected(std::string_view cause, double before, double after,
                           sim::Duration pause) = 0;

protected:
    ~Heaped() = default;
};

class Heap final : sim::Event {
public:
    Heap(sim::Scheduler& scheduler, const HeapSpec& spec, Heaped& owner);

    // A request has come that needs `bytes` for as long as it is there; and it has left.
    void came(double bytes) {
        came(bytes, static_cast<double>(spec_.allocation_per_request.count));
    }
    // The same of one that allocates so much, all of which is garbage when it leaves.
    void came(double bytes, double allocated);
    void left(double bytes, sim::Time came);

    void restart();  // a new process

    double committed() const { return committed_; }
    double live() const { return live_; }
    double used() const { return live_ + garbage_ + young_; }
    // Pages that the machine had to give for it: those once used, and with AlwaysPreTouch all.
    double resident() const {
        return spec_.always_pre_touch ? committed_ : std::min(touched_, committed_);
    }
    // What a dump of it would be, and how long it takes to write so much of that.
    double dump_size() const;
    sim::Duration time_to_dump(double bytes) const;

    struct Counts {
        std::uint64_t collections = 0;
        std::uint64_t full_collections = 0;
        std::uint64_t markings = 0;  // while the program ran
        sim::Duration paused{};
        sim::Duration longest{};
        double busiest = 0;  // the largest share of ten seconds that was spent in pauses
        double most_committed = 0;
        double live = 0;  // for a report of several
    };
    void begin_measuring();
    const Counts& counts() const { return counts_; }

private:
    // The part of the collector that works while the program runs.
    class Marker final : sim::Event {
    public:
        Marker(sim::Scheduler& scheduler, Heap& heap) : timer_(scheduler), heap_(heap) {}
        bool is_busy() const { return timer_.armed(); }
        void start(sim::Duration time) { timer_.start(time, static_cast<sim::Event&>(*this)); }
        void stop() { timer_.stop(); }

    private:
        void fire() override;
        sim::Timer timer_;
        Heap& heap_;
    };

    bool is(Collector collector) const { return spec_.collector == collector; }
    double old() const { return live_ + garbage_; }
    double young_size() const;
    double survivors() const;
    double copied_within_goal() const;
    double share_alive() const;
    void aim(double young, double survived);
    double threads() const { return is(Collector::serial) ? 1 : spec_.gc_threads; }
    double kept() const;  // the share of what lives that takes room
    void collect();
    void collect_all();
    void collect_young();
    void manage_zgc();
    void start_marking();
    void marked();
    // `left` is what of the young is there afterwards.
    void pause(std::string_view cause, double before, sim::Duration time, double left = 0);
    void note_pause(sim::Duration time);
    void grow();
    void check();
    void fire() override;

    HeapSpec spec_;
    Heaped& owner_;
    sim::Scheduler& scheduler_;
    sim::Timer timer_;
    Marker marker_;
    double committed_ = 0;
    double live_ = 0;
    double garbage_ = 0;  // old
    double young_ = 0;
    double fresh_ = 0;       // of what lives: came since the last collection
    double touched_ = 0;     // the most that was used
    double most_young_ = 0;  // g1: what the pause goal allows
    sim::Time paused_at_{};
    double marked_young_ = 0;  // zgc: what was there when the marking began
    int mixed_left_ = 0;       // g1: of the next collections, that take old garbage with them
    bool is_stalled_ = false;  // zgc: waits for the marking
    sim::Time stalled_{};
    sim::Time collected_{};
    sim::Time window_{};  // of ten seconds
    sim::Duration window_paused_{};
    bool is_paused_ = false;
    Counts counts_;
};

}  // namespace models
