#include "tools/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <numeric>

#include "reports/words/numbers.h"
#include "tools/live_view.h"

namespace tools {

namespace {

class NoDisplay final : public Display {
    void at(std::size_t, double, std::uint64_t) override {}
};

// One line for all runs together, rewritten at most ten times a second.
class ProgressLine final : public Display {
public:
    explicit ProgressLine(std::span<const Run> runs) : pace_(runs) {}
    ~ProgressLine() override {
        if (is_drawn_) fmt::print(stderr, "\r\033[K");
    }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void at(std::size_t run, double share, std::uint64_t events) override {
        const std::lock_guard lock(mutex_);
        pace_.at(run, share, events);
        if (every_.is_due()) draw();
    }

    void print(const std::string& text) override {
        const std::lock_guard lock(mutex_);
        if (is_drawn_) fmt::print(stderr, "\r\033[K");
        Display::print(text);
    }

private:
    void draw() {
        const double elapsed_s = pace_.elapsed_s();
        if (elapsed_s < 0.3) return;
        const std::string runs =
            pace_.runs() == 1 ? "" : fmt::format("run {} of {}  ", pace_.ended(), pace_.runs());
        fmt::print(stderr, "\r\033[K{:5.1f} %  {}{:.4g} of {:.4g} s  {:.1f} M events/s  {}",
                   pace_.share() * 100, runs, pace_.share() * pace_.simulated_s(),
                   pace_.simulated_s(), pace_.events() / elapsed_s / 1e6, pace_.time_left());
        std::fflush(stderr);
        is_drawn_ = true;
    }

    std::mutex mutex_;
    Pace pace_;
    Every every_{std::chrono::milliseconds(100)};
    bool is_drawn_ = false;
};

}  // namespace

void Display::print(const std::string& text) {
    fmt::print("{}", text);
    std::fflush(stdout);
}

std::unique_ptr<Display> display_of(const Play& how, std::span<const Run> runs) {
    if (how.watch) return live_view(runs);
    if (how.show_progress) return std::make_unique<ProgressLine>(runs);
    return std::make_unique<NoDisplay>();
}

Pace::Pace(std::span<const Run> runs) : shares_(runs.size()), events_(runs.size()) {
    for (const Run& run : runs) {
        if (run.scenario == nullptr) continue;
        simulated_s_ += sim::seconds(run.scenario->run.warm_up + run.scenario->run.measure);
    }
}

void Pace::at(std::size_t run, double share, std::uint64_t events) {
    shares_[run] = share;
    events_[run] = events;
}

double Pace::share() const {
    return std::accumulate(shares_.begin(), shares_.end(), 0.0) /
           static_cast<double>(shares_.size());
}

std::size_t Pace::ended() const {
    return static_cast<std::size_t>(std::ranges::count(shares_, 1.0));
}

double Pace::events() const {
    return static_cast<double>(std::accumulate(events_.begin(), events_.end(), std::uint64_t{0}));
}

double Pace::elapsed_s() const {
    return std::chrono::duration<double>(WallClock::now() - start_).count();
}

std::string Pace::time_left() const {
    const double done = share();
    if (!(done > 0)) return "";
    const double left_s = elapsed_s() * (1 - done) / done;
    return left_s < 100 ? fmt::format("{:.0f} s left", left_s) : reports::brief(left_s) + " left";
}

bool Every::is_due() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return false;
    next_ = now + period_;
    return true;
}

}  // namespace tools
