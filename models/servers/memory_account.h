// What the memory of one instance is taken up by: the one account that gauges, alarms, autoscalers,
// its machine, both ways to die of it and the report read.
//
//     base        code, class data and whatever the process needs without any request
//     stacks      of threads: one is started when it is first needed, and its stack stays
//     requests    what each request there needs; with a heap that is in the heap, and this is what
//                 it needs beside it (buffers)
//     heap        what of it is resident: pages that were once touched. Linux hands out a page
//                 when it is first written, so -Xms is reserved at the start but not resident,
//                 unless -XX:+AlwaysPreTouch (`always_pre_touch`). Pages once touched stay.
//     others      what another process in the container takes (a failure: memory_stress)
//     page cache  what it has written to its disk, as far as there is room for it
//
// All but the page cache is the working set, as kubelet counts it: what the container's limit and
// the machine are held against. The cache gives way when the others need the room, and kills nobody
// (cgroup v2: memory.current less inactive_file).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "sim/quantity.h"

namespace models {

class Heap;

class MemoryAccount {
public:
    struct Plan {
        double base = 0;
        double stack = 0;  // of each thread
        std::size_t threads = 0;
        double per_request = 0;  // outside of the heap
        bool is_returned = true;
        double heap_limit = 0;  // -Xmx; 0: no heap
    };
    static constexpr double kAlarm = 0.98;  // of the limit, or of what may live in the heap

    MemoryAccount(const Plan& plan, sim::Bytes limit) : plan_(plan) { set_limit(limit); }

    void set_heap(const Heap& heap) { heap_ = &heap; }
    // What its container may have, from now on.
    void set_limit(sim::Bytes limit);

    // One more request is there. True when somebody has to look at what that did.
    bool came() {
        ++visits_;
        if (visits_ > most_visits_) [[unlikely]]
            most_visits_ = visits_;
        if (visits_ > held_) [[unlikely]]
            held_ = visits_;
        return held_ >= unusual_;
    }
    void left() { --visits_; }
    std::size_t visits() const { return visits_; }

    // Others in its container take so much more, or less.
    void take(std::int64_t bytes);
    bool is_shared() const { return taken_ != 0; }

    void restart();  // a new process
    void wrote(double bytes) { written_ += bytes; }
    // The heap has changed; only with one.
    void heap_changed() { peak_ = std::max(peak_, working_set()); }
    // Nobody has to be warned any more.
    void alarmed();

    double working_set() const { return working_set(visits_, held_); }
    double page_cache() const;
    double limit() const { return limit_; }
    bool is_over_limit() const { return working_set() > limit_; }
    // Of its limit or of its heap, whichever is the fuller.
    double fullness() const;

    // The largest share of its limit since the measuring began.
    double peak() const { return std::max(peak_share_, peak_now() / limit_); }
    void begin_measuring();

private:
    double working_set(std::size_t visits, std::size_t held) const;
    double peak_now() const;
    double stacks(std::size_t held) const;
    // So many requests at once need no more than that; without a heap.
    std::size_t visits_within(double bytes) const;
    void expect_visits();

    std::size_t visits_ = 0;
    std::size_t held_ = 0;         // the most at once since the process began
    std::size_t most_visits_ = 0;  // since the measuring or this limit began
    std::size_t unusual_ = 0;      // from so many on somebody looks
    Plan plan_;
    const Heap* heap_ = nullptr;
    double limit_ = 0;
    std::int64_t taken_ = 0;  // by others
    double written_ = 0;      // to its disk
    double peak_ = 0;         // with a heap
    double peak_share_ = 0;   // under limits of before
    bool is_alarmed_ = false;
};

}  // namespace models
