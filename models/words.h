// Names that requests carry as numbers: the same name is the same number, whoever sends it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace models {

class Words {
public:
    using Number = std::uint16_t;
    static constexpr Number kNone = 0xffff;

    // Numbered in the order in which they are first asked for; kNone when there are too many.
    Number number_of(std::string_view word) {
        const auto known = std::ranges::find(words_, word);
        const auto index = static_cast<std::size_t>(known - words_.begin());
        if (index >= kNone) return kNone;
        if (known == words_.end()) words_.emplace_back(word);
        return static_cast<Number>(index);
    }

private:
    std::vector<std::string> words_;
};

}  // namespace models
