// A heap of one size, of a process that ends when it is full: what of it is held by work under way.
#pragma once

#include <cstdint>

#include "models/processes/heap.h"

namespace models {

class ProcessHeap {
public:
    struct Plan {
        sim::Bytes size;
        sim::Bytes live;           // without any work
        std::uint32_t gc_threads;  // of its collector
    };

    ProcessHeap(sim::Scheduler& scheduler, const Plan& plan, Heaped& owner)
        : scheduler_(scheduler), heap_(scheduler, spec_of(plan), owner) {}

    // So much of it, for as long as this is there. Nothing outlives its process; null: no heap.
    class Held {
    public:
        Held(ProcessHeap* of, std::uint64_t bytes) : of_(of), bytes_(static_cast<double>(bytes)) {
            if (of_ == nullptr) return;
            came_ = of_->scheduler_.now();
            process_ = of_->process_;
            of_->heap_.came(bytes_, bytes_);
        }
        Held(const Held&) = delete;
        Held& operator=(const Held&) = delete;
        ~Held() {
            if (of_ != nullptr && process_ == of_->process_) of_->heap_.left(bytes_, came_);
        }

    private:
        ProcessHeap* of_;
        double bytes_;
        sim::Time came_{};
        std::uint64_t process_ = 0;
    };

    void restart() {
        ++process_;
        heap_.restart();
    }
    Heap& heap() { return heap_; }
    const Heap& heap() const { return heap_; }

private:
    // What work allocates is its own to say.
    static HeapSpec spec_of(const Plan& plan) {
        HeapSpec spec;
        spec.xms = spec.xmx = plan.size;
        spec.live = plan.live;
        spec.gc_threads = plan.gc_threads;
        spec.allocation_per_request = {};
        return spec;
    }

    sim::Scheduler& scheduler_;
    Heap heap_;
    std::uint64_t process_ = 0;
};

}  // namespace models
