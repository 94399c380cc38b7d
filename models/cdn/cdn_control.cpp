#include "models/cdn/cdn_control.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/cdn/cdn.h"
#include "sim/sleep.h"

namespace models {

namespace {

constexpr std::uint32_t kBeatBytes = 64;
constexpr std::uint32_t kPurgeBytes = 256;  // its URL, and headers

}  // namespace

CdnControl::CdnControl(Cdn& cdn)
    : cdn_(cdn),
      place_(cdn.location(0).place()),
      is_in_(cdn.spec().locations, true),
      last_beat_(cdn.spec().locations, sim::Time{}),
      heartbeats_(cdn.context().world, place_),
      questions_(cdn.context().world, place_),
      answers_(cdn.context(), place_, "answers about purges"),
      accepted_(cdn.context().world, place_),
      to_spread_(cdn.context().world, place_) {
    const Context& context = cdn.context();
    for (std::uint32_t each = 0; each < cdn.spec().locations; ++each) {
        CdnLocation& location = cdn.location(each);
        beat_senders_.emplace_back(context, location.place(), fmt::format("heartbeats {}", each));
        if (cdn.spec().purge_interval > sim::Duration::zero()) {
            question_senders_.emplace_back(context, location.place(),
                                           fmt::format("purge questions {}", each));
        } else {
            channels_.push_back(std::make_unique<Channel<PurgesUpTo>>(
                context, place_, location.purges(), fmt::format("purges {}", each)));
        }
    }
    accepted_.handle([this](const CdnPurge& purge) { accept(purge); });
    to_spread_.handle([this](const CdnPurge& purge) { spread(purge); });
    heartbeats_.handle([this](const Heartbeat& beat) { beat_came(beat.location); });
    questions_.handle([this](const PurgeQuestion& question) {
        CdnLocation& location = cdn_.location(question.location);
        if (location.applied() == purges()) return;
        const auto missing = static_cast<std::uint32_t>(purges() - location.applied());
        answers_.send(location.purges(), PurgesUpTo{purges()}, kPurgeBytes * (missing + 1));
    });
}

// Heartbeats only where something can go wrong.
void CdnControl::start(sim::TaskGroup& group) {
    const bool watches = cdn_.context().world.can_fail && cdn_.spec().locations > 1;
    for (std::uint32_t each = 0; each < cdn_.spec().locations; ++each) {
        if (watches) group.run(send_beats(each));
        if (!question_senders_.empty()) group.run(ask_for_purges(each));
    }
    if (watches) group.run(watch());
}

// --- where users are led to ---

CdnLocation& CdnControl::nearest_to(const Request& request) {
    const auto count = static_cast<std::uint32_t>(is_in_.size());
    if (count == 1) return cdn_.location(0);
    if (request.place == kNowhere || cdn_.location(0).place() == kNowhere) {
        std::uint32_t turn = static_cast<std::uint32_t>(
            sim::mix(request.user + cdn_.context().world.scatter) % count);
        for (std::uint32_t tried = 0; tried < count && !is_in_[turn]; ++tried) {
            turn = (turn + 1) % count;
        }
        return cdn_.location(turn);
    }
    const auto known = nearest_.find(request.place);
    if (known != nearest_.end()) return cdn_.location(known->second);
    const std::uint32_t found = find_nearest(request.place);
    nearest_.emplace(request.place, found);
    return cdn_.location(found);
}

std::uint32_t CdnControl::find_nearest(PlaceId from) const {
    Links& links = *cdn_.context().world.network;
    const bool fails_open = std::ranges::find(is_in_, true) == is_in_.end();
    std::uint32_t best = 0;
    double least = -1;
    for (std::uint32_t each = 0; each < is_in_.size(); ++each) {
        if (!is_in_[each] && !fails_open) continue;
        const PlaceId there = cdn_.location(each).place();
        const double round_trip =
            links.between(from, there).mean_latency() + links.between(there, from).mean_latency();
        if (least >= 0 && round_trip >= least) continue;
        best = each;
        least = round_trip;
    }
    return best;
}

void CdnControl::beat_came(std::uint32_t location) {
    last_beat_[location] = cdn_.context().now();
    if (is_in_[location]) return;
    is_in_[location] = true;
    nearest_.clear();
    cdn_.context().world.recorder.incident(cdn_.context().name, "taken in",
                                           fmt::format("location {}", location));
}

void CdnControl::check_beats() {
    const CdnHealthCheckSpec& rule = cdn_.spec().health_check;
    const sim::Time due = cdn_.context().now() - rule.interval * rule.threshold;
    for (std::uint32_t each = 0; each < is_in_.size(); ++each) {
        if (!is_in_[each] || last_beat_[each] >= due) continue;
        is_in_[each] = false;
        nearest_.clear();
        cdn_.measures().taken_out.add();
        cdn_.context().world.recorder.incident(cdn_.context().name, "taken out",
                                               fmt::format("location {}", each));
    }
}

sim::Task<void> CdnControl::send_beats(std::uint32_t location) {
    for (;;) {
        CdnLocation& from = cdn_.location(location);
        if (from.is_up()) beat_senders_[location].send(heartbeats_, {location}, kBeatBytes);
        co_await sim::sleep(cdn_.context().scheduler(), cdn_.spec().health_check.interval);
    }
}

sim::Task<void> CdnControl::watch() {
    for (;;) {
        co_await sim::sleep(cdn_.context().scheduler(), cdn_.spec().health_check.interval);
        check_beats();
    }
}

// --- purges ---

void CdnControl::stand_before(CdnControl& shield) {
    const Context& context = cdn_.context();
    to_shield_ = std::make_unique<Channel<CdnPurge>>(context, place_, shield.accepted_,
                                                     "purges at the shield");
    from_shield_ = std::make_unique<Channel<CdnPurge>>(context, shield.place_, to_spread_,
                                                       "purges done at the shield");
}

void CdnControl::accept(CdnPurge purge) {
    purge.then.push_back(this);
    if (to_shield_ == nullptr) return spread(std::move(purge));
    if (to_shield_->is_broken()) to_shield_->reconnect();
    to_shield_->send(std::move(purge), kPurgeBytes);
}

void CdnControl::spread(CdnPurge purge) {
    purge.then.pop_back();  // this one
    purge.missing = cdn_.spec().locations;
    log_.push_back(std::move(purge));
    // Nothing is where nobody is, which is as good.
    const std::uint64_t all = purges();
    for (std::uint32_t each = 0; each < cdn_.spec().locations; ++each) {
        CdnLocation& location = cdn_.location(each);
        if (!location.is_up()) {
            location.apply(all);
        } else if (!channels_.empty()) {
            Channel<PurgesUpTo>& way = *channels_[each];
            if (way.is_broken()) way.reconnect();
            way.send({all}, kPurgeBytes);
        }
    }
}

void CdnControl::applied(std::uint64_t number) {
    CdnPurge& purge = log_[number - forgotten_];
    const sim::Duration took = cdn_.context().now() - purge.began;
    cdn_.measures().purge_time.add(took);
    if (--purge.missing == 0 && !purge.then.empty()) {
        Channel<CdnPurge>& back = *purge.then.back()->from_shield_;
        if (back.is_broken()) back.reconnect();
        back.send(purge, kPurgeBytes);
    }
}

// What every location has applied.
void CdnControl::forget_applied() {
    for (; !log_.empty() && log_.front().missing == 0; ++forgotten_) log_.pop_front();
}

sim::Task<void> CdnControl::ask_for_purges(std::uint32_t location) {
    // Each at times of its own.
    const sim::Duration interval = cdn_.spec().purge_interval;
    sim::Draws draws(sim::request_key(cdn_.context().stream("times of purge questions"), location));
    co_await sim::sleep(cdn_.context().scheduler(),
                        sim::from_seconds(draws.uniform() * sim::seconds(interval)));
    for (;;) {
        if (cdn_.location(location).is_up()) {
            question_senders_[location].send(questions_, {location}, kBeatBytes);
        }
        co_await sim::sleep(cdn_.context().scheduler(), interval);
    }
}

}  // namespace models
