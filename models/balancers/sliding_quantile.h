// A quantile of the last so many small numbers.
#pragma once

#include <cstdint>
#include <vector>

namespace models {

class SlidingQuantile {
public:
    explicit SlidingQuantile(std::size_t size) : size_(size) {}

    void add(std::uint32_t value) {
        if (value >= counts_.size()) counts_.resize(value + 1);
        ++counts_[value];
        if (recent_.size() < size_) {
            recent_.push_back(value);
            return;
        }
        --counts_[recent_[oldest_]];
        recent_[oldest_] = value;
        oldest_ = (oldest_ + 1) % size_;
    }

    // The least value that at least this share of them do not exceed; 0 when there are none.
    std::uint32_t at(double share) const {
        const double wanted = share * static_cast<double>(recent_.size());
        double below = 0;
        for (std::uint32_t value = 0; value < counts_.size(); ++value) {
            below += counts_[value];
            if (below > 0 && below >= wanted) return value;
        }
        return 0;
    }

private:
    std::size_t size_;
    std::vector<std::uint32_t> recent_;
    std::vector<std::uint32_t> counts_;  // by value
    std::size_t oldest_ = 0;
};

}  // namespace models
