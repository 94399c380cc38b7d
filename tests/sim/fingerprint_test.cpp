#include "sim/fingerprint.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "sim/rng.h"

using sim::Fingerprint;

namespace {

std::uint64_t of(const std::vector<std::uint64_t>& words) {
    Fingerprint fingerprint;
    for (const std::uint64_t word : words) fingerprint.add(word);
    return fingerprint.value();
}

std::vector<std::uint64_t> some_words(std::size_t size) {
    std::vector<std::uint64_t> words;
    sim::Draws draws(1);
    for (std::size_t i = 0; i < size; ++i) words.push_back(draws.next());
    return words;
}

}  // namespace

TEST_CASE("one changed, swapped, dropped or added word changes the fingerprint") {
    const auto words = some_words(200);
    const std::uint64_t value = of(words);
    CHECK(of(words) == value);
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (int bit = 0; bit < 64; ++bit) {
            auto changed = words;
            changed[i] ^= std::uint64_t{1} << bit;
            CHECK(of(changed) != value);
        }
        auto dropped = words;
        dropped.erase(dropped.begin() + static_cast<std::ptrdiff_t>(i));
        CHECK(of(dropped) != value);
        auto added = words;
        added.insert(added.begin() + static_cast<std::ptrdiff_t>(i), 0);
        CHECK(of(added) != value);
        for (std::size_t j = i + 1; j < words.size(); ++j) {
            auto swapped = words;
            std::swap(swapped[i], swapped[j]);
            CHECK(of(swapped) != value);
        }
    }
}

TEST_CASE("runs of zeros and of ones differ by their length") {
    for (const std::uint64_t word : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) {
        std::vector<std::uint64_t> seen;
        Fingerprint fingerprint;
        for (int i = 0; i < 100'000; ++i) {
            seen.push_back(fingerprint.value());
            fingerprint.add(word);
        }
        std::ranges::sort(seen);
        CHECK(std::ranges::adjacent_find(seen) == seen.end());
    }
}

// Small words, small differences: what times and entity numbers look like. 2^20 values collide with
// probability 2^-25.
TEST_CASE("all pairs of small words have different fingerprints") {
    std::vector<std::uint64_t> seen;
    for (std::uint64_t a = 0; a < 1024; ++a)
        for (std::uint64_t b = 0; b < 1024; ++b) seen.push_back(of({a, b << 40}));
    std::ranges::sort(seen);
    CHECK(std::ranges::adjacent_find(seen) == seen.end());
}

TEST_CASE("a changed bit flips each bit of the value half of the time") {
    const auto words = some_words(3);
    int flipped = 0;
    for (std::size_t i = 0; i < words.size(); ++i)
        for (int bit = 0; bit < 64; ++bit) {
            auto changed = words;
            changed[i] ^= std::uint64_t{1} << bit;
            flipped += std::popcount(of(changed) ^ of(words));
        }
    // 192 * 64 fair bits: sigma 55.
    CHECK(std::abs(flipped - 192 * 32) < 5 * 55);
}

TEST_CASE("combining depends on the order and on every part") {
    Fingerprint a, b;
    a.add(1);
    b.add(2);
    Fingerprint ab = a, ba = b, aa = a;
    ab.combine(b);
    ba.combine(a);
    aa.combine(a);
    CHECK(ab != ba);
    CHECK(ab != a);
    CHECK(aa != a);
    CHECK(ab != aa);
}

TEST_CASE("hex is 16 digits") {
    Fingerprint fingerprint;
    fingerprint.add(1);
    CHECK(fingerprint.hex().size() == 16);
    CHECK(std::strtoull(fingerprint.hex().c_str(), nullptr, 16) == fingerprint.value());
}
