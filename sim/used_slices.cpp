#include "sim/used_slices.h"

#include <algorithm>
#include <bit>

namespace sim {

namespace {

// Of so many runs one is marked: a mark takes about as much as four runs.
constexpr std::uint32_t kRunsToMark = 32;

// Which values of a run are written after it. The others are zero, but for two of which that is
// not the usual: the size is that of the run before, and the fullest instance as full as all.
enum Written : std::uint8_t {
    kSize = 1,
    kInUse = 2,
    kWaiting = 4,
    kFull = 8,
    kFullest = 16,
    kTaken = 32,
    kRefused = 64,
};

bool is_same(float a, float b) {
    return std::bit_cast<std::uint32_t>(a) == std::bit_cast<std::uint32_t>(b);
}

std::uint8_t written_of(const Used& used, const Used& before) {
    unsigned written = 0;
    if (!is_same(used.size, before.size)) written |= kSize;
    if (!is_same(used.in_use, 0)) written |= kInUse;
    if (!is_same(used.waiting, 0)) written |= kWaiting;
    if (!is_same(used.full, 0)) written |= kFull;
    if (!is_same(used.fullest, used.full)) written |= kFullest;
    if (used.taken != 0) written |= kTaken;
    if (used.refused != 0) written |= kRefused;
    return static_cast<std::uint8_t>(written);
}

// Seven bits a byte, the lowest first (LEB128).
void write(std::vector<std::uint8_t>& bytes, std::uint32_t value) {
    for (; value >= 128; value >>= 7) bytes.push_back(static_cast<std::uint8_t>(value | 128));
    bytes.push_back(static_cast<std::uint8_t>(value));
}

void write(std::vector<std::uint8_t>& bytes, float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (unsigned shift = 0; shift < 32; shift += 8) {
        bytes.push_back(static_cast<std::uint8_t>(bits >> shift));
    }
}

}  // namespace

// Runs in their order. It stands at one of them.
class UsedSlices::Reader {
public:
    Reader(const UsedSlices& slices, const Mark& mark)
        : slices_(slices), at_(mark.offset), first_(mark.first), used_(mark.used) {}

    std::size_t first() const { return first_; }
    const Used& used() const { return used_; }

    // False, and nothing changes, when it stands at the last run.
    bool next() {
        if (at_ == slices_.bytes_.size()) return false;
        first_ += count();
        const std::uint8_t written = slices_.bytes_[at_++];
        const auto value = [&](Written which, float otherwise) {
            return (written & which) != 0 ? number() : otherwise;
        };
        used_.size = value(kSize, used_.size);
        used_.in_use = value(kInUse, 0);
        used_.waiting = value(kWaiting, 0);
        used_.full = value(kFull, 0);
        used_.fullest = value(kFullest, used_.full);
        used_.taken = (written & kTaken) != 0 ? count() : 0;
        used_.refused = (written & kRefused) != 0 ? count() : 0;
        return true;
    }

    // The slice after the run: where the next one begins.
    std::size_t end() const {
        Reader after = *this;
        return after.next() ? after.first_ : slices_.end_;
    }

private:
    std::uint32_t count() {
        std::uint32_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            const std::uint32_t byte = slices_.bytes_[at_++];
            value |= (byte & 127) << shift;
            if (byte < 128) return value;
        }
    }
    float number() {
        std::uint32_t bits = 0;
        for (unsigned shift = 0; shift < 32; shift += 8) {
            bits |= std::uint32_t{slices_.bytes_[at_++]} << shift;
        }
        return std::bit_cast<float>(bits);
    }

    const UsedSlices& slices_;
    std::size_t at_;
    std::uint32_t first_;
    Used used_;
};

void UsedSlices::add(const Used& used, std::size_t end) {
    if (end <= end_) return;
    const auto first = static_cast<std::uint32_t>(end_);
    end_ = end;
    if (!marks_.empty() && last_ == used) return;
    if (!marks_.empty()) {
        write(bytes_, first - last_first_);
        const std::uint8_t written = written_of(used, last_);
        bytes_.push_back(written);
        if ((written & kSize) != 0) write(bytes_, used.size);
        if ((written & kInUse) != 0) write(bytes_, used.in_use);
        if ((written & kWaiting) != 0) write(bytes_, used.waiting);
        if ((written & kFull) != 0) write(bytes_, used.full);
        if ((written & kFullest) != 0) write(bytes_, used.fullest);
        if ((written & kTaken) != 0) write(bytes_, used.taken);
        if ((written & kRefused) != 0) write(bytes_, used.refused);
    }
    if (marks_.empty() || ++unmarked_ == kRunsToMark) {
        marks_.push_back({first, static_cast<std::uint32_t>(bytes_.size()), used});
        unmarked_ = 0;
    }
    last_first_ = first;
    last_ = used;
}

UsedSlices::Reader UsedSlices::reader_at(std::size_t slice) const {
    const auto after = std::ranges::upper_bound(marks_, slice, {}, &Mark::first);
    return {*this, *(after - 1)};
}

Used UsedSlices::operator[](std::size_t slice) const {
    if (slice >= end_) return {};
    Reader run = reader_at(slice);
    Used used = run.used();
    while (run.next() && run.first() <= slice) used = run.used();
    return used;
}

UsedSlices::Sum UsedSlices::mean(std::size_t first, std::size_t end) const {
    Sum sum;
    end = std::min(end, end_);
    if (first >= end) return sum;
    const auto slices = static_cast<double>(end - first);
    Reader run = reader_at(first);
    do {
        const std::size_t until = std::min(run.end(), end);
        const std::size_t from = std::max(run.first(), first);
        if (until <= from) continue;
        const auto times = static_cast<double>(until - from);
        const Used& used = run.used();
        const double share = times / slices;
        sum.size += share * static_cast<double>(used.size);
        sum.in_use += share * static_cast<double>(used.in_use);
        sum.waiting += share * static_cast<double>(used.waiting);
        sum.full += share * static_cast<double>(used.full);
        sum.fullest += share * static_cast<double>(used.fullest);
        sum.taken += times * used.taken;
        sum.refused += times * used.refused;
    } while (run.next() && run.first() < end);
    return sum;
}

std::size_t UsedSlices::next_change(std::size_t slice) const {
    if (slice >= end_) return end_;
    Reader run = reader_at(slice);
    do {
        if (run.first() >= slice) return run.first();
    } while (run.next());
    return end_;
}

}  // namespace sim
