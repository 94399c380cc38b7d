#include "models/caches/cache_measures.h"

#include "models/caches/clairvoyant.h"

namespace models {

CacheMeasures::CacheMeasures(const CacheSpec& spec, const Context& context)
    : hits(context, "hits"),
      misses(context, "misses"),
      loads(context, "loads"),
      joined(context, "joined"),
      refreshes(context, "refreshes"),
      served_stale(context, "served_while_refreshing"),
      negative_hits(context, "negative_hits"),
      bypassed(context, "bypassed"),
      stale_reads(context, "stale_reads"),
      inconsistent_reads(context, "inconsistent_reads"),
      refused_sets(context, "refused_sets"),
      evicted_by_writes(context, "evicted_by_writes"),
      flushes(context, "flushes"),
      flushed_rows(context, "flushed_rows"),
      flushed_writes(context, "flushed_writes"),
      failed_connections(context, "failed_connections"),
      ejections(context, "ejections"),
      lost_writes(context, "lost_writes"),
      lost_entries(context, "lost_entries"),
      sessions_lost(context, "sessions_lost"),
      sessions_evicted(context, "sessions_evicted"),
      context_(context),
      is_clairvoyant_(spec.clairvoyant),
      room_(spec.capacity.count / spec.entry_size.count) {}

void CacheMeasures::looked_up(Key key, bool found) {
    begin_second();
    (found ? hits : misses).add();
    if (is_measuring()) {
        ++lookups_.count;
        lookups_.hits += found;
    }
    ++second_lookups_.count;
    second_lookups_.hits += found;
    if (is_clairvoyant_) keys_.push_back(key);
}

void CacheMeasures::passed_unasked() {
    begin_second();
    if (is_measuring()) ++lookups_.count;
    ++second_lookups_.count;
}

void CacheMeasures::answered(bool hit, sim::Time began) {
    if (!is_measuring()) return;
    Answers& answers = hit ? hit_answers_ : miss_answers_;
    ++answers.count;
    answers.seconds += sim::seconds(context_.now() - began);
}

void CacheMeasures::loading() {
    begin_second();
    loads.add();
    ++second_loads_;
    if (is_measuring()) loads_peak_ = std::max(loads_peak_, second_loads_);
}

void CacheMeasures::crashed() {
    if (crashed_at_) return;
    crashed_at_ = context_.now();
    ratio_before_ = lookups_.ratio();
}

void CacheMeasures::begin_second() {
    const std::int64_t second = context_.now().time_since_epoch() / std::chrono::seconds(1);
    if (second == second_) return;
    const bool is_after = crashed_at_ && *crashed_at_ < sim::Time(std::chrono::seconds(second_));
    if (is_after && recovery_ == sim::Duration::zero() && second_lookups_.count > 0 &&
        second_lookups_.ratio() >= 0.9 * ratio_before_) {
        recovery_ = sim::Time(std::chrono::seconds(second_ + 1)) - *crashed_at_;
    }
    second_ = second;
    second_loads_ = 0;
    second_lookups_ = {};
}

CacheMeasures::Counted CacheMeasures::counted(
    std::span<const std::unique_ptr<CacheCopy>> copies) const {
    Counted sum;
    for (const auto& copy : copies) {
        sum.evictions += copy->store().evictions();
        sum.expirations += copy->store().expirations();
    }
    return sum;
}

void CacheMeasures::begin_measuring(std::span<const std::unique_ptr<CacheCopy>> copies) {
    before_ = counted(copies);
    first_measured_ = keys_.size();
}

double CacheMeasures::clairvoyant_ratio(std::uint64_t entries) const {
    const std::vector<bool> found = clairvoyant_hits(keys_, entries);
    Lookups measured;
    for (std::size_t at = first_measured_; at < found.size(); ++at) {
        ++measured.count;
        measured.hits += found[at];
    }
    return measured.ratio();
}

void CacheMeasures::finish(std::span<const std::unique_ptr<CacheCopy>> copies) {
    std::vector<sim::Measure>& measures = context_.meter.record().measures;
    const Counted in_all = counted(copies);
    std::size_t entries = 0;
    std::uint64_t bytes = 0;
    std::uint64_t unflushed = 0;
    for (const auto& copy : copies) {
        entries += copy->store().size();
        bytes += copy->store().bytes();
        unflushed += copy->unflushed_writes();
    }
    const double hit = hit_answers_.mean();
    measures.push_back({"hit_ratio", "1", lookups_.ratio()});
    if (is_clairvoyant_) {
        measures.push_back({"clairvoyant_hit_ratio", "1", clairvoyant_ratio(room_)});
    }
    measures.push_back({"entries", "", static_cast<double>(entries)});
    measures.push_back({"bytes", "bytes", static_cast<double>(bytes)});
    measures.push_back({"unflushed_writes", "", static_cast<double>(unflushed)});
    measures.push_back(
        {"evictions", "", static_cast<double>(in_all.evictions - before_.evictions)});
    measures.push_back(
        {"expirations", "", static_cast<double>(in_all.expirations - before_.expirations)});
    measures.push_back({"hit_mean", "s", hit});
    measures.push_back({"miss_mean", "s", miss_answers_.mean()});
    measures.push_back({"latency_gain", "", hit > 0 ? miss_answers_.mean() / hit : 0});
    measures.push_back({"loads_peak", "", static_cast<double>(loads_peak_)});
    const bool is_back = recovery_ > sim::Duration::zero() || !crashed_at_;
    measures.push_back(
        {"recovery", "s", sim::seconds(is_back ? recovery_ : context_.now() - *crashed_at_)});
}

}  // namespace models
