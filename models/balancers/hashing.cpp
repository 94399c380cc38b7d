#include "models/balancers/hashing.h"

#include <charconv>
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace models {

namespace {

class Decimal {
public:
    explicit Decimal(std::uint64_t number)
        : end_(std::to_chars(digits_.data(), digits_.data() + digits_.size(), number).ptr) {}
    std::string_view text() const {
        return {digits_.data(), static_cast<std::size_t>(end_ - digits_.data())};
    }

private:
    std::array<char, 20> digits_;
    const char* end_;
};

constexpr std::array<std::uint32_t, 256> crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        std::uint32_t rest = byte;
        for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest & 1 ? 0xedb88320u : 0);
        table[byte] = rest;
    }
    return table;
}

constexpr std::array<std::uint32_t, 256> kCrcTable = crc_table();

}  // namespace

std::uint64_t xxhash64(std::string_view text, std::uint64_t seed) {
    return XXH64(text.data(), text.size(), seed);
}

std::uint64_t xxhash64(std::uint64_t number) {
    return xxhash64(Decimal(number).text());
}

Crc32& Crc32::add(std::string_view text) {
    for (const char letter : text) {
        state_ = state_ >> 8 ^ kCrcTable[(state_ ^ static_cast<unsigned char>(letter)) & 0xff];
    }
    return *this;
}

Crc32& Crc32::add(std::uint64_t number) {
    return add(Decimal(number).text());
}

Crc32& Crc32::add_bytes(std::uint32_t word) {
    for (int byte = 0; byte < 4; ++byte) {
        const auto letter = static_cast<char>(word >> (8 * byte) & 0xff);
        add(std::string_view(&letter, 1));
    }
    return *this;
}

}  // namespace models
