// What who waits for runs is shown while they are played, on stderr: nothing, one line, or a live
// view. Runs do not know of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/recorder.h"
#include "tools/command.h"

namespace tools {

// Told by the threads that play, now and then.
class Display {
public:
    virtual ~Display() = default;
    virtual void at(std::size_t run, double share, std::uint64_t events) = 0;
    virtual void look(std::size_t, const sim::Recorder&) {}
    // To the standard output, beside what is shown.
    virtual void print(const std::string& text);
};

std::unique_ptr<Display> display_of(const Play& how, std::span<const Run> runs);

// How far all runs have come together.
class Pace {
public:
    explicit Pace(std::span<const Run> runs);

    void at(std::size_t run, double share, std::uint64_t events);

    double simulated_s() const { return simulated_s_; }  // by all of them, in the end
    double share() const;
    std::size_t runs() const { return shares_.size(); }
    std::size_t ended() const;
    double events() const;
    double elapsed_s() const;
    // At the pace so far; none when there is none yet.
    std::string time_left() const;

private:
    using WallClock = std::chrono::steady_clock;

    WallClock::time_point start_ = WallClock::now();
    double simulated_s_ = 0;
    std::vector<double> shares_;
    std::vector<std::uint64_t> events_;
};

// Whether so much wall time has passed since it last had.
class Every {
public:
    explicit Every(std::chrono::milliseconds period) : period_(period) {}
    bool is_due();

private:
    std::chrono::milliseconds period_;
    std::chrono::steady_clock::time_point next_{};
};

}  // namespace tools
