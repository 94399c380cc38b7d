// Comments of a scenario that is being written, and the gaps among them.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <utility>

#include "tools/import/commented.h"

namespace tools::imports {

struct Notes {
    Comments comments;
    std::size_t gaps = 0;

    void note(const std::string& pointer, std::string text) {
        comments[pointer].push_back(std::move(text));
    }
    // A placeholder, and what would measure what stands there.
    void gap(const std::string& pointer, const std::string& what, const std::string& text) {
        note(pointer, fmt::format("GAP {}, {}: {}", ++gaps, what, text));
    }
};

}  // namespace tools::imports
