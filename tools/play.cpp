// Playing runs side by side.
#include <atomic>
#include <csignal>
#include <thread>

#include "models/topology/simulate.h"
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
    Watch(Display& display, std::size_t run) : display_(display), run_(run) {}
    void at(sim::Time now, sim::Time end, std::uint64_t events) override {
        display_.at(run_,
                    sim::seconds(now.time_since_epoch()) / sim::seconds(end.time_since_epoch()),
                    events);
    }
    void look(const sim::Recorder& recorder) override { display_.look(run_, recorder); }
    bool stop() const override { return interrupted; }

private:
    Display& display_;
    std::size_t run_;
};

}  // namespace

PlayEnd play(std::span<const Run> runs, const Play& how, const Finished& finished) {
    interrupted = false;
    const InterruptGuard guard;
    const std::unique_ptr<Display> display = display_of(how, runs);
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> out_of_memory = false;
    const auto work = [&] {
        // Nothing may leave a thread by exception.
        try {
            for (std::size_t run = next++; run < runs.size(); run = next++) {
                if (interrupted || out_of_memory) return;
                Watch watch(*display, run);
                sim::Recording recording =
                    models::simulate(*runs[run].scenario, runs[run].seed, &watch);
                display->at(run, 1, recording.events);
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
#ifdef __GLIBC__
    // What systems took in the pools of threads that are gone is for whatever comes next.
    malloc_trim(0);
#endif
    if (interrupted) return PlayEnd::interrupted;
    return out_of_memory ? PlayEnd::out_of_memory : PlayEnd::whole;
}

}  // namespace tools
