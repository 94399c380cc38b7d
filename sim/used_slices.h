// How a resource was used in each slice of time, kept as runs of equal slices.
//
// A day has 1,440 slices, and a thousand nodes a few resources each, of which most do nothing most
// of the time. So a run takes as many bytes as it has to say: how many slices it begins after the
// one before, which of its values are not zero, and those. Of every few runs it is marked where
// they begin, to find a slice without reading all before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sim {

// One slice of time, all instances together: means over time, and counts.
struct Used {
    float size = 0;
    float in_use = 0;
    float waiting = 0;
    float full = 0;     // the share of the time in which all was in use, mean of the instances
    float fullest = 0;  // the same of the instance where it was highest
    std::uint32_t taken = 0;
    std::uint32_t refused = 0;

    bool operator==(const Used&) const = default;
};

class UsedSlices {
public:
    // Of all from the end of those before up to, without, `end`.
    void add(const Used& used, std::size_t end);
    // As the last one.
    void extend(std::size_t end) { end_ = end > end_ ? end : end_; }

    std::size_t size() const { return end_; }
    Used operator[](std::size_t slice) const;
    // Means over those slices, and sums of what is counted.
    struct Sum {
        double size = 0, in_use = 0, waiting = 0, full = 0, fullest = 0, taken = 0, refused = 0;
        double share() const { return size > 0 ? in_use / size : 0; }
    };
    Sum mean(std::size_t first, std::size_t end) const;
    // The first slice from here on that is not as the one before; size() when there is none.
    std::size_t next_change(std::size_t slice) const;

private:
    struct Mark {
        std::uint32_t first;   // slice of the run
        std::uint32_t offset;  // of the byte after it
        Used used;
    };
    class Reader;

    // At the last marked run that begins at `slice` or before; there is one.
    Reader reader_at(std::size_t slice) const;

    std::vector<std::uint8_t> bytes_;
    std::vector<Mark> marks_;
    std::uint32_t unmarked_ = 0;    // runs since the last mark
    std::uint32_t last_first_ = 0;  // slice of the last run
    Used last_;
    std::size_t end_ = 0;
};

}  // namespace sim
