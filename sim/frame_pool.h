// Memory for coroutine frames and small nodes: free lists by size, one pool a thread.
//
// It is memory and nothing else: no result depends on what it holds, so it is the one thing here
// that is not owned by a simulation. A simulation is built, run and destroyed on one thread. Under
// AddressSanitizer it steps aside, so that a use after free is seen.
#pragma once

#include <cstddef>
#include <new>

namespace sim {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kPoolFrames = false;
#elif defined(__has_feature)
inline constexpr bool kPoolFrames = !__has_feature(address_sanitizer);
#else
inline constexpr bool kPoolFrames = true;
#endif

class FramePool {
public:
    static void* take(std::size_t bytes) {
        const std::size_t size_class = (bytes + kStep - 1) / kStep;
        if (!kPoolFrames || size_class >= kClasses) [[unlikely]]
            return ::operator new(bytes);
        Free*& list = lists_[size_class];
        if (list == nullptr) [[unlikely]]
            return carve(size_class);
        Free* block = list;
        list = block->next;
        return block;
    }

    static void give_back(void* memory, std::size_t bytes) {
        const std::size_t size_class = (bytes + kStep - 1) / kStep;
        if (!kPoolFrames || size_class >= kClasses) [[unlikely]] {
            ::operator delete(memory);
            return;
        }
        auto* block = static_cast<Free*>(memory);
        block->next = lists_[size_class];
        lists_[size_class] = block;
    }

private:
    static constexpr std::size_t kStep = 32;
    static constexpr std::size_t kClasses = 64;  // up to 2 KiB; larger frames come from the heap

    struct Free {
        Free* next;
    };

    static void* carve(std::size_t size_class);

    static inline constinit thread_local Free* lists_[kClasses] = {};
};

// Classes that live in the pool derive from it.
struct Pooled {
    static void* operator new(std::size_t bytes) { return FramePool::take(bytes); }
    static void operator delete(void* memory, std::size_t bytes) {
        FramePool::give_back(memory, bytes);
    }
};

}  // namespace sim
