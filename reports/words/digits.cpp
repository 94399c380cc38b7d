#include "reports/words/digits.h"

#include <array>
#include <charconv>
#include <cmath>

namespace reports {

namespace {

constexpr std::size_t kLongestNumber = 40;

}  // namespace

void append_count(std::string& text, std::int64_t value) {
    std::array<char, kLongestNumber> buffer;
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    text.append(buffer.data(), end);
}

// Most numbers of a quiet system are whole.
void append_number(std::string& text, double value, int digits) {
    if (value == std::floor(value) && std::abs(value) < 1e5) {
        return append_count(text, static_cast<std::int64_t>(value));
    }
    std::array<char, kLongestNumber> buffer;
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                            std::chars_format::general, digits);
    text.append(buffer.data(), end);
}

}  // namespace reports
