// A list that grows at its end and whose entries stay where they are. Room is taken for a thousand
// at a time, so adding one costs hardly more than writing it.
#pragma once

#include <cstddef>
#include <vector>

namespace sim {

template <class T>
class Chunks {
public:
    T& emplace_back() { return push_back({}); }
    T& push_back(const T& entry) {
        if (size_++ % kSize == 0) chunks_.emplace_back().reserve(kSize);
        return chunks_.back().emplace_back(entry);
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    T& operator[](std::size_t index) { return chunks_[index / kSize][index % kSize]; }
    const T& operator[](std::size_t index) const { return chunks_[index / kSize][index % kSize]; }

    // visit(entry) for each, in order.
    template <class Visit>
    void for_each(Visit visit) const {
        for (std::size_t i = 0; i < size_; ++i) visit((*this)[i]);
    }

private:
    static constexpr std::size_t kSize = 1024;

    std::vector<std::vector<T>> chunks_;
    std::size_t size_ = 0;
};

}  // namespace sim
