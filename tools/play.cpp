// Playing runs side by side.
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <mutex>
#include <thread>

#include "models/topology/simulate.h"
#include "reports/words/terminal.h"
#include "tools/command.h"
#include "tools/progress.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace tools {

namespace {

// Set by the signal handler, which may do nothing else.
std::atomic<bool> interrupted = false;

extern "C" void on_interrupt(int) {
    interrupted = true;
}

// Restores what was there, so that a second interrupt ends the program.
class InterruptGuard {
public:
    InterruptGuard()
        : interrupt_(std::signal(SIGINT, on_interrupt)),
          terminate_(std::signal(SIGTERM, on_interrupt)) {}
    ~InterruptGuard() {
        std::signal(SIGINT, interrupt_);
        std::signal(SIGTERM, terminate_);
    }
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

private:
    void (*interrupt_)(int);
    void (*terminate_)(int);
};

class Watch final : public models::Onlooker {
public:
    Watch(Display& display, std::size_t run, const LimitWatch& limits)
        : display_(display), run_(run), limits_(limits) {}
    void at(sim::Time now, sim::Time end, std::uint64_t events) override {
        display_.at(run_,
                    sim::seconds(now.time_since_epoch()) / sim::seconds(end.time_since_epoch()),
                    events);
    }
    void look(const sim::Recorder& recorder) override { display_.look(run_, recorder); }
    bool stop() const override { return interrupted || !limits_.why_end().empty(); }
    std::string reason() const override { return interrupted ? "interrupted" : limits_.why_end(); }
    void ended(const models::RunEnd& end) override { end_ = end; }
    const models::RunEnd& end() const { return end_; }

private:
    Display& display_;
    std::size_t run_;
    const LimitWatch& limits_;
    models::RunEnd end_;
};

models::RunLimits room_of(const Limits& limits) {
    models::RunLimits room;
    room.events = limits.events;
    room.events_at_once = limits.events_at_once;
    return room;
}

// Our bug, with all that is needed to see it again.
void complain_of_broken(sim::Seed seed, const std::vector<std::string>& broken) {
    for (const std::string& each : broken) {
        complain(fmt::format("an invariant does not hold, with seed {} (replication {}): {}",
                             seed.run, seed.replication, reports::printable(each)));
    }
    complain("    this is an error in spate, so nothing is reported; please tell us");
}

// Whichever of several threads ends first: the run that is first of all is kept.
void keep_stopped(StoppedRuns& kept, std::size_t run, sim::Recording recording) {
    if (kept.first && kept.run < run) return;
    kept.run = run;
    kept.first = std::move(recording);
}

}  // namespace

PlayEnd play(std::span<const Run> runs, const Play& how, const Finished& finished) {
    interrupted = false;
    const InterruptGuard guard;
    std::unique_ptr<Display> own;
    if (how.display == nullptr) own = display_of(how, runs);
    Display* const display = own ? own.get() : how.display;
    std::atomic<std::size_t> following = 0;
    const auto next = [&]() -> std::optional<std::size_t> {
        if (how.next) return how.next();
        const std::size_t run = following++;
        return run < runs.size() ? std::optional(run) : std::nullopt;
    };
    std::atomic<bool> out_of_memory = false;
    std::atomic<bool> stopped = false;
    std::atomic<bool> broken = false;
    std::mutex stopping;
    const LimitWatch limits(how.limits);
    const auto stop = [&](const std::string& why) {
        const std::scoped_lock lock(stopping);
        if (stopped.exchange(true)) return;
        if (how.partial != nullptr) {
            how.partial->reason = why;
        } else if (!interrupted) {
            complain(fmt::format("stopped: {}; nothing was written", reports::printable(why)));
        }
    };
    const auto take = [&](std::size_t run, const models::RunEnd& end, sim::Recording recording) {
        if (!end.broken.empty()) {
            if (!broken.exchange(true)) complain_of_broken(runs[run].seed, end.broken);
            return;
        }
        if (end.stopped.empty()) return finished(run, std::move(recording));
        stop(end.stopped);
        const std::scoped_lock lock(stopping);
        if (how.partial != nullptr) keep_stopped(*how.partial, run, std::move(recording));
    };
    const auto work = [&] {
        // Nothing may leave a thread by exception.
        try {
            for (auto taken = next(); taken; taken = next()) {
                const std::size_t run = *taken;
                if (interrupted || out_of_memory || stopped || broken) return;
                if (how.is_enough && how.is_enough()) return;
                if (run == runs.size()) continue;
                if (runs[run].scenario == nullptr) {
                    finished(run, {});
                    display->at(run, 1, 0);
                    continue;
                }
                // Short runs never look by themselves.
                if (const std::string why = limits.why_end(); !why.empty()) return stop(why);
                Watch watch(*display, run, limits);
                sim::Recording recording = models::simulate(*runs[run].scenario, runs[run].seed,
                                                            &watch, room_of(how.limits));
                display->at(run, 1, recording.events);
                take(run, watch.end(), std::move(recording));
            }
        } catch (const std::bad_alloc&) {
            out_of_memory = true;
        }
    };
    {
        std::vector<std::jthread> threads;
        const std::size_t jobs = std::min<std::size_t>(how.jobs, runs.size());
        for (std::size_t job = 0; job < jobs; ++job) threads.emplace_back(work);
    }
#ifdef __GLIBC__
    // What systems took in the pools of threads that are gone is for whatever comes next.
    malloc_trim(0);
#endif
    if (broken) return PlayEnd::broken;
    if (interrupted) return PlayEnd::interrupted;
    if (stopped) return PlayEnd::stopped;
    return out_of_memory ? PlayEnd::out_of_memory : PlayEnd::whole;
}

}  // namespace tools
