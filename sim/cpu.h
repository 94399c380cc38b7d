// Cores that serve work, first come first served or shared among all that is there.
//
//     co_await cpu.work(4ms);    // 4 ms of one core at full speed; tells how long it had no core
//
// First come, first served: a job in service has a core to itself, and its own timer.
// Processor sharing: with n jobs on k cores each advances at speed * min(1, k / n), so one number,
// the service each has had (`attained_`), stands for all: a job ends when that reaches the job's
// mark, and only the nearest mark needs a timer (virtual time: Parekh and Gallager, fluid GPS,
// 1993). Changing the speed keeps the work already done.
//
// Time in which a job has no core is waiting, whatever the discipline: in line, beside n - 1 others
// on k < n cores (1 - k / n of it), and while other processes have the cores of the machine.
#pragma once

#include <coroutine>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/area.h"
#include "sim/line.h"
#include "sim/resource.h"
#include "sim/shared_cores.h"
#include "sim/timer.h"
#include "sim/uint128.h"

namespace sim {

enum class Discipline { fcfs, processor_sharing };

class Cpu;

// One piece of work, in the frame of the coroutine that awaits it.
class CpuJob : public Link<CpuJob> {
public:
    CpuJob(Cpu& cpu, Duration demand, Priority priority)
        : cpu_(cpu), demand_(demand), priority_(priority) {}
    CpuJob(const CpuJob&) = delete;
    CpuJob& operator=(const CpuJob&) = delete;
    ~CpuJob();

    bool await_ready() const { return demand_ <= Duration::zero(); }
    void await_suspend(Wake caller);
    Duration await_resume();

private:
    friend Cpu;
    enum class State : std::uint8_t { idle, waiting, served };

    Cpu& cpu_;
    Wake caller_;
    union {
        Duration demand_;  // until it is in service
        Time end_;         // then, under FCFS; the work left while the cores stand still
    };
    Time arrived_{};  // once it is served: how long it waited, less what all had waited then
    union {
        Ticket ticket_;       // FCFS, in service
        std::uint32_t rank_;  // processor sharing: its place in the heap of marks
    };
    Priority priority_;
    State state_ = State::idle;
};

class Cpu final : Event {
public:
    using Job = CpuJob;

    Cpu(Scheduler& scheduler, Discipline discipline, std::uint32_t cores)
        : scheduler_(scheduler), discipline_(discipline), cores_(cores), timer_(scheduler) {}
    Cpu(const Cpu&) = delete;
    Cpu& operator=(const Cpu&) = delete;
    ~Cpu() { leave(); }

    // Waits until a core has spent `demand` on it. Cancelled work has used what it has used.
    Job work(Duration demand, Priority priority = Priority::normal) {
        return {*this, demand, priority};
    }

    std::uint32_t cores() const { return cores_; }
    std::size_t in_service() const { return in_service_; }
    std::size_t waiting() const { return waiting_; }
    // Of one core that works.
    double speed() const { return pace_; }

    // 1 is nominal, 0.1 ten times slower, 0 stopped.
    void set_speed(double speed);
    // It can use so many thousandths of each when it shares a machine's.
    void set_cores(std::uint32_t cores, std::uint32_t thousandths = 1000);

    // From now on its cores are those of a machine that others share; or they are its own.
    void join(SharedCores& machine, std::int64_t weight);
    void leave();

    // Whether its jobs may have cores: those of a process that is throttled wait.
    void set_runnable(bool runnable);

    // How long it would take to finish all that is there, if nothing else came and every core were
    // busy until the end. From sums that are kept: jobs are not looked at, unless cores serve first
    // come, first served at another speed than 1.
    Duration backlog() const;

    // Core time that its jobs have had since the start.
    Duration busy() const {
        const auto busy = static_cast<std::int64_t>(busy_ + stamp() * busy_cores());
        return Duration(share_ == 1 ? busy - lost_ : busy - lost_ - losing());
    }

    // Its cores, as what jobs wait for: who has less than a core waits for the rest.
    Use use() const {
        const Time now = scheduler_.now();
        const auto used = static_cast<std::uint64_t>(busy().count());
        const std::uint64_t there = there_.until(now, in_service_ + waiting_);
        return {cores_ * thousandths_ * 1e-3,
                used,
                there > used ? there - used : 0,
                used / cores_,
                started_,
                0};
    }

private:
    friend CpuJob;
    friend SharedCores;

    struct Mark {
        double at;  // what `attained_` must reach
        std::uint64_t arrival;
        Job* job;
        bool operator<(const Mark& other) const {
            return at != other.at ? at < other.at : arrival < other.arrival;
        }
    };

    bool may_start() const {
        return in_service_ < cores_ || discipline_ == Discipline::processor_sharing;
    }
    // Whoever is in service under FCFS keeps a core, even when there are fewer by now.
    bool has_core_each() const { return in_service_ < cores_ || discipline_ == Discipline::fcfs; }
    std::size_t busy_cores() const { return has_core_each() ? in_service_ : cores_; }

    // The sum of all (end - start) of busy cores, kept as it comes; wraps while one is running.
    void enter_service() {
        ++started_;
        if (in_service_++ < cores_) busy_ -= stamp();
    }
    void leave_service() {
        --in_service_;
        there_.change(-1, scheduler_.now());
        if (has_core_each()) busy_ += stamp();
    }
    std::uint64_t stamp() const { return count(scheduler_.now()); }

    // What others have of its busy cores, since it was last added up.
    std::int64_t losing() const {
        const auto time = static_cast<double>((scheduler_.now() - advanced_).count());
        return static_cast<std::int64_t>(time * (1 - share_) * static_cast<double>(busy_cores()));
    }

