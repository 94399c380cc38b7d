// How a replica takes the primary's place, what is lost by that, and how machines come back.
#include <fmt/core.h>

#include <algorithm>
#include <unordered_set>

#include "models/replicated/replicated.h"
#include "sim/sleep.h"

namespace models {

void Replicated::lost(Copy& copy) {
    if (&copy != primary_) return;
    answered_.give_up();
    without_primary_since_ = std::min(without_primary_since_, context_.now());
}

void Replicated::back(Copy& copy) {
    if (&copy != primary_ || !copy.leads) {
        crew_.run(rejoin(copy));
        return;
    }
    ++returns_;
    resume();
}

// Its manager does not ask it any more, as far as it knows.
void Replicated::lease_lost(Copy& copy) {
    copy.leads = false;
    if (&copy != primary_) return;
    without_primary_since_ = std::min(without_primary_since_, context_.now());
    answered_.give_up();
}

void Replicated::lease_renewed() {
    if (!primary_->leads && !is_failing_over_) resume();
}

void Replicated::primary_is_missed() {
    if (!is_failing_over_) crew_.run(fail_over(terms_.size()));
}

// Whether a connection is made.
bool Replicated::reaches(PlaceId from, const Copy& to) {
    Sender probe(context_, &places_.links(), from, "connections");
    return probe.carry(to.place(), kHeartbeatBytes).arrives();
}

bool Replicated::is_answering(Copy& copy) {
    return copy.is_up() && manager_->hears(copy);
}

// The primary of before goes on.
void Replicated::resume() {
    primary_->leads = true;
    if (primary_->tell_of_loss()) lose_all();
    end_absence();
    if (manager_) manager_->begin_anew_with(*primary_);
    for (const auto& each : copies_) {
        if (each.get() != primary_ && each->is_up()) take_along(*each);
    }
}

// The primary is back with an empty disk, and nobody has taken its place: it is the database, and
// its replicas get what it has.
void Replicated::lose_all() {
    primary_->term = terms_.size();
    lost_writes_.add(static_cast<double>(acknowledged_));
    incident(
        *primary_, "is empty",
        fmt::format("{} acknowledged writes lost with its disk", std::exchange(acknowledged_, 0)));
    for (const auto& each : copies_) {
        if (each.get() != primary_) each->term = 0;
    }
}

void Replicated::end_absence() {
    const sim::Time since = std::exchange(without_primary_since_, sim::kForever);
    if (since == sim::kForever) return;
    const sim::Time from = std::max(since, context_.world.recorder.measured_from());
    if (context_.now() > from) without_primary_ += context_.now() - from;
}

sim::Task<void> Replicated::fail_over(std::size_t term) {
    is_failing_over_ = true;
    co_await replace_primary(term);
    is_failing_over_ = false;
}

sim::Task<void> Replicated::replace_primary(std::size_t term) {
    const std::uint64_t returns = returns_;
    const FailoverSpec& plan = *spec_.failover;
    const auto is_over = [&] { return term != terms_.size() || returns != returns_; };
    incident(*primary_, "held to be down", "its manager has not heard of it");
    held_down_since_ = context_.now();
    const sim::Time gone = std::min(without_primary_since_, context_.now());
    detection_.add(sim::seconds(context_.now() - gone));
    const bool has_crashed = !primary_->is_up();
    if (plan.fencing != Fencing::none) fence();
    // Those who are asked take nothing from it any more, so that it is known who has most.
    for (const auto& each : copies_) {
        if (each.get() != primary_ && is_answering(*each)) each->stop_receiving();
    }
    co_await sim::sleep(context_.scheduler(), promote_time_.sample_duration(promote_draws_));
    while (!is_over()) {
        Copy* const best = most_advanced();
        if (is_back(has_crashed || best == nullptr)) {  // nobody has more than it
            primary_->unfence();
            resume();
            co_return;
        }
        if (best != nullptr) {
            co_await best->applied().until(best->received().reached());
            if (is_over()) co_return;
            if (is_answering(*best)) {
                promote(*best, cut_log(best->received().reached()));
                co_return;
            }
        }
        co_await sim::sleep(context_.scheduler(), plan.detect_after);
    }
}

// One that has restarted, or whom nobody could replace, is fetched back from being switched off;
// else it must answer again by itself.
bool Replicated::is_back(bool is_wanted) {
    if (!primary_->is_healthy()) return false;
    if (manager_->hears(*primary_)) return true;
    return is_wanted && reaches(manager_->inbox().place(), *primary_);
}

// Who has received most of those that can be reached; null when there is nobody.
Copy* Replicated::most_advanced() {
    Copy* best = nullptr;
    for (const auto& each : copies_) {
        const bool can = each.get() != primary_ && is_answering(*each) &&
                         each->term == terms_.size() && each->received().reached() >= log_.first();
        if (!can) continue;
        if (best == nullptr || each->received().reached() > best->received().reached()) {
            best = each.get();
        }
    }
    return best;
}

void Replicated::fence() {
    primary_->leads = false;
    without_primary_since_ = std::min(without_primary_since_, context_.now());
    if (spec_.failover->fencing == Fencing::stonith) primary_->fence();
    answered_.give_up();
}

// What no replica but the primary of before has is lost. Tells how much of it was acknowledged.
std::uint64_t Replicated::cut_log(std::uint64_t position) {
    answered_.give_up();
    std::uint64_t lost = 0;
    while (log_.end() > position) lost += log_.take_last().acknowledged ? 1 : 0;
    acknowledged_ -= std::min(lost, acknowledged_);
    answered_.set(std::min(answered_.reached(), log_.end()));
    return lost;
}

void Replicated::promote(Copy& copy, std::uint64_t lost) {
    Copy& old = *primary_;
    old.stop_shipping();
    primary_ = &copy;
    copy.leads = true;
    terms_.push_back({&copy, context_.now(), log_.end()});
    copy.term = terms_.size();
    failovers_.add();
    lost_writes_.add(static_cast<double>(lost));
    lost_unshipped_.add(static_cast<double>(lost));
    end_absence();
    promotion_.add(sim::seconds(context_.now() - held_down_since_));
    promoted_since_ = context_.now();
    const std::string why =
        lost > 0 ? fmt::format(
                       "{} acknowledged writes lost: {} had not sent them to any replica that "
                       "could be reached",
                       lost, name_of(old))
                 : "no acknowledged write lost";
    incident(copy, "promoted", why);
    for (const auto& each : copies_) {
        if (each.get() == &copy) continue;
        if (each.get() == &old || (each->is_up() && !is_answering(*each))) {
            each->abandon_log();
            if (each->is_healthy()) crew_.run(rejoin(*each));
        } else if (each->is_up()) {
            take_along(*each);
            repointed_.add();
            incident(*each, "follows", name_of(copy));
        }
    }
}

// A replica goes on where it was. What followed, or was, an earlier primary gets the rows of this
// one.
void Replicated::take_along(Copy& copy) {
    const bool was_elsewhere = copy.term == 0 || copy.term + 1 < terms_.size();
    const bool has_gap = copy.applied().reached() < log_.first();
    const bool has_more =
        copy.term < terms_.size() && copy.received().reached() > terms_.back().from;
    if (was_elsewhere || has_gap || has_more) copy.become_like(*primary_);
    copy.leads = false;
    copy.term = terms_.size();
    copy.follow();
    replica_told();
}

// As soon as it reaches the primary of then, which it has heard of no sooner.
sim::Task<void> Replicated::rejoin(Copy& copy) {
    const std::uint32_t times = copy.times_down();
    while (!reaches(copy.place(), *primary_)) {
        co_await sim::sleep(context_.scheduler(), std::chrono::seconds(1));
    }
    co_await sim::sleep(context_.scheduler(), spec_.rejoin_time);
    if (!copy.is_healthy() || times != copy.times_down() || &copy == primary_) co_return;
    copy.unfence();
    copy.leads = false;
    if (!copy.apart.empty()) throw_away_apart(copy, "writes thrown away");
    if (!primary_->is_up()) co_return;
    if (copy.term != terms_.size()) copy.become_like(*primary_);
    if (terms_.size() > 1) repointed_.add();
    take_along(copy);
    incident(copy, "follows", name_of(*primary_));
}

void Replicated::throw_away_apart(Copy& copy, const std::string& what) {
    std::unordered_set<Key> keys;
    for (const LogRecord& each : copy.apart) keys.insert(each.key);
    std::uint64_t conflicts = 0;
    for (const Key key : keys) {
        const bool written_on_both = primary_->version_of(key) > copy.apart.front().version;
        conflicts += written_on_both ? 1 : 0;
    }
    conflicts_.add(static_cast<double>(conflicts));
    incident(copy, what,
             fmt::format("{} acknowledged writes that it took after it had been replaced (split "
                         "brain); {} of {} rows were written on both sides",
                         copy.apart.size(), conflicts, keys.size()));
    copy.apart.clear();
}

std::string Replicated::name_of(const Copy& copy) const {
    return fmt::format("{}[{}]", context_.name, copy.index());
}

void Replicated::incident(const Copy& copy, const std::string& what,
                          const std::string& detail) const {
    context_.world.recorder.incident(name_of(copy), what, detail);
}

}  // namespace models
