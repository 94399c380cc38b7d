#include "models/pools/targets.h"

#include <fmt/core.h>

#include <utility>

namespace models {

namespace {

constexpr std::uint32_t kMostTold = 200;

}  // namespace

Targets::Targets(const Plan& plan, const Context& context)
    : context_(context),
      backends_(plan.balancer, context),
      weights_(plan.weights),
      backups_(plan.backups),
      panic_threshold_(plan.panic_threshold),
      draining_(plan.draining) {}

BackendId Targets::add(Instance& instance, Name name) {
    Backends::About about;
    about.weight = weight(static_cast<BackendId>(size()));
    about.name = std::move(name.hashed);
    const BackendId id = backends_.add(instance, about);
    reasons_.push_back(0);
    left_.emplace_back();
    names_.push_back(std::move(name.shown));
    count(id, 1);
    settle(id);
    return id;
}

void Targets::complete() {
    first_late_ = static_cast<BackendId>(size());
    first_backup_ = first_late_ - std::min(backups_, first_late_);
    primaries_ = healthy_primaries_ = healthy_backups_ = serving_ = 0;
    for (BackendId id = 0; id < size(); ++id) count(id, 1);
    turn(best_tier());
}

void Targets::exclude(BackendId id, Reason reason) {
    if (has(id, reason)) return;
    const bool was_healthy = healthy(id);
    if (reason == Reason::leaving) left_[id] = context_.now();
    change(id, reason, static_cast<Reasons>(reasons_[id] | bit(reason)));
    if (was_healthy && !healthy(id)) ++exclusions_;
}

void Targets::include(BackendId id, Reason reason) {
    if (!has(id, reason)) return;
    const bool was_healthy = healthy(id);
    change(id, reason, static_cast<Reasons>(reasons_[id] & ~bit(reason)));
    if (was_healthy || !healthy(id)) return;
    ++returns_;
    if (listener_ != nullptr) listener_->returned(id);
}

bool Targets::stays(BackendId id) const {
    const bool drained = leaving(id) && context_.now() - left_[id] > draining_;
    return !drained && (healthy(id) || tier_ == Tier::all);
}

bool Targets::in_tier(BackendId id) const {
    if (tier_ == Tier::all) return !is_backup(id);
    return healthy(id) && is_backup(id) == (tier_ == Tier::backups);
}

void Targets::apply(BackendId id) {
    backends_.configure(id, !leaving(id));
    const bool serves = in_tier(id) && !(reasons_[id] & ~(kHealth | bit(Reason::full)));
    backends_.set_full(id, has(id, Reason::full));
    if (serves) {
        backends_.enable(id);
    } else {
        backends_.disable(id);
    }
}

// Only health and leaving have a say in who else takes requests.
void Targets::change(BackendId id, Reason reason, Reasons reasons) {
    if (!(bit(reason) & (kHealth | bit(Reason::leaving)))) {
        reasons_[id] = reasons;
        return apply(id);
    }
    count(id, -1);
    reasons_[id] = reasons;
    count(id, 1);
    settle(id);
}

// Takes it into the counts as it is, or out of them.
void Targets::count(BackendId id, int by) {
    if (leaving(id)) return;
    const auto add = [&](std::size_t& counted, bool counts) {
        if (counts) counted += static_cast<std::size_t>(by);
    };
    add(primaries_, !is_backup(id));
    add(healthy_primaries_, !is_backup(id) && healthy(id));
    add(healthy_backups_, is_backup(id) && healthy(id));
    add(serving_, in_tier(id));
}

// Envoy panics strictly below the threshold.
Targets::Tier Targets::best_tier() const {
    const bool panic = static_cast<double>(healthy_primaries_) <
                       panic_threshold_ * static_cast<double>(primaries_);
    if (panic && healthy_backups_ == 0) return Tier::all;
    if (healthy_primaries_ > 0) return Tier::primaries;
    return healthy_backups_ > 0 ? Tier::backups : Tier::primaries;
}

// One has changed: it alone is looked at, unless others take requests now because of it.
void Targets::settle(BackendId id) {
    const Tier best = best_tier();
    if (best != tier_) return turn(best);
    apply(id);
    if (listener_ != nullptr) listener_->changed();
}

void Targets::turn(Tier tier) {
    if (tier == Tier::all && tier_ != Tier::all) {
        ++panics_;
        if (++told_ <= kMostTold) {
            context_.world.recorder.incident(context_.name, "panic",
                                             "too few healthy targets: all are used");
        }
    }
    tier_ = tier;
    serving_ = 0;
    for (BackendId id = 0; id < size(); ++id) {
        apply(id);
        serving_ += in_tier(id) && !leaving(id);
    }
    if (listener_ != nullptr) listener_->changed();
}

void Targets::tell(BackendId id, std::string what, std::string why) {
    if (++told_ > kMostTold) return;
    context_.world.recorder.incident(fmt::format("{} -> {}", context_.name, names_[id]),
                                     std::move(what), std::move(why));
}

}  // namespace models
