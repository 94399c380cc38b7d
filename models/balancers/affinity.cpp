#include "models/balancers/affinity.h"

#include <limits>

namespace models {

void Affinity::changed(std::span<const Candidate> candidates) {
    ++change_;
    std::vector<Member> now(backends_.size());
    for (const Candidate& candidate : candidates) {
        if (candidate.id >= now.size()) now.resize(candidate.id + 1);
        const bool was = candidate.id < backends_.size() && backends_[candidate.id].there;
        now[candidate.id] = {was ? backends_[candidate.id].since : change_, true};
    }
    backends_ = std::move(now);
}

void Affinity::placed(std::uint64_t key, std::uint32_t backend) {
    const auto found = keys_.find(key);
    if (found == keys_.end()) {
        if (keys_.size() < kMost) keys_.insert({key, {backend, change_}});
        return;
    }
    Seen& seen = found->second;
    if (seen.change != change_) {
        ++returned_;
        const bool elsewhere = seen.backend != backend;
        moved_ += elsewhere;
        needlessly_ +=
            elsewhere && backends_[seen.backend].there && backends_[backend].since <= seen.change;
    }
    seen = {backend, change_};
}

// There is no share of the keys when none came again.
void Affinity::report(sim::NodeRecord& record) const {
    const auto share = [&](std::uint64_t keys) {
        return returned_ > 0 ? static_cast<double>(keys) / static_cast<double>(returned_)
                             : std::numeric_limits<double>::quiet_NaN();
    };
    record.measures.push_back({"keys_moved", "1", share(moved_)});
    record.measures.push_back({"keys_moved_needlessly", "1", share(needlessly_)});
}

}  // namespace models
