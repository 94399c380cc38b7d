#include "models/balancers/affinity.h"

namespace models {

void Affinity::changed(std::span<const Candidate> candidates) {
    ++change_;
    std::vector<Presence> now(backends_.size());
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

void Affinity::report(sim::NodeRecord& record) const {
    if (returned_ == 0) return;
    const auto all = static_cast<double>(returned_);
    record.measures.push_back({"keys_moved", "1", static_cast<double>(moved_) / all});
    record.measures.push_back(
        {"keys_moved_needlessly", "1", static_cast<double>(needlessly_) / all});
}

}  // namespace models
