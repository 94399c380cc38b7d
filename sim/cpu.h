// Cores that serve work, first come first served or shared among all that is there.
//
//     co_await cpu.work(4ms);    // 4 ms of one core at full speed; tells how long it stood in line
//
// First come, first served: a job in service has a core to itself, and its own timer.
// Processor sharing: with n jobs on k cores each advances at speed * min(1, k / n), so one number,
// the service each has had (`attained_`), stands for all: a job ends when that reaches the job's
// mark, and only the nearest mark needs a timer (virtual time: Parekh and Gallager, fluid GPS,
// 1993). Changing the speed keeps the work already done.
#pragma once

#include <coroutine>
#include <cstdint>
#include <vector>

#include "sim/line.h"
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
    Time arrived_{};
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

    // Waits until a core has spent `demand` on it. Cancelled work has used what it has used.
    Job work(Duration demand, Priority priority = Priority::normal) {
        return {*this, demand, priority};
    }

    std::uint32_t cores() const { return cores_; }
    std::size_t in_service() const { return in_service_; }
    std::size_t waiting() const { return waiting_; }
    double speed() const { return speed_; }

    // 1 is nominal, 0.1 ten times slower, 0 stopped.
    void set_speed(double speed);
    void set_cores(std::uint32_t cores);

    // How long it would take to finish all that is there, if nothing else came and every core were
    // busy until the end. From sums that are kept: jobs are not looked at, unless cores serve first
    // come, first served at another speed than 1.
    Duration backlog() const;

    // Core time in use since the start.
    Duration busy() const {
        return Duration(static_cast<std::int64_t>(busy_ + stamp() * busy_cores()));
    }

private:
    friend CpuJob;

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
        if (in_service_++ < cores_) busy_ -= stamp();
    }
    void leave_service() {
        --in_service_;
        if (has_core_each()) busy_ += stamp();
    }
    std::uint64_t stamp() const { return count(scheduler_.now()); }

    void arrive(Job& job);
    void finish(Job& job);
    void cancel(Job& job);
    void start(Job& job, Duration demand);
    void start_waiting();

    void serve(Job& job, Duration work);
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

    Scheduler& scheduler_;
    Discipline discipline_;
    std::uint32_t cores_;
    double speed_ = 1;
    std::size_t in_service_ = 0;
    std::size_t waiting_ = 0;
    std::uint64_t busy_ = 0;
    List<Job> line_;
    std::uint64_t work_waiting_ = 0;  // the sum of their demands
    List<Job> served_;                // FCFS
    std::uint64_t ends_ = 0;          // likewise: the sum of theirs

    Timer timer_;              // processor sharing: the nearest mark
    std::vector<Mark> marks_;  // likewise: a binary heap
    Int128 marks_sum_ = 0;     // in 2^-32 ns: whole numbers, which go as they came
    double attained_ = 0;      // nanoseconds of service
    Time advanced_{};
    Time planned_ = kForever;
    std::uint64_t arrivals_ = 0;
    bool firing_ = false;
};

inline CpuJob::~CpuJob() {
    if (state_ != State::idle) cpu_.cancel(*this);
}

inline void CpuJob::await_suspend(Wake caller) {
    caller_ = caller;
    arrived_ = cpu_.scheduler_.now();
    cpu_.arrive(*this);
}

// How long it stood in line before a core took it up.
inline Duration CpuJob::await_resume() {
    if (state_ == State::idle) return Duration::zero();
    const Duration waited = arrived_.time_since_epoch();
    if (cpu_.discipline_ == Discipline::fcfs) cpu_.finish(*this);
    state_ = State::idle;
    return waited;
}

inline void Cpu::arrive(Job& job) {
    if (may_start()) {
        start(job, job.demand_);
        return;
    }
    job.state_ = Job::State::waiting;
    ++waiting_;
    work_waiting_ += count(job.demand_);
    line_.add_after_last(job, [&](const Job& other) { return other.priority_ >= job.priority_; });
}

inline void Cpu::start(Job& job, Duration demand) {
    job.arrived_ = Time(scheduler_.now() - job.arrived_);  // from here on: how long it waited
    job.state_ = Job::State::served;
    if (discipline_ == Discipline::fcfs) {
        enter_service();
        serve(job, demand);
        served_.add_last(job);
    } else {
        share(job, demand);
    }
}

// FCFS: a timer of its own.
inline void Cpu::serve(Job& job, Duration work) {
    if (speed_ <= 0) {
        job.end_ = Time(work);  // what is left, until the cores run again
        ends_ += count(job.end_);
        job.ticket_ = scheduler_.at(kForever, job.caller_);
        return;
    }
    const Duration time = speed_ == 1 ? work : from_seconds(seconds(work) / speed_);
    job.end_ = scheduler_.now() + time;
    ends_ += count(job.end_);
    job.ticket_ = scheduler_.at(job.end_, job.caller_);
}

inline void Cpu::finish(Job& job) {
    job.unlink();
    ends_ -= count(job.end_);
    leave_service();
    if (waiting_ > 0) start_waiting();
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
