#include "reports/statistics/warm_up.h"

#include <algorithm>

namespace reports {

namespace {

constexpr std::size_t kBatch = 5;
constexpr std::size_t kFewestForWarmUp = 20;
// The statistic of the last few batches is that of hardly any; they could be equal by chance.
constexpr std::size_t kLastBatches = 5;

std::vector<double> means_of_five(std::span<const double> observations) {
    std::vector<double> means;
    for (std::size_t begin = 0; begin + kBatch <= observations.size(); begin += kBatch) {
        double sum = 0;
        for (const double value : observations.subspan(begin, kBatch)) sum += value;
        means.push_back(sum / kBatch);
    }
    return means;
}

}  // namespace

// From the end, so that each cut adds one batch to what is left: Welford's running mean and sum of
// squares, which do not cancel.
std::optional<Truncation> mser5(std::span<const double> observations) {
    const std::vector<double> batches = means_of_five(observations);
    if (batches.size() < kFewestForWarmUp) return std::nullopt;
    double mean = 0;
    double squares = 0;
    double least = 0;
    std::size_t best = batches.size();
    for (std::size_t cut = batches.size(); cut-- > 0;) {
        const auto left = static_cast<double>(batches.size() - cut);
        const double off = batches[cut] - mean;
        mean += off / left;
        squares += off * (batches[cut] - mean);
        if (batches.size() - cut < kLastBatches) continue;
        const double statistic = squares / (left * left);
        if (best == batches.size() || statistic <= least) {
            least = statistic;
            best = cut;
        }
    }
    return Truncation{best * kBatch, best * 2 <= batches.size()};
}

std::vector<double> latency_over_time(const sim::Recording& recording) {
    if (recording.slice <= sim::Duration::zero()) return {};
    const auto slices = static_cast<std::size_t>(recording.simulated / recording.slice);
    std::vector<double> means;
    for (std::size_t slice = 0; slice < slices; ++slice) {
        double sum_s = 0;
        double finished = 0;
        for (const sim::NodeRecord& node : recording.nodes) {
            if (!node.is_client) continue;
            const sim::Slice of_node = node.slices[slice];
            sum_s += of_node.latency_sum_s;
            finished += of_node.finished;
        }
        const double before = means.empty() ? 0 : means.back();
        means.push_back(finished > 0 ? sum_s / finished : before);
    }
    return means;
}

std::optional<WarmUp> warm_up_of(const sim::Recording& recording) {
    const auto truncation = mser5(latency_over_time(recording));
    if (!truncation) return std::nullopt;
    return WarmUp{static_cast<double>(truncation->cut) * sim::seconds(recording.slice),
                  truncation->settled};
}

}  // namespace reports
