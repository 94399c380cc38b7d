// The node `stream_windows`: a job that counts in windows of event time (windows.h).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "models/stream_processing/stream_job.h"
#include "models/stream_processing/windows.h"

namespace models::streaming {

struct StreamWindowsSpec : StreamJobSpec {
    static constexpr std::string_view kind = "stream_windows";
    static constexpr std::string_view doc =
        "A stream processing job (as Apache Flink's): it reads topics of a log broker and keeps an "
        "aggregate for each key and window of event time, which is told when the watermark is past "
        "the window's end.";
    std::optional<sim::Duration> size;
    std::optional<sim::Duration> slide;
    std::optional<sim::Duration> gap;
    Aggregate aggregate = Aggregate::count;
    sim::Duration allowed_lateness{};

    WindowShape shape() const;
    void check(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = StreamWindowsSpec;
        constexpr sim::Duration kLeast = std::chrono::milliseconds(1);
        constexpr sim::Duration kMost = std::chrono::hours(24 * 366);
        return std::tuple_cat(
            std::tuple{
                param("size", &Spec::size, at_least(kLeast), at_most(kMost),
                      "How long a window is. The first begins with the run. Without it windows are "
                      "sessions."),
                param("slide", &Spec::slide, at_least(kLeast), at_most(kMost),
                      "From the start of a window to that of the next: each event is in size / "
                      "slide of them (sliding, or hopping, windows). Without it the size: each is "
                      "in one (tumbling windows)."),
                param("gap", &Spec::gap, at_least(kLeast), at_most(kMost),
                      "Sessions instead: a window of a key ends when nothing comes of it for so "
                      "long. Without it `size` says how long windows are."),
                param("aggregate", &Spec::aggregate, "What is told of each key and window."),
                param("allowed_lateness", &Spec::allowed_lateness, at_least(sim::Duration::zero()),
                      at_most(kMost),
                      "How long a window is kept beyond its end, in event time: what comes "
                      "meanwhile is counted, and the window told again (allowedLateness).")},
            StreamJobSpec::params());
    }
};

class StreamWindows final : public StreamJob {
public:
    using Spec = StreamWindowsSpec;

    StreamWindows(const Spec& spec, const Context& context);

    void finish() override;

private:
    // Of each key, by start: what was told last.
    using Told = std::map<std::pair<std::uint64_t, sim::Time>, std::pair<sim::Time, std::uint64_t>>;

    bool take(const StreamEvent& event, sim::Time watermark) override;
    void advance(sim::Time watermark) override;
    std::size_t state_size() const override { return windows_.size(); }
    void save() override { saved_ = windows_; }
    void restore() override { windows_ = saved_; }

    void fired(const FiredWindow& window);
    bool put(Told& told, const FiredWindow& window) const;
    Told recomputed() const;
    double inexact() const;

    Spec windows_spec_;
    Windows::Fire fire_;
    Windows windows_;
    Windows saved_;
    Told told_;
    Tally fired_, fired_again_, value_;
    Spread firing_delay_;
};

}  // namespace models::streaming
