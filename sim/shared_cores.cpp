#include "sim/shared_cores.h"

#include <algorithm>
#include <cassert>

#include "sim/cpu.h"
#include "sim/scheduler.h"

namespace sim {

Duration SharedCores::contended() const {
    return contended_ + (is_contended() ? scheduler_.now() - contended_since_ : Duration::zero());
}

// By the level at which it has all that it wants.
bool SharedCores::is_filled_first(const Member* one, const Member* other) {
    const std::int64_t left = one->wants_ * other->weight_;
    const std::int64_t right = other->wants_ * one->weight_;
    return left != right ? left < right : one->number_ < other->number_;
}

void SharedCores::list(Member& member) {
    member.rank_ = wanting_.size();
    wanting_.push_back(&member);
}

void SharedCores::unlist(Member& member) {
    wanting_.back()->rank_ = member.rank_;
    wanting_[member.rank_] = wanting_.back();
    wanting_.pop_back();
}

Use SharedCores::use() const {
    const Time now = scheduler_.now();
    const auto cores = [&](const Area& area, Milli value) {
        return area.until(now, static_cast<std::uint64_t>(value)) / 1000;
    };
    return {static_cast<double>(cores_) / 1000,
            cores(given_area_, given()),
            cores(short_area_, wanted_ - given()),
            static_cast<std::uint64_t>(contended().count()),
            0,
            0};
}

void SharedCores::change(Member& member, Milli cores) {
    const bool was_contended = is_contended();
    if (was_contended && member.wants_ > 0) {
        filling_.erase(std::ranges::lower_bound(filling_, &member, is_filled_first));
    }
    if (member.wants_ == 0) list(member);
    if (cores == 0) unlist(member);
    const Milli given_before = given();
    const Milli short_before = wanted_ - given_before;
    wanted_ += cores - member.wants_;
    given_area_.change(given() - given_before, scheduler_.now());
    short_area_.change(wanted_ - given() - short_before, scheduler_.now());
    member.wants_ = cores;
    if (cores == 0) member.cpu_.set_share(1);
    if (!is_contended()) {
        if (was_contended) give_all();
        return;
    }
    if (!was_contended) {
        contended_since_ = scheduler_.now();
        filling_ = wanting_;
        std::ranges::sort(filling_, is_filled_first);
    } else if (cores > 0) {
        filling_.insert(std::ranges::upper_bound(filling_, &member, is_filled_first), &member);
    }
    distribute();
}

void SharedCores::give_all() {
    contended_ += scheduler_.now() - contended_since_;
    filling_.clear();
    for (Member* member : wanting_) member->cpu_.set_share(1);
}

// Those that want least for their weight are filled first; what is left goes by weight to the
// others, who all want more than that.
void SharedCores::distribute() {
    Milli left = cores_;
    std::int64_t weights = 0;
    for (const Member* member : filling_) weights += member->weight_;
    bool is_level = false;
    double level = 0;  // cores for each unit of weight
    for (Member* member : filling_) {
        is_level = is_level || member->wants_ * weights > left * member->weight_;
        if (!is_level) {
            member->cpu_.set_share(1);
            left -= member->wants_;
            weights -= member->weight_;
            continue;
        }
        if (level == 0) level = static_cast<double>(left) / static_cast<double>(weights);
        member->cpu_.set_share(level * static_cast<double>(member->weight_) /
                               static_cast<double>(member->wants_));
    }
    assert(is_level);
}

}  // namespace sim
