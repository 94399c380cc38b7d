// What a service promises, and for how many seconds it broke that: a second is a breach when fewer
// of the requests that ended in it than promised were answered in time, or when none ended though
// some were there.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"
#include "sim/scheduler.h"

namespace models {

struct ObjectiveSpec {
    static constexpr std::string_view name = "objective";
    static constexpr std::string_view doc = "Latency objective of a service.";
    sim::Duration latency = std::chrono::seconds(1);
    sim::Fraction share{0.99};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("latency", &ObjectiveSpec::latency, above(sim::Duration::zero()),
                  "Latency within which a request is in time, from its arrival."),
            param("share", &ObjectiveSpec::share,
                  "Target: share of requests to be answered in time, in each second.")};
    }
};

class Objective {
public:
    Objective(const sim::Scheduler& scheduler, const ObjectiveSpec& spec)
        : scheduler_(scheduler), latency_(spec.latency), share_(spec.share.value) {}

    void came() {
        close_seconds();
        ++here_;
    }
    void ended(sim::Time arrived, bool succeeded) {
        close_seconds();
        --here_;
        ++ended_;
        good_ += succeeded && scheduler_.now() - arrived <= latency_;
    }

    void refused() {
        close_seconds();
        ++ended_;
    }

    void begin_measuring() {
        close_seconds();
        breached_ = 0;
    }
    std::uint64_t breached_seconds() {
        close_seconds();
        return breached_;
    }

private:
    void close_seconds() {
        if (scheduler_.now() >= second_ends_) [[unlikely]]
            close_second();
    }

    void close_second() {
        const auto now = static_cast<std::uint64_t>(scheduler_.now().time_since_epoch() /
                                                    std::chrono::seconds(1));
        second_ends_ = sim::Time(std::chrono::seconds(now + 1));
        if (now == second_) return;
        const auto promised = share_ * static_cast<double>(ended_);
        const bool broken =
            ended_ > 0 ? static_cast<double>(good_) < promised : stalled_before_ && here_ > 0;
        breached_ += broken;
        // Nothing happened in those between.
        if (here_ > 0) breached_ += now - second_ - 1;
        stalled_before_ = here_ > 0;
        ended_ = good_ = 0;
        second_ = now;
    }

    const sim::Scheduler& scheduler_;
    sim::Duration latency_;
    double share_;
    sim::Time second_ends_{};
    std::uint64_t second_ = 0;
    std::uint64_t here_ = 0;
    std::uint64_t ended_ = 0;
    std::uint64_t good_ = 0;
    std::uint64_t breached_ = 0;
    bool stalled_before_ = false;  // requests were there when this second began
};

}  // namespace models
