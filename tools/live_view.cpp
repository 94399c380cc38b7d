#include "tools/live_view.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "reports/diagnosis/diagnosis.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"
#include "sim/live_summary.h"

namespace tools {

namespace {

using Lines = std::vector<std::string>;

// Lines that take the place of those before. Each is written as one piece that hides the cursor and
// shows it again, so that it is there wherever the program ends.
class Canvas {
public:
    ~Canvas() {
        if (height_ > 0) write(fmt::format("\r\033[{}A\033[J", height_));
    }
    Canvas() = default;
    Canvas(const Canvas&) = delete;
    Canvas& operator=(const Canvas&) = delete;

    void draw(const Lines& lines) {
        const std::size_t width = columns();
        std::string frame = "\033[?25l";
        if (height_ > 0) frame += fmt::format("\r\033[{}A", height_);
        for (const std::string& line : lines) {
            frame += reports::fitted(line, width) + "\033[K\n";
        }
        height_ = lines.size();
        write(frame + "\033[J\033[?25h");
    }

private:
    // One less than there are: a line that fills the last one would go on in the next line.
    static std::size_t columns() {
        winsize size{};
        const bool is_known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
        return (is_known ? size.ws_col : 80) - std::size_t{1};
    }

    static void write(const std::string& text) {
        fmt::print(stderr, "{}", text);
        std::fflush(stderr);
    }

    std::size_t height_ = 0;
};

bool draws_in_place() {
    const char* const terminal = std::getenv("TERM");
    return is_terminal(STDERR_FILENO) && terminal != nullptr &&
           terminal != std::string_view("dumb");
}

class LiveView final : public Display {
public:
    explicit LiveView(std::span<const Run> runs)
        : runs_(runs.begin(), runs.end()), has_ended_(runs.size()), pace_(runs) {}

    void at(std::size_t run, double share, std::uint64_t events) override {
        const std::lock_guard lock(mutex_);
        pace_.at(run, share, events);
        if (share < 1) return;
        has_ended_[run] = true;
        if (run == shown_) show_next();
    }

    void look(std::size_t run, const sim::Recorder& recorder) override {
        const std::lock_guard lock(mutex_);
        if (run != shown_ || pace_.elapsed_s() < first_look_s() || !every_.is_due()) return;
        sim::LiveSummary summary = recorder.live_summary(first_);
        if (summary.end > first_) diagnosis_ = reports::diagnose(recorder.so_far(), first_);
        now_ = summary.now;
        in_flight_ = summary.in_flight;
        first_ = summary.end;
        if (summary.covered > sim::Duration::zero()) last_ = std::move(summary);
        if (in_place_) {
            canvas_.draw(lines());
        } else {
            fmt::print(stderr, "{}\n", plain());
        }
    }

private:
    double first_look_s() const { return in_place_ ? 0.25 : 1; }

    void show_next() {
        while (shown_ < has_ended_.size() && has_ended_[shown_]) ++shown_;
        first_ = 0;
        last_ = {};
        diagnosis_ = {};
    }

    std::string time() const {
        const models::RunSpec& run = runs_[shown_].scenario->run;
        const bool is_warm_up = now_ < sim::Time(run.warm_up);
        return fmt::format("{} of {}{}", reports::brief(sim::seconds(now_.time_since_epoch())),
                           reports::brief(sim::seconds(run.warm_up + run.measure)),
                           is_warm_up ? " (warm-up)" : "");
    }

    std::string title() const {
        const Run& run = runs_[shown_];
        std::string text =
            fmt::format("{}  seed {}", reports::printable(run.scenario->name), run.seed.run);
        if (runs_.size() > 1) text += fmt::format("  run {} of {}", shown_ + 1, runs_.size());
        return text;
    }

    double rate(std::uint64_t count) const {
        return static_cast<double>(count) / sim::seconds(last_.covered);
    }

