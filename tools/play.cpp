// Playing runs side by side, with a progress line.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <numeric>
#include <thread>

#include "models/topology/simulate.h"
#include "tools/command.h"

namespace tools {

namespace {

using WallClock = std::chrono::steady_clock;

double seconds_since(WallClock::time_point start) {
    return std::chrono::duration<double>(WallClock::now() - start).count();
}

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

// One line for all runs together, rewritten at most ten times a second.
class ProgressLine {
public:
    ProgressLine(bool is_shown, std::span<const Run> runs)
        : is_shown_(is_shown), shares_(runs.size()), events_(runs.size()) {
        for (const Run& run : runs) {
            simulated_s_ += sim::seconds(run.scenario->run.warm_up + run.scenario->run.measure);
        }
    }
    ~ProgressLine() {
        if (is_drawn_) fmt::print(stderr, "\r\033[K");
    }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void at(std::size_t run, double share, std::uint64_t events) {
        if (!is_shown_) return;
        const std::lock_guard lock(mutex_);
        shares_[run] = share;
        events_[run] = events;
        if (WallClock::now() - last_ < std::chrono::milliseconds(100)) return;
        last_ = WallClock::now();
        draw();
    }

private:
    void draw() {
        const double share = std::accumulate(shares_.begin(), shares_.end(), 0.0) /
                             static_cast<double>(shares_.size());
        const auto events =
            static_cast<double>(std::accumulate(events_.begin(), events_.end(), std::uint64_t{0}));
        const double elapsed = seconds_since(start_);
        if (elapsed < 0.3) return;
        const std::string left =
            share > 0 ? fmt::format("{:.0f} s left", elapsed * (1 - share) / share) : "";
        fmt::print(stderr, "\r\033[K{:5.1f} %  {:.4g} of {:.4g} s  {:.1f} M events/s  {}",
                   share * 100, share * simulated_s_, simulated_s_, events / elapsed / 1e6, left);
        std::fflush(stderr);
        is_drawn_ = true;
    }

    bool is_shown_;
    bool is_drawn_ = false;
    std::mutex mutex_;
    WallClock::time_point start_ = WallClock::now();
    WallClock::time_point last_{};
    double simulated_s_ = 0;
    std::vector<double> shares_;
    std::vector<std::uint64_t> events_;
};

class Watch final : public models::Progress {
public:
    Watch(ProgressLine& line, std::size_t run) : line_(line), run_(run) {}
    void at(sim::Time now, sim::Time end, std::uint64_t events) override {
        line_.at(run_, sim::seconds(now.time_since_epoch()) / sim::seconds(end.time_since_epoch()),
                 events);
    }
    bool stop() const override { return interrupted; }

private:
    ProgressLine& line_;
    std::size_t run_;
};

}  // namespace

PlayEnd play(std::span<const Run> runs, const Play& how, const Finished& finished) {
    interrupted = false;
    const InterruptGuard guard;
    ProgressLine line(how.show_progress, runs);
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> out_of_memory = false;
    const auto work = [&] {
        // Nothing may leave a thread by exception.
        try {
            for (std::size_t run = next++; run < runs.size(); run = next++) {
                if (interrupted || out_of_memory) return;
                Watch watch(line, run);
                sim::Recording recording =
                    models::simulate(*runs[run].scenario, runs[run].seed, &watch);
                line.at(run, 1, recording.events);
                if (!interrupted) finished(run, std::move(recording));
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
    if (interrupted) return PlayEnd::interrupted;
    return out_of_memory ? PlayEnd::out_of_memory : PlayEnd::whole;
}

}  // namespace tools
