// Asks for a line of memory before it is needed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sim {

// g++ 12 takes a function that only prefetches for one that does nothing, and drops its calls; the
// empty statement keeps it.
inline void prefetch(const void* address) {
    __builtin_prefetch(address);
    asm volatile("" : : "r"(address));
}

// The address may be any, null too: nothing is read.
inline void prefetch(const void* address, std::size_t bytes) {
    constexpr std::size_t kLine = 64;
    const auto first = reinterpret_cast<std::uintptr_t>(address);
    for (std::size_t line = 0; line < bytes; line += kLine) {
        prefetch(reinterpret_cast<const void*>(first + line));
    }
}

}  // namespace sim