    std::string errors() const {
        if (last_.finished == 0) return "-";
        if (last_.succeeded == last_.finished) return "0 %";
        const auto finished = static_cast<double>(last_.finished);
        return reports::percent(1 - static_cast<double>(last_.succeeded) / finished);
    }

    std::string latency(const sim::RankedLatency& ranked) const {
        return last_.finished == 0 ? "-" : reports::in_full(ranked);
    }

    // What limits it now; else what is used most.
    std::string busiest() const {
        const bool is_limited = !diagnosis_.findings.empty() && diagnosis_.findings[0].resource;
        const auto fullest = std::ranges::find_if(
            diagnosis_.resources, [](const reports::ResourceUse& use) { return use.share() > 0; });
        if (!is_limited && fullest == diagnosis_.resources.end()) return "-";
        const reports::ResourceUse& use = is_limited ? *diagnosis_.findings[0].resource : *fullest;
        return fmt::format("{} {} {:.0f} %", reports::printable(use.node),
                           reports::printable(use.name), use.share() * 100);
    }

    bool has_seen() const { return last_.covered > sim::Duration::zero(); }

    Lines lines() const {
        const double events_s = pace_.events() / pace_.elapsed_s();
        Lines lines = {title(),
                       fmt::format("  time      {}  {:.1f} %  {}  {:.1f} M events/s", time(),
                                   pace_.share() * 100, pace_.time_left(), events_s / 1e6)};
        if (!has_seen()) return lines;
        const std::uint64_t failed =
            last_.finished - last_.succeeded - last_.rejected - last_.timed_out;
        lines.push_back(fmt::format("  requests  {}/s  answered {}/s  in flight {}",
                                    reports::brief_rate(rate(last_.arrived)),
                                    reports::brief_rate(rate(last_.succeeded)),
                                    reports::grouped(in_flight_)));
        lines.push_back(fmt::format("  errors    {}  failed {}/s  rejected {}/s  timed out {}/s",
                                    errors(), reports::brief_rate(rate(failed)),
                                    reports::brief_rate(rate(last_.rejected)),
                                    reports::brief_rate(rate(last_.timed_out))));
        lines.push_back(
            fmt::format("  latency   p50 {}  p99 {}", latency(last_.p50), latency(last_.p99)));
        lines.push_back(fmt::format("  busiest   {}", busiest()));
        if (!diagnosis_.findings.empty()) {
            lines.push_back("  " + reports::printable(diagnosis_.verdict()));
        }
        lines.push_back(fmt::format("  (of the last {}, as users saw them)",
                                    reports::brief(sim::seconds(last_.covered))));
        return lines;
    }

    std::string plain() const {
        std::string text = fmt::format("{:5.1f} %  {}", pace_.share() * 100, time());
        if (has_seen()) {
            text += fmt::format("  {}/s  errors {}  p50 {}  p99 {}  busiest {}",
                                reports::brief_rate(rate(last_.arrived)), errors(),
                                latency(last_.p50), latency(last_.p99), busiest());
        }
        return text + "  " + pace_.time_left();
    }

    bool in_place_ = draws_in_place();
    std::mutex mutex_;
    std::vector<Run> runs_;
    std::vector<bool> has_ended_;
    Pace pace_;
    Canvas canvas_;
    // As often as the eye follows; what goes to a file says no more than is of use there.
    Every every_{std::chrono::milliseconds(in_place_ ? 250 : 10'000)};
    std::size_t shown_ = 0;
    std::size_t first_ = 0;  // slice that has not been looked at
    sim::Time now_{};
    std::uint64_t in_flight_ = 0;
    reports::Diagnosis diagnosis_;  // of those slices
    sim::LiveSummary last_;         // of the slices that were over when it was last looked at
};

}  // namespace

std::unique_ptr<Display> live_view(std::span<const Run> runs) {
    return std::make_unique<LiveView>(runs);
}

}  // namespace tools
