#include "models/processes/heap.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace models {

namespace {

constexpr double kYoungAtLeast = 0.05;   // G1NewSizePercent
constexpr double kYoungAtMost = 0.6;     // G1MaxNewSizePercent
constexpr double kYoungShare = 1.0 / 3;  // NewRatio = 2
constexpr double kMarkAbove = 0.45;      // InitiatingHeapOccupancyPercent
constexpr int kMixed = 8;                // G1MixedGCCountTarget
constexpr double kMixedLive = 0.15;      // of the regions that are worth collecting
constexpr double kZgcAbove = 0.75;
constexpr sim::Duration kZgcPause = std::chrono::milliseconds(1);
constexpr sim::Duration kShortestMarking = std::chrono::milliseconds(10);
constexpr double kFull = 0.95;  // more than this alive: no room to copy to
constexpr double kGrowAbove = 0.6;
constexpr double kTimeRatio = 1.0 / 13;
constexpr double kGrowth = 1.5;
constexpr sim::Duration kWindow = std::chrono::seconds(10);

double bytes(sim::Bytes amount) {
    return static_cast<double>(amount.count);
}

sim::Duration time_of(double amount, double per_second) {
    return std::max(sim::from_seconds(amount / per_second), sim::Duration(1));
}

}  // namespace

Heap::Heap(sim::Scheduler& scheduler, const HeapSpec& spec, Heaped& owner)
    : spec_(spec),
      owner_(owner),
      scheduler_(scheduler),
      timer_(scheduler),
      marker_(scheduler, *this) {
    restart();
}

void Heap::restart() {
    committed_ = bytes(spec_.xms);
    live_ = bytes(spec_.live) * kept();
    young_ = garbage_ = marked_young_ = fresh_ = 0;
    touched_ = used();
    mixed_left_ = 0;
    collected_ = paused_at_ = scheduler_.now();
    most_young_ = copied_within_goal() / share_alive();
    counts_.most_committed = std::max(counts_.most_committed, committed_);
    timer_.stop();
    if (marker_.is_busy()) owner_.collector_takes(0);
    marker_.stop();
    is_stalled_ = false;
    if (std::exchange(is_paused_, false)) owner_.resume_world();
}

double Heap::kept() const {
    return spec_.string_deduplication ? 1 - spec_.duplicate_strings.value : 1;
}

void Heap::begin_measuring() {
    counts_ = {};
    counts_.most_committed = committed_;
    window_ = scheduler_.now();
    window_paused_ = {};
}

double Heap::dump_size() const {
    return spec_.heap_dump_on_oom ? std::min(used(), committed_) : 0;
}

sim::Duration Heap::time_to_dump(double size) const {
    return sim::from_seconds(size / bytes(spec_.dumped_per_second));
}

double Heap::young_size() const {
    const double room = std::max(0.0, committed_ - old());
    if (is(Collector::zgc)) return std::max(room, 1.0);
    if (!is(Collector::g1)) return std::max(std::min(kYoungShare * committed_, room), 1.0);
    const double size =
        std::clamp(most_young_, kYoungAtLeast * committed_, kYoungAtMost * committed_);
    return std::max(std::min(size, room), 1.0);
}

// What a collection of the young generation would find alive now.
double Heap::survivors() const {
    const double interval = sim::seconds(scheduler_.now() - collected_);
    const double lifetime = sim::seconds(spec_.survivor_lifetime);
    const double lives = interval > lifetime ? lifetime / interval : 1;
    return fresh_ + spec_.survivors.value * young_ * lives;
}

// As much as the pause goal is longer than the fixed part.
double Heap::copied_within_goal() const {
    const double goal = sim::seconds(spec_.max_gc_pause - spec_.fixed_pause);
    return std::max(0.0, goal) * threads() * bytes(spec_.copied_per_second);
}

double Heap::share_alive() const {
    return std::max(spec_.survivors.value, 1e-6);
}

// g1: as large as the pause goal allows when as much is allocated a second as in the interval that
// has just ended, in which `young` was collected and `survived` copied. When all that can live at
// that rate can be copied within the goal, any size will do; else all of the young is taken to
// live, goal = fixed + survivors * young / speed.
void Heap::aim(double young, double survived) {
    const double interval = std::max(sim::seconds(scheduler_.now() - collected_), 1e-9);
    const double lives = share_alive() * young / interval * sim::seconds(spec_.survivor_lifetime);
    const double most = copied_within_goal();
    most_young_ = std::max(survived, lives) <= most ? bytes(spec_.xmx) : most / share_alive();
}

void Heap::came(double held, double allocated) {
    const double more = held + bytes(spec_.leak_per_request) * kept();
    live_ += more;
    fresh_ += more;
    young_ += allocated;
    touched_ = std::max(touched_, used());
    check();
}

