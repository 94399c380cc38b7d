#include "models/histories/consistency.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "models/histories/item_history.h"

namespace models {

namespace {

double seconds_into(sim::Time time) {
    return sim::seconds(time.time_since_epoch());
}

// --- linearizable ---

// Gibbons and Korach: there is an order exactly when no read is over before its write begins, no
// two forward zones overlap, and no backward zone lies within a forward one. A forward zone is time
// in which the item can have no other value.
class Linearizable {
public:
    Linearizable(std::uint64_t key, const ItemHistory& item) : key_(key), item_(item) {}

    std::optional<Violation> find() {
        for (const Operation* each : item_.operations()) {
            if (each->is_write) continue;
            const Operation* const write = item_.value(*each).write;
            if (write != nullptr && each->is_before(*write)) {
                return violation(each->began, "a read saw a value before its write was sent");
            }
        }
        sort_zones();
        if (const auto found = overlapping()) return found;
        return enclosed();
    }

private:
    void sort_zones() {
        for (const auto& [version, value] : item_.values()) {
            if (value.begins_last == nullptr) continue;
            (value.is_forward() ? forward_ : backward_).push_back(&value);
        }
        std::ranges::sort(forward_, {}, [](const SeenValue* each) { return each->first_end(); });
    }

    std::optional<Violation> overlapping() const {
        for (std::size_t i = 1; i < forward_.size(); ++i) {
            const SeenValue& one = *forward_[i - 1];
            const SeenValue& other = *forward_[i];
            if (other.first_end() < one.last_begin()) return both(one, other);
        }
        return std::nullopt;
    }

    // No two forward zones overlap, so only the last that begins before can be around.
    std::optional<Violation> enclosed() const {
        for (const SeenValue* each : backward_) {
            const auto after =
                std::ranges::lower_bound(forward_, each->last_begin(), {},
                                         [](const SeenValue* zone) { return zone->first_end(); });
            if (after == forward_.begin()) continue;
            const SeenValue& around = **(after - 1);
            if (each->first_end() < around.last_begin()) return both(around, *each);
        }
        return std::nullopt;
    }

    // One is seen again after the other was.
    std::optional<Violation> both(const SeenValue& one, const SeenValue& other) const {
        return violation(
            one.last_begin(),
            fmt::format("{} was seen by an operation that began at {:.3f} s, though {} had been "
                        "seen by one that was over at {:.3f} s, and that after the former was",
                        ItemHistory::words_for(one), seconds_into(one.last_begin()),
                        ItemHistory::words_for(other), seconds_into(other.first_end())));
    }
    Violation violation(sim::Time when, std::string how) const {
        return {Promise::linearizable, when, key_, std::move(how)};
    }

    std::uint64_t key_;
    const ItemHistory& item_;
    std::vector<const SeenValue*> forward_;
    std::vector<const SeenValue*> backward_;
};

// --- sessions ---

// What one person knows of one item: the newest value that he has read or written, and those that
// he has seen before it.
class Session {
public:
    Session(std::uint64_t key, const ItemHistory& item, std::vector<Violation>& violations)
        : key_(key), item_(item), violations_(violations) {}

    // In the order in which they began. What is not over when another begins says nothing to it.
    void take(const Operation& operation) {
        while (!open_.empty() && open_.begin()->second->is_before(operation)) {
            learn(*open_.begin()->second);
            open_.erase(open_.begin());
        }
        if (!operation.is_known()) return;
        const bool is_old = !operation.is_write && judge(operation);
        if (!is_old) open_.emplace(operation.ended, &operation);
    }

private:
    void learn(const Operation& operation) {
        if (newest_ != nullptr && newest_->version != operation.version) {
            if (is_older(operation, *newest_)) return;
            if (newest_->is_before(operation)) passed_.insert(newest_->version);
        }
        newest_ = &operation;
    }

    bool is_older(const Operation& one, const Operation& than) const {
        return passed_.contains(one.version) || item_.value(one).is_older_than(item_.value(than));
    }

    bool judge(const Operation& read) {
        if (newest_ == nullptr || newest_->version == read.version) return false;
        if (!is_older(read, *newest_)) return false;
        const SeenValue& seen = item_.value(read);
        const SeenValue& known = item_.value(*newest_);
        const std::string how =
            fmt::format("a read at {:.3f} s saw {}, though the same user had {} {} at {:.3f} s",
                        seconds_into(read.began), ItemHistory::words_for(seen),
                        newest_->is_write ? "written" : "read", ItemHistory::words_for(known),
                        seconds_into(newest_->began));
        violations_.push_back(
            {newest_->is_write ? Promise::read_your_writes : Promise::monotonic_reads, read.began,
             key_, how});
        const bool has_writers = seen.write != nullptr && known.write != nullptr;
        if (has_writers && seen.write->session == known.write->session &&
            seen.write->is_before(*known.write)) {
            violations_.push_back({Promise::monotonic_writes, read.began, key_, how});
        }
        return true;
    }

    std::uint64_t key_;
    const ItemHistory& item_;
    std::vector<Violation>& violations_;
    std::multimap<sim::Time, const Operation*> open_;  // by when they end
    const Operation* newest_ = nullptr;
    std::set<std::uint64_t> passed_;
};

void check_sessions(std::uint64_t key, const ItemHistory& item,
                    std::vector<Violation>& violations) {
    std::map<std::uint64_t, Session> sessions;
    for (const Operation* each : item.operations()) {
        const auto session = sessions.try_emplace(each->session, key, item, violations).first;
        session->second.take(*each);
    }
}

// --- convergent ---

std::optional<Violation> find_divergence(std::uint64_t key, const ItemHistory& item,
                                         sim::Duration settle) {
    sim::Time settled{};
    for (const Operation* each : item.operations()) {
        if (!each->is_write) continue;
        settled = std::max(settled, (each->is_known() ? each->ended : each->began) + settle);
    }
    const Operation* first = nullptr;
    for (const Operation* each : item.operations()) {
        if (each->is_write || each->began <= settled) continue;
        if (first == nullptr) first = each;
        if (each->version == first->version) continue;
        return Violation{Promise::convergent, each->began, key,
                         fmt::format("reads at {:.3f} s and {:.3f} s saw different values, though "
                                     "nothing was written since {:.3f} s",
                                     seconds_into(first->began), seconds_into(each->began),
                                     seconds_into(settled - settle))};
    }
    return std::nullopt;
}

}  // namespace

std::uint64_t Consistency::broken(Promise promise) const {
    return static_cast<std::uint64_t>(std::ranges::count(violations, promise, &Violation::promise));
}

Consistency check_history(const History& history, sim::Duration settle) {
    Consistency result;
    std::map<std::uint64_t, std::vector<const Operation*>> items;
    for (const Operation& each : history.operations()) {
        items[each.key].push_back(&each);
        result.unknown_writes += each.is_write && !each.is_known();
    }
    result.operations = history.operations().size();
    for (const auto& [key, operations] : items) {
        const ItemHistory item(operations);
        if (auto found = Linearizable(key, item).find()) result.violations.push_back(*found);
        check_sessions(key, item, result.violations);
        if (auto found = find_divergence(key, item, settle)) result.violations.push_back(*found);
    }
    std::ranges::stable_sort(result.violations, {}, &Violation::at);
    return result;
}

}  // namespace models
