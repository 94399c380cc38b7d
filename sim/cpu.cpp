#include "sim/cpu.h"

#include <algorithm>
#include <cmath>

namespace sim {

void Cpu::cancel(Job& job) {
    if (job.state_ == Job::State::waiting) {
        job.unlink();
        --waiting_;
        there_.change(-1, scheduler_.now());
        work_waiting_ -= count(job.demand_);
    } else if (discipline_ == Discipline::fcfs) {
        scheduler_.cancel(job.ticket_);
        if (share_ != 1) advance();
        finish(job);
    } else {
        advance();
        remove_mark(job.rank_);
        want_cores();
        plan();
    }
    job.state_ = Job::State::idle;
}

// Shared, or at another speed than its own.
void Cpu::start_slowed(Job& job, Duration demand) {
    if (discipline_ == Discipline::processor_sharing || share_ != 1) advance();
    job.arrived_ = Time(scheduler_.now() - job.arrived_ - waited_);
    job.state_ = Job::State::served;
    if (discipline_ == Discipline::fcfs) {
        enter_service();
        serve(job, demand);
        served_.add_last(job);
    } else {
        share(job, demand);
    }
}

void Cpu::set_speed(double speed) {
    speed_ = speed;
    set_pace(speed_ * share_);
    settle_pace();
}

void Cpu::set_pace(double pace) {
    if (pace == pace_) return;
    if (discipline_ == Discipline::fcfs) {
        served_.for_each([&](Job& job) {
            const Duration work = remaining(job);
            ends_ -= count(job.end_);
            scheduler_.cancel(job.ticket_);
            std::swap(pace, pace_);
            serve(job, work);
            std::swap(pace, pace_);
        });
        pace_ = pace;
        return;
    }
    advance();
    pace_ = pace;
    plan();
}

void Cpu::join(SharedCores& machine, std::int64_t weight) {
    machine_ = std::make_unique<SharedCores::Member>(machine, *this, weight);
    tell_machine();
}

void Cpu::leave() {
    machine_.reset();
}

void Cpu::set_runnable(bool runnable) {
    runnable_ = runnable;
    settle_share();
    want_cores();
}

void Cpu::set_share(double share) {
    if (share == given_) return;
    given_ = share;
    settle_share();
}

void Cpu::settle_share() {
    const double share = runnable_ ? given_ : 0;
    if (share == share_) return;
    advance();
    share_ = share;
    set_pace(speed_ * share_);
    settle_pace();
}

// Those woken at this moment may bring more work: it looks again when all have been.
void Cpu::tell_machine() {
    if (firing_) return;
    const std::size_t cores = runnable_ ? busy_cores() : 0;
    machine_->want(static_cast<SharedCores::Milli>(cores * thousandths_));
}

// The work left to do, in nanoseconds at full speed.
Duration Cpu::remaining(const Job& job) const {
    if (pace_ <= 0) return job.end_.time_since_epoch();
    return from_seconds(seconds(job.end_ - scheduler_.now()) * pace_);
}

// In nanoseconds, as the sums that follow.
double Cpu::work_in_service() const {
    if (pace_ == 1) return static_cast<double>(ends_ - stamp() * in_service_);
    double work = 0;
    served_.for_each([&](const Job& job) { work += static_cast<double>(remaining(job).count()); });
    return work;
}

double Cpu::work_shared() const {
    const double attained =
        attained_ + static_cast<double>((scheduler_.now() - advanced_).count()) * rate();
    const Int128 left = marks_sum_ - fixed(attained) * static_cast<Int128>(marks_.size());
    return left > 0 ? static_cast<double>(left) * 0x1p-32 : 0;
}

Duration Cpu::backlog() const {
    const double work = static_cast<double>(work_waiting_) +
                        (discipline_ == Discipline::fcfs ? work_in_service() : work_shared());
    if (work == 0) return Duration::zero();
    const double time = work / (pace_ * cores_);
    return time < 9e18 ? Duration(static_cast<std::int64_t>(time)) : Duration::max();
}

void Cpu::set_cores(std::uint32_t cores, std::uint32_t thousandths) {
    advance();
    busy_ += stamp() * busy_cores();
    cores_ = cores;
    thousandths_ = thousandths;
    busy_ -= stamp() * busy_cores();
    start_waiting();
    want_cores();
    if (discipline_ == Discipline::processor_sharing) {
        timer_.stop();
        plan();
    }
}

// Processor sharing from here on.

double Cpu::rate() const {
    if (marks_.size() <= cores_) return pace_;
    return pace_ * static_cast<double>(cores_) / static_cast<double>(marks_.size());
}

// In units of 2^-32 ns.
Int128 Cpu::fixed(double nanoseconds) {
    constexpr double kMost = 9e18;  // longer than any run: what is above counts as much
    const double held = std::min(nanoseconds, kMost);
    const auto whole = static_cast<std::int64_t>(held);
    const double part = held - static_cast<double>(whole);
    return (static_cast<Int128>(whole) << 32) + static_cast<std::int64_t>(part * 0x1p32);
}

void Cpu::share(Job& job, Duration work) {
    marks_.push_back({attained_ + static_cast<double>(work.count()), arrivals_++, &job});
    marks_sum_ += fixed(marks_.back().at);
    enter_service();
    sift_up(static_cast<std::uint32_t>(marks_.size() - 1));
    plan();
}

// Adds up what jobs have had, and have waited for, since the last time.
void Cpu::advance() {
    const Time now = scheduler_.now();
    const auto time = static_cast<double>((now - advanced_).count());
    if (time > 0 && in_service_ > 0) {
        const double had = share_of_job();
        if (had < 1) waited_ += Duration(static_cast<std::int64_t>(time * (1 - had) + 0.5));
        if (share_ != 1) lost_ += losing();
        attained_ += time * rate();
    }
    if (marks_.empty()) attained_ = 0;  // keeps the sum small, and with it its rounding
    advanced_ = now;
}

// Sets the timer for the nearest mark. A timer that is early anyway is left to fire and look again.
void Cpu::plan() {
    if (firing_ || marks_.empty() || pace_ <= 0) return;
    const double left = (marks_.front().at - attained_) / rate();
    if (!(left < 9e18)) return;
    const Duration delay(static_cast<std::int64_t>(left < 0 ? 0 : std::ceil(left)));
    const Time now = scheduler_.now();
    const Time due = delay > kForever - now ? kForever : now + delay;
    if (timer_.armed() && planned_ <= due) return;
    planned_ = due;
    timer_.start_at(due, static_cast<Event&>(*this));
}

// Ends every job whose mark is reached. Those woken may come back with more work at once; what they
// bring takes part in this same moment, and the timer is set when all have been woken.
void Cpu::fire() {
    timer_.fired();
    advance();
    firing_ = true;
    // Less than half a nanosecond of progress away is reached: times are whole nanoseconds.
    while (!marks_.empty() && marks_.front().at - attained_ <= 0.5 * rate()) {
        Job& job = *marks_.front().job;
        remove_mark(0);
        job.state_ = Job::State::served;
        const Wake caller = job.caller_;
        caller();
    }
    firing_ = false;
    want_cores();
    plan();
}

void Cpu::sift_up(std::uint32_t rank) {
    const Mark mark = marks_[rank];
    while (rank > 0) {
        const std::uint32_t parent = (rank - 1) / 2;
        if (!(mark < marks_[parent])) break;
        marks_[rank] = marks_[parent];
        marks_[rank].job->rank_ = rank;
        rank = parent;
    }
    marks_[rank] = mark;
    mark.job->rank_ = rank;
}

void Cpu::sift_down(std::uint32_t rank) {
    const Mark mark = marks_[rank];
    const auto size = static_cast<std::uint32_t>(marks_.size());
    for (;;) {
        std::uint32_t child = 2 * rank + 1;
        if (child >= size) break;
        if (child + 1 < size && marks_[child + 1] < marks_[child]) ++child;
        if (!(marks_[child] < mark)) break;
        marks_[rank] = marks_[child];
        marks_[rank].job->rank_ = rank;
        rank = child;
    }
    marks_[rank] = mark;
    mark.job->rank_ = rank;
}

void Cpu::remove_mark(std::uint32_t rank) {
    marks_sum_ -= fixed(marks_[rank].at);
    const Mark last = marks_.back();
    marks_.pop_back();
    leave_service();
    if (rank == marks_.size()) return;
    const bool earlier = last < marks_[rank];
    marks_[rank] = last;
    last.job->rank_ = rank;
    if (earlier) {
        sift_up(rank);
    } else {
        sift_down(rank);
    }
}

}  // namespace sim