void Heap::left(double held, sim::Time came) {
    live_ = std::max(0.0, live_ - held);
    if (came >= paused_at_) fresh_ = std::max(0.0, fresh_ - held);
}

void Heap::check() {
    if (is_paused_) return;
    if (live_ > bytes(spec_.xmx)) {
        owner_.out_of_heap();
        return;
    }
    while (live_ > committed_) grow();
    if (is(Collector::zgc)) {
        manage_zgc();
    } else if (young_ >= young_size()) {
        collect();
    }
}

void Heap::collect() {
    const double most = (is(Collector::g1) ? 1 : 1 - kYoungShare) * bytes(spec_.xmx);
    const bool fits = old() + survivors() <= most;
    if (live_ > kFull * bytes(spec_.xmx) || !fits) {
        collect_all();
    } else {
        collect_young();
    }
}

void Heap::collect_all() {
    const double before = used();
    ++counts_.full_collections;
    garbage_ = 0;
    mixed_left_ = 0;
    if (marker_.is_busy()) owner_.collector_takes(0);
    marker_.stop();
    pause("full", before, time_of(before, threads() * bytes(spec_.full_gc_per_second)));
}

void Heap::collect_young() {
    const double before = used();
    const double survivors = this->survivors();
    aim(young_, survivors);
    const bool is_mixed = mixed_left_ > 0;
    const double with_it = is_mixed ? garbage_ / mixed_left_-- : 0;
    garbage_ += spec_.promoted.value * (survivors - fresh_) - with_it;
    const double copied = survivors + kMixedLive * with_it;
    pause(is_mixed ? "mixed" : "young", before,
          spec_.fixed_pause + time_of(copied, threads() * bytes(spec_.copied_per_second)));
    if (is(Collector::g1) && old() > kMarkAbove * committed_ && mixed_left_ == 0) start_marking();
}

// Nothing is copied while the program stands still, so a pause does not depend on the heap.
void Heap::manage_zgc() {
    if (!marker_.is_busy() && used() > kZgcAbove * committed_) {
        if (committed_ < bytes(spec_.xmx)) {
            grow();
            return;
        }
        marked_young_ = young_;
        start_marking();
    }
    if (!marker_.is_busy() || used() < committed_ || is_stalled_) return;
    is_stalled_ = is_paused_ = true;
    stalled_ = scheduler_.now();
    owner_.stop_world();
}

void Heap::start_marking() {
    if (marker_.is_busy()) return;
    ++counts_.markings;
    owner_.collector_takes(spec_.concurrent_cores.value);
    const sim::Duration time =
        time_of(old() + marked_young_, threads() * bytes(spec_.full_gc_per_second));
    marker_.start(std::max(time, kShortestMarking));
}

void Heap::Marker::fire() {
    timer_.fired();
    heap_.marked();
}

void Heap::marked() {
    owner_.collector_takes(0);
    if (is(Collector::g1)) {
        mixed_left_ = kMixed;
        return;
    }
    const double before = used();
    if (std::exchange(is_stalled_, false)) {
        note_pause(scheduler_.now() - stalled_);
        is_paused_ = false;
        owner_.resume_world();
    }
    garbage_ = 0;
    const double left = std::max(0.0, young_ - marked_young_);
    marked_young_ = 0;
    pause("cycle", before, std::min(spec_.fixed_pause, kZgcPause), left);
}

void Heap::pause(std::string_view cause, double before, sim::Duration time, double left) {
    const double since = sim::seconds(scheduler_.now() - collected_);
    young_ = left;
    fresh_ = 0;
    paused_at_ = scheduler_.now();
    ++counts_.collections;
    note_pause(time);
    const bool too_often = sim::seconds(time) > kTimeRatio * (since + sim::seconds(time));
    if (too_often || old() > kGrowAbove * committed_) grow();
    owner_.collected(cause, before, used(), time);
    is_paused_ = true;
    owner_.stop_world();
    timer_.start(std::max(time, sim::Duration(1)), static_cast<sim::Event&>(*this));
}

void Heap::note_pause(sim::Duration time) {
    counts_.paused += time;
    counts_.longest = std::max(counts_.longest, time);
    const sim::Duration elapsed = scheduler_.now() - window_;
    window_paused_ += time;
    if (elapsed < kWindow) return;
    const double share = sim::seconds(window_paused_) / sim::seconds(elapsed + time);
    counts_.busiest = std::max(counts_.busiest, share);
    window_ = scheduler_.now() + time;
    window_paused_ = {};
}

void Heap::grow() {
    committed_ = std::min(bytes(spec_.xmx), committed_ * kGrowth);
    counts_.most_committed = std::max(counts_.most_committed, committed_);
}

void Heap::fire() {
    timer_.fired();
    collected_ = scheduler_.now();
    is_paused_ = false;
    owner_.resume_world();
    check();
}

}  // namespace models
