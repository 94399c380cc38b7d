#include "tools/import/profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace tools::imports {

namespace {

// Beyond so many kinds, which no endpoint has, the rest is taken as one after another.
constexpr std::size_t kMostCompared = 200;
constexpr std::size_t kMostPatterns = 12;
constexpr std::size_t kMostCounts = 8;
constexpr double kByChance = 4;  // standard errors

double seconds_of_ns(std::int64_t ns) {
    return static_cast<double>(ns) * 1e-9;
}

bool overlap(const RecordedCall& a, const RecordedCall& b) {
    const std::int64_t shared = std::min(a.end_ns, b.end_ns) - std::max(a.begin_ns, b.begin_ns);
    // A call that begins when another ends overlaps by what clocks cannot tell apart.
    return shared > 1000 && shared * 20 > std::min(a.duration_ns(), b.duration_ns());
}

class Profiler {
public:
    Profiler(const std::vector<const Execution*>& runs, const Executions& all)
        : runs_(runs), all_(all) {}

    EndpointProfile profile() {
        find_kinds();
        add_runs();
        find_overlaps();
        find_failures();
        find_counts();
        find_units();
        return std::move(profile_);
    }

private:
    // Kinds, by their mean position.

    void find_kinds() {
        std::map<std::pair<std::size_t, bool>, std::pair<double, std::size_t>> sums;
        for (const Execution* run : runs_) {
            for (const RecordedCall& each : run->calls) {
                auto& sum = sums[{each.target, each.is_async}];
                sum.first += static_cast<double>(each.begin_ns);
                ++sum.second;
            }
        }
        for (const auto& [key, sum] : sums) {
            CallKind kind;
            kind.target = key.first;
            kind.is_async = key.second;
            kind.position = sum.first / static_cast<double>(sum.second);
            profile_.kinds.push_back(std::move(kind));
        }
        std::ranges::stable_sort(profile_.kinds, {}, &CallKind::position);
        for (std::size_t i = 0; i < profile_.kinds.size(); ++i) {
            places_[{profile_.kinds[i].target, profile_.kinds[i].is_async}] = i;
        }
    }

    std::size_t kind_of(const RecordedCall& call) const {
        return places_.at({call.target, call.is_async});
    }

    void add_runs() {
        profile_.target = runs_.front()->target;
        profile_.place = runs_.front()->place;
        profile_.requests = runs_.size();
        for (const Execution* run : runs_) {
            profile_.seconds.push_back(seconds_of_ns(run->duration_ns()));
            profile_.failed += run->failed ? 1 : 0;
            for (const RecordedCall& each : run->calls) add_call(*run, each);
        }
        for (CallKind& kind : profile_.kinds) {
            if (kind.beyond_ns) *kind.beyond_ns /= static_cast<double>(kind.calls);
        }
    }

    void add_call(const Execution& run, const RecordedCall& call) {
        CallKind& kind = profile_.kinds[kind_of(call)];
        ++kind.calls;
        kind.attempts += call.attempts;
        kind.most_attempts = std::max(kind.most_attempts, call.attempts);
        kind.failed += call.failed ? 1 : 0;
        kind.tolerated += call.failed && !run.failed ? 1 : 0;
        kind.between_attempts_ns += static_cast<double>(call.between_attempts_ns);
        if (call.beyond_ns) {
            kind.beyond_ns = kind.beyond_ns.value_or(0) + static_cast<double>(*call.beyond_ns);
        }
        const std::int64_t served = call.duration_ns() - call.between_attempts_ns;
        kind.seconds.push_back(seconds_of_ns(std::max<std::int64_t>(0, served)) /
                               static_cast<double>(call.attempts));
    }

    // What runs in parallel.

