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
    settle();
    return id;
}

void Targets::complete() {
    first_late_ = static_cast<BackendId>(size());
    first_backup_ = first_late_ - std::min(backups_, first_late_);
    settle();
}

void Targets::exclude(BackendId id, Reason reason) {
    if (has(id, reason)) return;
    const bool was_healthy = healthy(id);
    reasons_[id] |= bit(reason);
    if (reason == Reason::leaving) left_[id] = context_.now();
    if (was_healthy && !healthy(id)) ++exclusions_;
    if (bit(reason) & (kHealth | bit(Reason::leaving))) {
        settle();
    } else {
        apply(id);
    }
}

void Targets::include(BackendId id, Reason reason) {
    if (!has(id, reason)) return;
    const bool was_healthy = healthy(id);
    reasons_[id] &= static_cast<Reasons>(~bit(reason));
    if (bit(reason) & (kHealth | bit(Reason::leaving))) {
        settle();
    } else {
        apply(id);
    }
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
    const bool serves = in_tier(id) && !(reasons_[id] & ~kHealth);
    if (serves) {
        backends_.enable(id);
    } else {
        backends_.disable(id);
    }
}

// Envoy panics strictly below the threshold.
Targets::Tier Targets::best_tier() const {
    std::size_t primaries = 0;
    std::size_t healthy_primaries = 0;
    std::size_t healthy_backups = 0;
    for (BackendId id = 0; id < size(); ++id) {
        if (leaving(id)) continue;
        primaries += !is_backup(id);
        healthy_primaries += !is_backup(id) && healthy(id);
        healthy_backups += is_backup(id) && healthy(id);
    }
    const bool panic =
        static_cast<double>(healthy_primaries) < panic_threshold_ * static_cast<double>(primaries);
    if (panic && healthy_backups == 0) return Tier::all;
    if (healthy_primaries > 0) return Tier::primaries;
    return healthy_backups > 0 ? Tier::backups : Tier::primaries;
}

void Targets::settle() {
    const Tier before = std::exchange(tier_, best_tier());
    if (tier_ == Tier::all && before != Tier::all) {
        ++panics_;
        if (++told_ <= kMostTold) {
            context_.world.recorder.incident(context_.name, "panic",
                                             "too few healthy targets: all are used");
        }
    }
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
