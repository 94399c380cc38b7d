// Texts by number, each kept once: what is said of many requests is a few words, said again and
// again. A number is the place among texts in the order in which they were first met.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sim {

using NameId = std::uint32_t;
inline constexpr NameId kNoName = ~NameId{0};

class Names {
public:
    Names() = default;
    Names(Names&&) = default;
    Names& operator=(Names&&) = default;
    Names(const Names&) = delete;  // what it holds is pointed at
    Names& operator=(const Names&) = delete;

    // The same text mostly stands in the same place of memory, so that is where it is looked up
    // first; what is found there is compared, so nothing depends on it.
    NameId of(std::string_view text) {
        Seen& seen = seen_[place_of(text.data())];
        if (seen.at == text.data() && seen.text == text) [[likely]]
            return seen.id;
        seen.at = text.data();
        seen.id = find(text);
        seen.text = texts_[seen.id];
        return seen.id;
    }

    // Nothing for kNoName.
    std::string_view operator[](NameId id) const {
        return id < texts_.size() ? std::string_view(texts_[id]) : std::string_view();
    }

private:
    struct Seen {
        const char* at = nullptr;
        std::string_view text;
        NameId id = kNoName;
    };
    static constexpr std::size_t kSeen = 256;

    static std::size_t place_of(const char* at) {
        const auto bits = reinterpret_cast<std::uintptr_t>(at);
        return static_cast<std::size_t>((bits ^ (bits >> 8)) >> 3) % kSeen;
    }
    NameId find(std::string_view text);

    std::array<Seen, kSeen> seen_{};
    std::deque<std::string> texts_;  // which stay where they are
    std::unordered_map<std::string_view, NameId> ids_;
};

}  // namespace sim
