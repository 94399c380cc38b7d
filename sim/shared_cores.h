// The cores of a machine that several processes share, each a Cpu: by weight, as Linux's scheduler
// shares them among cgroups (cpu.weight, cpu.shares).
//
// Each wants as many cores as it has jobs that could run. As long as there are enough for all of
// them, each has what it wants, and a change costs one addition. When there are not, each gets a
// share by its weight, and what one does not want goes to the others by theirs: weighted max-min
// fairness (Demers, Keshav, Shenker 1989; water-filling). With wants d(i) and weights w(i) there is
// one level L with
//
//     sum of min(d(i), L w(i)) = cores,
//
// and i runs at min(1, L w(i) / d(i)) of its speed. This is the fluid limit of the scheduler: time
// slices, migrations and caches grown cold cost nothing. A change then costs the number of those
// that want something.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/area.h"
#include "sim/resource.h"
#include "sim/time.h"

namespace sim {

class Cpu;
class Scheduler;

class SharedCores {
public:
    // Thousandths of a core.
    using Milli = std::int64_t;

    SharedCores(const Scheduler& scheduler, Milli cores) : scheduler_(scheduler), cores_(cores) {}
    SharedCores(const SharedCores&) = delete;
    SharedCores& operator=(const SharedCores&) = delete;

    // Whether more is wanted than there is; and for how long that was so.
    bool is_contended() const { return wanted_ > cores_; }
    Duration contended() const;
    Milli wanted() const { return wanted_; }
    // Cores that are given, and wanted beyond that.
    Use use() const;

    // One of those that share them, from its making until its end.
    class Member {
    public:
        // `weight` is above 0.
        Member(SharedCores& cores, Cpu& cpu, std::int64_t weight)
            : cores_(cores), cpu_(cpu), weight_(weight), number_(cores.joined_++) {}
        Member(const Member&) = delete;
        Member& operator=(const Member&) = delete;
        ~Member() { want(0); }

        void want(Milli cores) {
            if (cores != wants_) cores_.change(*this, cores);
        }

    private:
        friend SharedCores;
        SharedCores& cores_;
        Cpu& cpu_;
        std::int64_t weight_;
        std::uint64_t number_;  // equals keep the order in which they came
        Milli wants_ = 0;
        std::size_t rank_ = 0;  // in the list of those that want something
    };

private:
    void change(Member& member, Milli cores);
    Milli given() const { return wanted_ < cores_ ? wanted_ : cores_; }
    void list(Member& member);
    void unlist(Member& member);
    void give_all();
    void distribute();
    static bool is_filled_first(const Member* one, const Member* other);

    const Scheduler& scheduler_;
    Milli cores_;
    Milli wanted_ = 0;
    std::vector<Member*> wanting_;  // in no order
    std::vector<Member*> filling_;  // while it is contended: they, by want for weight
    std::uint64_t joined_ = 0;
    Time contended_since_{};
    Duration contended_{};
    Area given_area_, short_area_;
};

}  // namespace sim
