// Weighted turns by deadlines, as Envoy takes them.
//
// Whoever is taken has its next deadline 1 / weight later; the earliest is next, and of equals the
// one that has waited longer (edf_scheduler.h). The weight may be another each time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace models {

class EarliestDeadline {
public:
    void clear() { *this = {}; }

    void add(std::uint32_t index, double weight) {
        entries_.push_back({now_ + 1 / weight, order_++, index});
        std::ranges::push_heap(entries_, Later());
    }

    // The next, and takes it out; now its deadline is the time from which others count.
    std::uint32_t take() {
        std::ranges::pop_heap(entries_, Later());
        const Entry entry = entries_.back();
        entries_.pop_back();
        now_ = entry.deadline;
        return entry.index;
    }

private:
    struct Entry {
        double deadline;
        std::uint64_t order;
        std::uint32_t index;
    };
    struct Later {
        bool operator()(const Entry& one, const Entry& other) const {
            return one.deadline != other.deadline ? one.deadline > other.deadline
                                                  : one.order > other.order;
        }
    };

    std::vector<Entry> entries_;
    double now_ = 0;
    std::uint64_t order_ = 0;
};

}  // namespace models
