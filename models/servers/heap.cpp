#include "models/servers/heap.h"

#include <algorithm>

namespace models {

namespace {

constexpr double kYoungShare = 0.6;  // G1MaxNewSizePercent
constexpr double kFull = 0.95;       // more than this alive: no room to copy to
constexpr double kGrowAbove = 0.6;
constexpr double kTimeRatio = 1.0 / 13;
constexpr double kGrowth = 1.5;

double bytes(sim::Bytes amount) {
    return static_cast<double>(amount.count);
}

}  // namespace

Heap::Heap(sim::Scheduler& scheduler, const HeapSpec& spec, Heaped& owner)
    : spec_(spec), owner_(owner), scheduler_(scheduler), timer_(scheduler) {
    restart();
}

void Heap::restart() {
    committed_ = bytes(spec_.xms);
    live_ = bytes(spec_.live) * kept();
    young_ = 0;
    collected_ = scheduler_.now();
    counts_.most_committed = std::max(counts_.most_committed, committed_);
    timer_.stop();
    if (std::exchange(is_paused_, false)) owner_.resume_world();
}

double Heap::kept() const {
    return spec_.string_deduplication ? 1 - spec_.duplicate_strings.value : 1;
}

void Heap::begin_measuring() {
    counts_ = {};
    counts_.most_committed = committed_;
}

sim::Duration Heap::dump_time() const {
    if (!spec_.heap_dump_on_oom) return {};
    return sim::from_seconds(used() / bytes(spec_.dumped_per_second));
}

// As large as the pause goal allows: goal = fixed + survivors * young / speed.
double Heap::young_size() const {
    const double goal = sim::seconds(spec_.max_gc_pause - spec_.fixed_pause);
    const double share = std::max(spec_.survivors.value, 1e-6);
    const double by_goal = std::max(0.0, goal) * bytes(spec_.copied_per_second) / share;
    const double room = std::max(0.0, committed_ - live_);
    return std::max(std::min({by_goal, kYoungShare * committed_, room}), 1.0);
}

void Heap::came(double held) {
    live_ += held + bytes(spec_.leak_per_request) * kept();
    young_ += bytes(spec_.allocation_per_request);
    check();
}

void Heap::left(double held) {
    live_ = std::max(0.0, live_ - held);
}

void Heap::check() {
    if (is_paused_) return;
    if (live_ > bytes(spec_.xmx)) {
        owner_.out_of_heap();
        return;
    }
    while (live_ > committed_) grow();
    if (young_ >= young_size()) collect();
}

void Heap::collect() {
    const double before = used();
    const double xmx = bytes(spec_.xmx);
    if (live_ > kFull * xmx) {
        ++counts_.full_collections;
        pause("full", before, sim::from_seconds(before / bytes(spec_.full_gc_per_second)));
        return;
    }
    const double survivors = spec_.survivors.value * young_;
    pause("young", before,
          spec_.fixed_pause + sim::from_seconds(survivors / bytes(spec_.copied_per_second)));
}

void Heap::pause(std::string_view cause, double before, sim::Duration time) {
    const double since = sim::seconds(scheduler_.now() - collected_);
    young_ = 0;
    ++counts_.collections;
    counts_.paused += time;
    counts_.longest = std::max(counts_.longest, time);
    const bool too_often = sim::seconds(time) > kTimeRatio * (since + sim::seconds(time));
    if (too_often || live_ > kGrowAbove * committed_) grow();
    owner_.collected(cause, before, used(), time);
    is_paused_ = true;
    owner_.stop_world();
    timer_.start(std::max(time, sim::Duration(1)), static_cast<sim::Event&>(*this));
}

void Heap::grow() {
    const double before = committed_;
    committed_ = std::min(bytes(spec_.xmx), committed_ * kGrowth);
    counts_.most_committed = std::max(counts_.most_committed, committed_);
    if (committed_ > before) owner_.heap_grew();
}

void Heap::fire() {
    timer_.fired();
    collected_ = scheduler_.now();
    is_paused_ = false;
    owner_.resume_world();
    check();
}

}  // namespace models
