// How deep the stacks of calls become, from which the size of records follows. Those in flight
// together are what a run's memory goes into, so a record has no more room than calls need that
// have been seen: little at first, and more as soon as too many outgrow it. No figure depends on
// it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace models {

class Depths {
public:
    static constexpr std::uint32_t kFirstRoom = 112;  // for a client and a server
    static constexpr std::uint32_t kMostRoom = 1024;
    static constexpr std::uint32_t kStep = 16;

    void begun() { ++begun_; }
    // A stack that had outgrown its record was of that size in the end. True when there are too
    // many of them.
    bool outgrown(std::uint32_t bytes) {
        ++grown_[std::min(bytes, kMostRoom) / kStep];
        return ++outgrown_ >= kFew && outgrown_ * kException >= begun_;
    }
    // Room for nearly all that have ended; counting begins anew.
    std::uint32_t room() {
        std::uint64_t exceptions = begun_ / kException / 2;
        std::uint32_t size = static_cast<std::uint32_t>(grown_.size()) - 1;
        for (; size > 0 && grown_[size] <= exceptions; --size) exceptions -= grown_[size];
        begun_ = outgrown_ = 0;
        grown_.fill(0);
        return size * kStep;
    }

private:
    static constexpr std::uint64_t kFew = 256;
    static constexpr std::uint64_t kException = 64;  // one in so many may outgrow its record

    std::uint64_t begun_ = 0;
    std::uint64_t outgrown_ = 0;
    std::array<std::uint64_t, kMostRoom / kStep + 1> grown_{};  // by their size
};

}  // namespace models