    void find_overlaps() {
        const std::size_t n = std::min(profile_.kinds.size(), kMostCompared);
        std::vector<std::vector<std::size_t>> both(n, std::vector<std::size_t>(n));
        auto overlapping = both;
        for (const Execution* run : runs_) {
            // Of a request with very many calls the first tell enough.
            const std::size_t most = std::min<std::size_t>(run->calls.size(), 64);
            for (std::size_t i = 0; i < most; ++i) {
                for (std::size_t j = i + 1; j < most; ++j) {
                    const std::size_t first = kind_of(run->calls[i]);
                    const std::size_t second = kind_of(run->calls[j]);
                    const std::size_t a = std::min(first, second);
                    const std::size_t b = std::max(first, second);
                    if (b >= n) continue;
                    ++both[a][b];
                    overlapping[a][b] += overlap(run->calls[i], run->calls[j]) ? 1 : 0;
                }
            }
        }
        profile_.overlaps.assign(n, std::vector<bool>(n));
        for (std::size_t a = 0; a < n; ++a) {
            for (std::size_t b = a; b < n; ++b) {
                const bool is_parallel = overlapping[a][b] * 2 > both[a][b];
                profile_.overlaps[a][b] = profile_.overlaps[b][a] = is_parallel;
            }
            profile_.kinds[a].overlaps_itself = profile_.overlaps[a][a];
        }
    }

    // Who failed, and by itself or by a call.

    static const RecordedCall* failed_call(const Execution& run) {
        const auto found = std::ranges::find_if(
            run.calls, [](const RecordedCall& each) { return each.failed && !each.is_async; });
        return found == run.calls.end() ? nullptr : &*found;
    }

    static bool fails_alone(const Execution& run) {
        return run.failed && failed_call(run) == nullptr;
    }

    void find_failures() {
        std::size_t calls_of_failed = 0;
        std::size_t calls = 0;
        for (const Execution* run : runs_) {
            calls += run->calls.size();
            if (!run->failed) profile_.own_seconds.push_back(seconds_of_ns(run->own_ns));
            if (!fails_alone(*run)) continue;
            ++profile_.failed_alone;
            profile_.failed_unsaid += run->status.empty() ? 1 : 0;
            calls_of_failed += run->calls.size();
        }
        if (profile_.own_seconds.empty()) {
            for (const Execution* run : runs_) {
                profile_.own_seconds.push_back(seconds_of_ns(run->own_ns));
            }
        }
        // Less than half of the calls that others make.
        profile_.fails_early = profile_.failed_alone > 0 &&
                               calls_of_failed * 2 * runs_.size() < calls * profile_.failed_alone;
    }

    // Until when a request's calls are known: a failure keeps it from those after it.
    double known_until(const Execution& run) const {
        if (!run.failed) return HUGE_VAL;
        if (const RecordedCall* const call = failed_call(run)) {
            return profile_.kinds[kind_of(*call)].position;
        }
        return profile_.fails_early ? -1 : HUGE_VAL;
    }

    // How often each request makes each call.

    void find_counts() {
        counts_.assign(profile_.kinds.size(), std::vector<std::uint32_t>(runs_.size()));
        until_.resize(runs_.size());
        for (std::size_t run = 0; run < runs_.size(); ++run) {
            for (const RecordedCall& each : runs_[run]->calls) ++counts_[kind_of(each)][run];
            until_[run] = known_until(*runs_[run]);
        }
        for (auto& each : counts_) make_few(each);
    }

    // Many different counts become some, each standing for an equal share of the requests, in a
    // way that keeps their mean.
    static void make_few(std::vector<std::uint32_t>& counts) {
        std::vector<std::uint32_t> different = counts;
        std::ranges::sort(different);
        different.erase(std::unique(different.begin(), different.end()), different.end());
        if (different.size() <= kMostCounts) return;
        std::vector<std::size_t> order(counts.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return counts[i]; });
        for (std::size_t part = 0; part < kMostCounts / 2; ++part) {
            const std::size_t begin = part * order.size() / (kMostCounts / 2);
            const std::size_t end = (part + 1) * order.size() / (kMostCounts / 2);
            std::uint64_t sum = 0;
            for (std::size_t i = begin; i < end; ++i) sum += counts[order[i]];
            const std::uint64_t low = sum / (end - begin);
            const std::size_t higher = sum - low * (end - begin);
            for (std::size_t i = begin; i < end; ++i) {
                counts[order[i]] = static_cast<std::uint32_t>(low + (i >= end - higher ? 1 : 0));
            }
        }
    }

    // What is drawn together.

    bool is_known(std::size_t kind, std::size_t run) const {
        return counts_[kind][run] > 0 || profile_.kinds[kind].position < until_[run];
    }

