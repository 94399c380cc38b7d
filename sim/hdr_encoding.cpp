#include "sim/hdr_encoding.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <string_view>

namespace sim {
namespace {

constexpr std::uint32_t kCookie = 0x1c849303 | 0x10;          // V2, words of any size
constexpr std::uint32_t kDeflatedCookie = 0x1c849304 | 0x10;  // the same, compressed
constexpr std::uint32_t kDigits = 3;
constexpr std::size_t kHeader = 40;
constexpr std::uint32_t kBuckets = Histogram::bucket_of(INT64_MAX) + 1;

template <class Word>
void put_big_endian(ByteString& bytes, Word word) {
    for (int shift = 8 * (sizeof(Word) - 1); shift >= 0; shift -= 8)
        bytes.push_back(static_cast<std::uint8_t>(word >> shift));
}

std::uint64_t get_big_endian(std::span<const std::uint8_t> bytes) {
    std::uint64_t word = 0;
    for (const std::uint8_t byte : bytes) word = word << 8 | byte;
    return word;
}

// Seven bits a byte, the low ones first; a ninth byte has eight.
void put_zig_zag(ByteString& bytes, std::int64_t value) {
    auto rest = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
    for (int i = 0; i < 8; ++i) {
        if (rest < 128) return bytes.push_back(static_cast<std::uint8_t>(rest));
        bytes.push_back(static_cast<std::uint8_t>(rest | 128));
        rest >>= 7;
    }
    bytes.push_back(static_cast<std::uint8_t>(rest));
}

// Takes the number off the front; nothing when it is cut short.
std::optional<std::int64_t> take_zig_zag(std::span<const std::uint8_t>& bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const std::uint64_t byte = bytes[i];
        const bool last = i == 8 || byte < 128;
        value |= (i == 8 ? byte : byte & 127) << (7 * i);
        if (!last) continue;
        bytes = bytes.subspan(i + 1);
        return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1)));
    }
    return std::nullopt;
}

ByteString counts(const Histogram& histogram) {
    ByteString bytes;
    std::uint32_t next = 0;
    histogram.for_each_bucket([&](Duration lowest, Duration, std::uint64_t count) {
        const std::uint32_t bucket =
            Histogram::bucket_of(static_cast<std::uint64_t>(lowest.count()));
        if (bucket > next) put_zig_zag(bytes, -static_cast<std::int64_t>(bucket - next));
        put_zig_zag(bytes, static_cast<std::int64_t>(count));
        next = bucket + 1;
    });
    return bytes;
}

std::uint32_t adler32(std::span<const std::uint8_t> bytes) {
    std::uint32_t a = 1, b = 0;
    for (const std::uint8_t byte : bytes) {
        a = (a + byte) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

// RFC 1950 and 1951: the two bytes of a header, blocks of at most 65535 bytes as they are, a sum.
ByteString zlib_stored(std::span<const std::uint8_t> bytes) {
    ByteString stream = {0x78, 0x01};
    auto rest = bytes;
    do {
        const auto block = rest.first(std::min<std::size_t>(rest.size(), 65535));
        rest = rest.subspan(block.size());
        const auto size = static_cast<std::uint16_t>(block.size());
        const auto low = static_cast<std::uint8_t>(size),
                   high = static_cast<std::uint8_t>(size >> 8);
        stream.push_back(rest.empty() ? 1 : 0);
        for (const std::uint8_t flip : {0, 255}) {
            stream.push_back(low ^ flip);
            stream.push_back(high ^ flip);
        }
        stream.insert(stream.end(), block.begin(), block.end());
    } while (!rest.empty());
    put_big_endian(stream, adler32(bytes));
    return stream;
}

std::string base64(std::span<const std::uint8_t> bytes) {
    constexpr std::string_view kDigitsOf64 =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto group = bytes.subspan(i, std::min<std::size_t>(3, bytes.size() - i));
        const std::uint64_t word = get_big_endian(group) << (8 * (3 - group.size()));
        for (std::size_t digit = 0; digit < 4; ++digit)
            text += digit <= group.size() ? kDigitsOf64[word >> (18 - 6 * digit) & 63] : '=';
    }
    return text;
}

Duration middle(std::uint32_t bucket) {
    const Duration lowest = Histogram::lowest_in(bucket);
    return lowest + (Histogram::highest_in(bucket) - lowest + Duration(1)) / 2;
}

bool ours(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kHeader) return false;
    return get_big_endian(bytes.subspan(0, 4)) == kCookie &&
           get_big_endian(bytes.subspan(4, 4)) == bytes.size() - kHeader &&
           get_big_endian(bytes.subspan(8, 4)) == 0 &&
           get_big_endian(bytes.subspan(12, 4)) == kDigits &&
           get_big_endian(bytes.subspan(16, 8)) == 1;
}

}  // namespace

// Cookie, length of the counts, index of the first bucket, digits, lowest and highest value that
// can be told apart, and the ratio to the unit recorded in.
ByteString hdr_encode(const Histogram& histogram) {
    const ByteString payload = counts(histogram);
    const std::uint32_t last =
        Histogram::bucket_of(static_cast<std::uint64_t>(histogram.max().count()));
    const std::int64_t highest = std::max<std::int64_t>(2, Histogram::highest_in(last).count());
    ByteString bytes;
    put_big_endian(bytes, kCookie);
    put_big_endian(bytes, static_cast<std::uint32_t>(payload.size()));
    put_big_endian(bytes, std::uint32_t{0});
    put_big_endian(bytes, kDigits);
    put_big_endian(bytes, std::uint64_t{1});
    put_big_endian(bytes, static_cast<std::uint64_t>(highest));
    put_big_endian(bytes, std::bit_cast<std::uint64_t>(1.0));
    bytes.insert(bytes.end(), payload.begin(), payload.end());
    return bytes;
}

ByteString hdr_encode_deflated(const Histogram& histogram) {
    const ByteString stream = zlib_stored(hdr_encode(histogram));
    ByteString bytes;
    put_big_endian(bytes, kDeflatedCookie);
    put_big_endian(bytes, static_cast<std::uint32_t>(stream.size()));
    bytes.insert(bytes.end(), stream.begin(), stream.end());
    return bytes;
}

std::string hdr_encode_base64(const Histogram& histogram) {
    return base64(hdr_encode_deflated(histogram));
}

std::optional<Histogram> hdr_decode(std::span<const std::uint8_t> bytes) {
    if (!ours(bytes)) return std::nullopt;
    auto rest = bytes.subspan(kHeader);
    Histogram histogram;
    std::uint64_t bucket = 0;
    while (!rest.empty()) {
        const std::optional<std::int64_t> count = take_zig_zag(rest);
        if (!count || bucket >= kBuckets) return std::nullopt;
        if (*count < 0) {
            bucket += 0 - static_cast<std::uint64_t>(*count);
        } else {
            histogram.record_n(middle(static_cast<std::uint32_t>(bucket)),
                               static_cast<std::uint64_t>(*count));
            ++bucket;
        }
        if (bucket > kBuckets) return std::nullopt;
    }
    return histogram;
}

}  // namespace sim
