#include "tools/prove_all.h"

#include <atomic>
#include <deque>
#include <mutex>

namespace tools {

namespace {

// A lab that is being played.
struct OpenLab {
    explicit OpenLab(const Proof& of) : proof(of) {}

    const Proof& proof;
    std::size_t first = 0;              // of its runs, on the queue
    std::atomic<std::size_t> left = 0;  // runs that have not ended
    std::once_flag is_begun;
    std::vector<Kept> kept;
    std::optional<Result> result;
};

class LabQueue {
public:
    LabQueue(std::span<const Proof> proofs, const Proving& how, const Proven& proven)
        : how_(how), proven_(proven) {
        for (const Proof& proof : proofs) add(proof);
    }

    PlayEnd play() {
        const std::unique_ptr<Display> display = display_of(how_.play, runs_);
        display_ = display.get();
        Play how = how_.play;
        how.display = display_;
        how.is_enough = [this] { return has_failed_.load(); };
        return tools::play(runs_, how, [this](std::size_t run, const sim::Recording& recording) {
            take(run, recording);
        });
    }

private:
    // One that plays nothing takes its turn on the queue all the same: there is something to judge.
    void add(const Proof& proof) {
        OpenLab& lab = labs_.emplace_back(proof);
        std::vector<Run> runs = runs_of(proof);
        lab.first = runs_.size();
        if (runs.empty()) runs.push_back({nullptr, {}});
        lab.left = runs.size();
        lab_of_run_.insert(lab_of_run_.end(), runs.size(), &lab);
        runs_.insert(runs_.end(), runs.begin(), runs.end());
    }

    void take(std::size_t run, const sim::Recording& recording) {
        OpenLab& lab = *lab_of_run_[run];
        if (runs_[run].scenario != nullptr) {
            std::call_once(lab.is_begun, [&] {
                lab.kept.resize(lab.proof.cases.size() * lab.proof.lab.seeds.size());
            });
            const std::size_t own = run - lab.first;
            lab.kept[own] = kept_of(lab.proof, own, recording, how_.with_pages);
        }
        if (--lab.left > 0) return;
        Result result = judged(lab.proof, std::move(lab.kept));
        std::unique_lock lock(mutex_);
        lab.result = std::move(result);
        if (is_handing_over_) return;
        is_handing_over_ = true;
        hand_over(lock);
        is_handing_over_ = false;
    }

    void hand_over(std::unique_lock<std::mutex>& lock) {
        while (next_ < labs_.size() && labs_[next_].result && !has_failed_) {
            OpenLab& lab = labs_[next_++];
            const Result result = std::move(*lab.result);
            lock.unlock();
            if (!proven_(lab.proof, result, *display_)) has_failed_ = true;
            lock.lock();
        }
    }

    const Proving& how_;
    const Proven& proven_;
    Display* display_ = nullptr;
    std::deque<OpenLab> labs_;  // whose places do not change
    std::vector<Run> runs_;
    std::vector<OpenLab*> lab_of_run_;
    std::atomic<bool> has_failed_ = false;
    std::mutex mutex_;
    bool is_handing_over_ = false;
    std::size_t next_ = 0;
};

}  // namespace

PlayEnd prove_all(std::span<const Proof> proofs, const Proving& how, const Proven& proven) {
    return LabQueue(proofs, how, proven).play();
}

}  // namespace tools
