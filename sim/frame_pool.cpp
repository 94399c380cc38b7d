#include "sim/frame_pool.h"

#include <memory>
#include <vector>

namespace sim {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{1} << 18;

struct Blocks {
    std::vector<std::unique_ptr<std::byte[]>> owned;
    std::byte* unused = nullptr;
    std::size_t left = 0;
};

}  // namespace

void* FramePool::carve(std::size_t size_class) {
    static thread_local Blocks blocks;
    const std::size_t bytes = size_class * kStep;
    if (blocks.left < bytes) {
        blocks.owned.push_back(std::make_unique_for_overwrite<std::byte[]>(kBlockBytes));
        blocks.unused = blocks.owned.back().get();
        blocks.left = kBlockBytes;
    }
    void* block = blocks.unused;
    blocks.unused += bytes;
    blocks.left -= bytes;
    return block;
}

}  // namespace sim