    // The share of a core that each job in service has.
    double share_of_job() const {
        if (has_core_each()) return share_;
        return share_ * static_cast<double>(cores_) / static_cast<double>(in_service_);
    }
    // The machine gives its jobs this share of the cores that they could use.
    void set_share(double share);
    void settle_share();
    void set_pace(double pace);
    // Its jobs may want more cores now, or fewer.
    void want_cores() {
        if (machine_ != nullptr) [[unlikely]]
            tell_machine();
    }
    void tell_machine();

    void arrive(Job& job);
    void finish(Job& job);
    void cancel(Job& job);
    void start(Job& job, Duration demand);
    void start_waiting();

    void start_slowed(Job& job, Duration demand);
    void serve(Job& job, Duration work);
    void end_after(Job& job, Duration time);
    void settle_pace() {
        is_steady_ = discipline_ == Discipline::fcfs && pace_ == 1 && share_ == 1;
    }
    Duration remaining(const Job& job) const;
    double work_in_service() const;
    double work_shared() const;

    void share(Job& job, Duration work);
    void advance();
    void plan();
    void fire() override;
    void sift_up(std::uint32_t rank);
    void sift_down(std::uint32_t rank);
    void remove_mark(std::uint32_t rank);
    double rate() const;
    static Int128 fixed(double nanoseconds);
    static std::uint64_t count(Duration work) { return static_cast<std::uint64_t>(work.count()); }
    static std::uint64_t count(Time time) { return count(time.time_since_epoch()); }

    // What either discipline needs of itself for each job comes close together: there may be many
    // of these.
    Scheduler& scheduler_;
    Discipline discipline_;
    std::uint32_t cores_;
    bool is_steady_ = discipline_ == Discipline::fcfs;  // and nobody slows its cores down
    bool firing_ = false;
    bool runnable_ = true;
    double pace_ = 1;  // speed times share
    double share_ = 1;
    std::size_t in_service_ = 0;
    std::size_t waiting_ = 0;
    std::uint64_t busy_ = 0;
    Duration waited_{};  // by a job that was in service all the time
    std::unique_ptr<SharedCores::Member> machine_;

    Time advanced_{};          // processor sharing
    double attained_ = 0;      // nanoseconds of service
    std::vector<Mark> marks_;  // a binary heap
    Int128 marks_sum_ = 0;     // in 2^-32 ns: whole numbers, which go as they came
    Timer timer_;              // the nearest mark
    Time planned_ = kForever;
    std::uint64_t arrivals_ = 0;

    List<Job> line_;
    std::uint64_t work_waiting_ = 0;  // the sum of their demands
    List<Job> served_;                // FCFS
    std::uint64_t ends_ = 0;          // likewise: the sum of theirs

    std::int64_t lost_ = 0;
    double speed_ = 1;
    double given_ = 1;  // by the machine
    std::uint32_t thousandths_ = 1000;
    Area there_;  // in service or in line
    std::uint64_t started_ = 0;
};

inline CpuJob::~CpuJob() {
    if (state_ != State::idle) cpu_.cancel(*this);
}

inline void CpuJob::await_suspend(Wake caller) {
    caller_ = caller;
    arrived_ = cpu_.scheduler_.now();
    cpu_.arrive(*this);
}

// How long it had no core.
inline Duration CpuJob::await_resume() {
    if (state_ == State::idle) return Duration::zero();
    if (!cpu_.is_steady_ && cpu_.share_ != 1) [[unlikely]]
        cpu_.advance();
    const Duration waited = arrived_.time_since_epoch() + cpu_.waited_;
    if (cpu_.discipline_ == Discipline::fcfs) cpu_.finish(*this);
    state_ = State::idle;
    return waited;
}

inline void Cpu::arrive(Job& job) {
    there_.change(1, scheduler_.now());
    if (may_start()) {
        start(job, job.demand_);
        want_cores();
        return;
    }
    job.state_ = Job::State::waiting;
    ++waiting_;
    work_waiting_ += count(job.demand_);
    line_.add_after_last(job, [&](const Job& other) { return other.priority_ >= job.priority_; });
}

inline void Cpu::start(Job& job, Duration demand) {
    if (!is_steady_) return start_slowed(job, demand);
    job.arrived_ = Time(scheduler_.now() - job.arrived_ - waited_);
    job.state_ = Job::State::served;
    enter_service();
    end_after(job, demand);
    served_.add_last(job);
}

// FCFS: a timer of its own.
inline void Cpu::serve(Job& job, Duration work) {
    if (pace_ <= 0) {
        job.end_ = Time(work);  // what is left, until the cores run again
        ends_ += count(job.end_);
        job.ticket_ = scheduler_.at(kForever, job.caller_);
        return;
    }
    end_after(job, pace_ == 1 ? work : from_seconds(seconds(work) / pace_));
}

inline void Cpu::end_after(Job& job, Duration time) {
    job.end_ = scheduler_.now() + time;
    ends_ += count(job.end_);
    job.ticket_ = scheduler_.at(job.end_, job.caller_);
}

inline void Cpu::finish(Job& job) {
    job.unlink();
    ends_ -= count(job.end_);
    leave_service();
    if (waiting_ > 0) start_waiting();
    want_cores();
}

inline void Cpu::start_waiting() {
    while (waiting_ > 0 && may_start()) {
        Job& job = *line_.first();
        job.unlink();
        --waiting_;
        work_waiting_ -= count(job.demand_);
        start(job, job.demand_);
    }
}

}  // namespace sim