    bool is_any_known(const std::vector<std::size_t>& kinds, std::size_t run) const {
        return std::ranges::any_of(kinds, [&](std::size_t kind) { return is_known(kind, run); });
    }

    std::vector<CallPattern> patterns_of(const std::vector<std::size_t>& kinds) const {
        std::map<std::vector<std::uint32_t>, std::size_t> seen;
        for (std::size_t run = 0; run < runs_.size(); ++run) {
            if (!is_any_known(kinds, run)) continue;
            std::vector<std::uint32_t> counts;
            for (const std::size_t kind : kinds) counts.push_back(counts_[kind][run]);
            ++seen[counts];
        }
        std::vector<CallPattern> patterns;
        for (const auto& [counts, requests] : seen) patterns.push_back({counts, requests});
        std::ranges::stable_sort(patterns, std::greater<>(), &CallPattern::requests);
        return patterns;
    }

    // In standard errors of independent kinds; 0 where one of them is always there.
    double association(std::size_t a, std::size_t b) const {
        double n = 0, with_a = 0, with_b = 0, with_both = 0;
        for (std::size_t run = 0; run < runs_.size(); ++run) {
            if (!is_known(a, run) || !is_known(b, run)) continue;
            const bool has_a = counts_[a][run] > 0;
            const bool has_b = counts_[b][run] > 0;
            n += 1;
            with_a += has_a ? 1 : 0;
            with_b += has_b ? 1 : 0;
            with_both += has_a && has_b ? 1 : 0;
        }
        const double spread = with_a * (n - with_a) * with_b * (n - with_b);
        if (!(spread > 0)) return 0;
        return std::sqrt(n) * (n * with_both - with_a * with_b) / std::sqrt(spread);
    }

    struct Pair {
        std::size_t a, b;
        double association;
    };

    std::vector<Pair> associated() const {
        std::vector<Pair> pairs;
        const std::size_t n = std::min<std::size_t>(profile_.kinds.size(), 50);
        for (std::size_t a = 0; a < n; ++a) {
            for (std::size_t b = a + 1; b < n; ++b) {
                const double found = association(a, b);
                if (std::abs(found) > kByChance) pairs.push_back({a, b, std::abs(found)});
            }
        }
        std::ranges::stable_sort(pairs, std::greater<>(), &Pair::association);
        return pairs;
    }

    void find_units() {
        std::vector<std::vector<std::size_t>> units;
        std::vector<std::size_t> unit_of(profile_.kinds.size());
        for (std::size_t i = 0; i < profile_.kinds.size(); ++i) {
            units.push_back({i});
            unit_of[i] = i;
        }
        for (const Pair& pair : associated()) {
            const std::size_t first = unit_of[pair.a];
            const std::size_t second = unit_of[pair.b];
            if (first == second) continue;
            std::vector<std::size_t> joined = units[first];
            joined.insert(joined.end(), units[second].begin(), units[second].end());
            std::ranges::sort(joined);
            if (patterns_of(joined).size() > kMostPatterns) {
                profile_.not_drawn_together.push_back(
                    fmt::format("{} and {}", name_of(pair.a), name_of(pair.b)));
                continue;
            }
            for (const std::size_t kind : units[second]) unit_of[kind] = first;
            units[first] = std::move(joined);
            units[second].clear();
        }
        for (auto& each : units) {
            if (each.empty()) continue;
            auto patterns = patterns_of(each);
            profile_.units.push_back({std::move(each), std::move(patterns)});
        }
    }

    std::string name_of(std::size_t kind) const {
        const Target& to = all_.targets[profile_.kinds[kind].target];
        return to.service + "." + to.name;
    }

    const std::vector<const Execution*>& runs_;
    const Executions& all_;
    std::map<std::pair<std::size_t, bool>, std::size_t> places_;
    std::vector<std::vector<std::uint32_t>> counts_;  // by kind, of each run
    std::vector<double> until_;                       // of each run
    EndpointProfile profile_;
};

}  // namespace

EndpointProfile profile_of(const std::vector<const Execution*>& runs, const Executions& all) {
    return Profiler(runs, all).profile();
}

}  // namespace tools::imports
