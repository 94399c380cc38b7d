// Playing replications side by side, with a progress line.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <mutex>
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
    InterruptGuard() : before_(std::signal(SIGINT, on_interrupt)) {}
    ~InterruptGuard() { std::signal(SIGINT, before_); }
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

private:
    void (*before_)(int);
};

// One line for all replications together, rewritten at most ten times a second.
class ProgressLine {
public:
    ProgressLine(bool shown, std::size_t replications)
        : shown_(shown), shares_(replications), events_(replications) {}
    ~ProgressLine() {
        if (drawn_) fmt::print(stderr, "\r\033[K");
    }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void at(std::size_t replication, double share, std::uint64_t events) {
        if (!shown_) return;
        const std::lock_guard lock(mutex_);
        shares_[replication] = share;
        events_[replication] = events;
        if (WallClock::now() - last_ < std::chrono::milliseconds(100)) return;
        last_ = WallClock::now();
        draw();
    }

private:
    void draw() {
        double share = 0;
        double events = 0;
        for (std::size_t i = 0; i < shares_.size(); ++i) {
            share += shares_[i] / static_cast<double>(shares_.size());
            events += static_cast<double>(events_[i]);
        }
        const double elapsed = seconds_since(start_);
        if (elapsed < 0.3) return;
        const double left = share > 0 ? elapsed * (1 - share) / share : 0;
        fmt::print(stderr, "\r\033[K{:5.1f} %  {:.1f} M events/s  {:.0f} s left", share * 100,
                   events / elapsed / 1e6, left);
        std::fflush(stderr);
        drawn_ = true;
    }

    bool shown_;
    bool drawn_ = false;
    std::mutex mutex_;
    WallClock::time_point start_ = WallClock::now();
    WallClock::time_point last_{};
    std::vector<double> shares_;
    std::vector<std::uint64_t> events_;
};

class Watch final : public models::Progress {
public:
    Watch(ProgressLine& line, std::size_t replication) : line_(line), replication_(replication) {}
    void at(sim::Time now, sim::Time end, std::uint64_t events) override {
        line_.at(replication_,
                 sim::seconds(now.time_since_epoch()) / sim::seconds(end.time_since_epoch()),
                 events);
    }
    bool stop() const override { return interrupted; }

private:
    ProgressLine& line_;
    std::size_t replication_;
};

}  // namespace

Played play(const models::Scenario& scenario, const Play& how) {
    interrupted = false;
    const InterruptGuard guard;
    const WallClock::time_point start = WallClock::now();
    Played played;
    played.recordings.resize(how.replications);
    ProgressLine line(how.show_progress, how.replications);
    std::atomic<std::uint32_t> next = 0;
    const auto work = [&] {
        for (std::uint32_t index = next++; index < how.replications; index = next++) {
            Watch watch(line, index);
            played.recordings[index] = models::simulate(scenario, {how.seed, index}, &watch);
        }
    };
    {
        std::vector<std::jthread> threads;
        for (std::uint32_t job = 0; job < std::min(how.jobs, how.replications); ++job) {
            threads.emplace_back(work);
        }
    }
    played.wall_s = seconds_since(start);
    played.interrupted = interrupted;
    return played;
}

}  // namespace tools
