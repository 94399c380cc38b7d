// An instance's disk: what is written to it stays, and when it is full nothing more can be written.
//
// Requests write as they log; a process that dies of its heap writes that down. The instance's
// successor begins with an empty disk, unless it is the same one started again.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"
#include "sim/area.h"
#include "sim/resource.h"
#include "sim/scheduler.h"

namespace models {

struct DiskSpec {
    static constexpr std::string_view name = "disk";
    static constexpr std::string_view doc = "The disk of an instance.";
    sim::Bytes size{std::uint64_t{20} << 30U};
    sim::Bytes used{};
    sim::Bytes written_per_request{};
    sim::Bytes kept{std::uint64_t{1} << 60U};
    sim::Bytes written_per_second{std::uint64_t{1} << 60U};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("size", &DiskSpec::size, at_least(sim::Bytes{1}), "Capacity of the disk."),
            param("used", &DiskSpec::used, "Bytes on the disk at the start."),
            param("written_per_request", &DiskSpec::written_per_request,
                  "Bytes that each request appends to a log. When the disk is full, the request "
                  "fails."),
            param("kept", &DiskSpec::kept,
                  "Log rotation: most bytes of log kept; older ones are deleted. The default keeps "
                  "all."),
            param("written_per_second", &DiskSpec::written_per_second, at_least(sim::Bytes{1}),
                  "Write bandwidth, in bytes a second; writes are done one after another, and "
                  "requests wait for theirs. With the default they take no time.")};
    }
    void check(spec::Check& check) const { check.that(used <= size, "used", "used is above size"); }
};

class Disk {
public:
    explicit Disk(const DiskSpec& spec)
        : spec_(spec), used_(static_cast<double>(spec.used.count)) {}

    // A request's lines; false when there is no room for them.
    bool log(double more) {
        if (more > room()) {
            ++refused_;
            return false;
        }
        used_ += more;
        log_ += more;
        const double old = std::max(0.0, log_ - static_cast<double>(spec_.kept.count));
        log_ -= old;
        used_ -= old;
        return true;
    }
    // How long writing so much takes, up to longer than any run.
    sim::Duration time_of(double bytes) const;
    // So much is written after what waits there already; returns how long until it all is.
    sim::Duration queue(sim::Time now, double bytes);
    // How long it will be busy with what waits.
    sim::Duration backlog(sim::Time now) const { return std::max(free_at_, now) - now; }
    double written_per_request() const {
        return static_cast<double>(spec_.written_per_request.count);
    }

    // As much of it as fits; returns how much that was.
    double write(double bytes) {
        const double written = std::min(bytes, room());
        used_ += written;
        return written;
    }

    // As it was at the start, for the instance's successor; nothing waits there any more.
    void renew(sim::Time now);

    // A request that waits for its lines, for as long as this is there.
    class Wait {
    public:
        Wait(Disk& disk, const sim::Scheduler& scheduler) : disk_(disk), scheduler_(scheduler) {
            if (disk_.waiting_++ > 0) disk_.waited_.change(1, scheduler_.now());
        }
        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;
        ~Wait() {
            if (--disk_.waiting_ > 0) disk_.waited_.change(-1, scheduler_.now());
        }

    private:
        Disk& disk_;
        const sim::Scheduler& scheduler_;
    };

    double used() const { return used_; }
    double room() const { return static_cast<double>(spec_.size.count) - used_; }

    // Its bandwidth; who waits is behind one whose lines are being written.
    sim::Use use(sim::Time now) const;
    sim::Use space_use() const;

private:
    DiskSpec spec_;
    double used_;
    double log_ = 0;
    sim::Time free_at_{};    // when what waits is written
    sim::Duration taken_{};  // of its time, by what was to be written so far
    std::uint64_t writes_ = 0;
    std::uint64_t refused_ = 0;
    std::uint64_t waiting_ = 0;
    sim::Area waited_;
};

}  // namespace models
